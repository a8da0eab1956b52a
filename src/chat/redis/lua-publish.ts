import { LUA_ROOM } from './lua-room.ts';

/**
 * Takes one publication; `KEYS[2]` is the set of the listed rooms: everything that the port says of `publish`, in one step. Gives `ok epoch seq at
 * duplicate` or a refusal.
 */
export const LUA_PUBLISH: string = String.raw`${LUA_ROOM}
local kind, sender, id, payload, epoch, seenEpoch = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local seenSeq, rulesVersion, pace, rules, target = whole(ARGV[7]), ARGV[8], whole(ARGV[9]), ARGV[10], whole(ARGV[11])
local entries, bytes, age, window, keepMs = tonumber(ARGV[12]), tonumber(ARGV[13]), tonumber(ARGV[14]), tonumber(ARGV[15]), ARGV[16]
local mailbox, listed = ARGV[17] == '1', ARGV[18]
local t = clock()

local h = headOf()
if not h then
  if not mailbox then return { 'no-room' } end
  h = found(epoch, '', '0')
end
if id ~= '' then
  local old = placeOf(sender, id, window, t)
  if old then return old end
end
if seenEpoch == h.epoch and seenSeq and seenSeq > h.seq then renew(h, epoch) end
if rulesVersion ~= '' and rulesVersion ~= text(h.rules) then return { 'stale-rules' } end
if pace and pace > 0 then
  local last = tonumber(redis.call('ZSCORE', PACE, sender) or 'nil')
  if last and t - last < pace then return { 'too-soon', text(pace - (t - last)) } end
end
local redacted
if kind == 'd' then
  if not target or target < h.first or target > h.seq then return { 'gone' } end
  redacted = entryAt(target)
  if redacted.kind ~= 'm' then return { 'gone' } end
  payload = text(target)
end

local seq = h.seq + 1
local row = { 'k', kind, 'a', text(t), 's', sender, 'i', id, 'p', payload }
if type(redis.pcall('XADD', LOG, text(seq)..'-0', unpack(row))) == 'table' then
  redis.call('DEL', LOG, REDACTED)
  renew(h, epoch)
  h.first, h.bytes = seq, 0
  redis.call('XADD', LOG, text(seq)..'-0', unpack(row))
elseif redacted then
  redis.call('XDEL', LOG, text(target)..'-0')
  redis.call('HSET', REDACTED, text(target), text(redacted.at)..' '..#redacted.sender..'\n'..redacted.sender..redacted.id)
  h.bytes = math.max(0, h.bytes - 2 * #redacted.payload)
end
h.seq, h.bytes = seq, h.bytes + cost(sender, id, payload)
if kind == 'r' then
  h.rules = h.rules + 1
  redis.call('HSET', HEAD, 't', rules)
  if listed ~= '' then
    redis.call('HSET', HEAD, 'l', listed)
    if listed == '1' then redis.call('ZADD', KEYS[2], 0, ARGV[19]) else redis.call('ZREM', KEYS[2], ARGV[19]) end
  end
end
save(h)
trim(h, entries, bytes, t - age)
keep(keepMs)
if pace and pace > 0 then
  redis.call('ZADD', PACE, t, sender)
  redis.call('ZREMRANGEBYSCORE', PACE, '-inf', t - 3600000)
  redis.call('PEXPIRE', PACE, 3600000)
end
if id ~= '' then
  local generation = math.floor(t / window)
  local ids = base..':ids:'..(generation % 2)
  redis.call('HSET', ids, #sender..' '..sender..id, h.epoch..' '..text(seq)..' '..text(t))
  redis.call('PEXPIREAT', ids, text((generation + 2) * window))
end
redis.call('PUBLISH', base, table.concat({ 'e', h.epoch, text(seq), kind, text(t), #sender, #id }, ' ')..'\n'..sender..id..payload)
return { 'ok', h.epoch, text(seq), text(t), '0' }
`;

/** Where the publication of a sender and id stands: as above, or `gone`. */
export const LUA_FIND: string = `${LUA_ROOM}
local h = headOf()
if not h then return { 'no-room' } end
return placeOf(ARGV[1], ARGV[2], tonumber(ARGV[3]), clock()) or { 'gone' }
`;

/** Begins a new epoch if the log is still in the one that is named. Gives `ok` and the head. */
export const LUA_RENEW: string = `${LUA_ROOM}
local h = headOf()
if not h then return { 'no-room' } end
if h.epoch == ARGV[1] then renew(h, ARGV[2]) end
return { 'ok', summary(h) }
`;
