/**
 * What the scripts that deal with one room begin with. `KEYS[1]` is the base of the names of its keys, and its channel.
 *
 * A room has a hash `:head` (e epoch, s seq, f first kept seq, b what the entries cost, r version of the rules, p version of the
 * presence, l listed, t rules), a stream `:log` of entries `seq-0` (k kind, a at, s sender, i id, p payload), a hash `:redacted`
 * of what is left of entries that were taken back, two hashes `:ids:0` and `:ids:1` for the window of ids, a sorted set `:pace`
 * of senders by their last message, a sorted set `:nodes` of listening nodes by the time until which they count, and for each of
 * these a hash `:at:<node>` of its attendees. A head that makes no sense is none.
 */
export const LUA_ROOM: string = String.raw`
local base = KEYS[1]
local HEAD, LOG, REDACTED, NODES, PACE = base..':head', base..':log', base..':redacted', base..':nodes', base..':pace'

local function clock()
  local t = redis.call('TIME')
  return t[1] * 1000 + math.floor(t[2] / 1000)
end

local function text(n) return string.format('%.0f', n) end

local function whole(s)
  if type(s) ~= 'string' or #s > 16 or not string.match(s, '^%d+$') then return nil end
  local n = tonumber(s)
  if n > 9007199254740991 then return nil end
  return n
end

local function list(reply)
  if type(reply) ~= 'table' or reply.err then return {} end
  return reply
end

local function headOf()
  local f = list(redis.pcall('HMGET', HEAD, 'e', 's', 'f', 'b', 'r', 'p', 'l'))
  local h = { epoch = f[1], seq = whole(f[2]), first = whole(f[3]), bytes = whole(f[4]), rules = whole(f[5]), presence = whole(f[6]), listed = f[7] == '1' }
  if type(h.epoch) ~= 'string' or #h.epoch ~= 16 or not string.match(h.epoch, '^%x+$') then return nil end
  if not (h.seq and h.first and h.bytes and h.rules and h.presence) or h.first < 1 or h.first > h.seq + 1 then return nil end
  return h
end

local function cost(sender, id, payload) return 128 + 2 * (#sender + #id + #payload) end

local function save(h)
  redis.call('HSET', HEAD, 'e', h.epoch, 's', text(h.seq), 'f', text(h.first), 'b', text(h.bytes), 'r', text(h.rules), 'p', text(h.presence))
end

local function forget(base)
  local keys = {}
  for i, part in ipairs({ 'head', 'log', 'redacted', 'pace', 'nodes', 'ids:0', 'ids:1' }) do keys[i] = base..':'..part end
  for _, node in ipairs(list(redis.pcall('ZRANGE', base..':nodes', 0, -1))) do keys[#keys + 1] = base..':at:'..node end
  redis.call('DEL', unpack(keys))
end

local function found(epoch, rules, listed)
  forget(base)
  local h = { epoch = epoch, seq = 0, first = 1, bytes = 0, rules = 1, presence = 0, listed = listed == '1' }
  redis.call('HSET', HEAD, 't', rules, 'l', listed)
  save(h)
  return h
end

local function keep(ms)
  redis.call('PEXPIRE', HEAD, ms)
  redis.call('PEXPIRE', LOG, ms)
  redis.call('PEXPIRE', REDACTED, ms)
end

local function summary(h) return { h.epoch, text(h.seq), text(h.rules), text(h.presence) } end

local function renew(h, epoch)
  h.epoch = epoch
  save(h)
  redis.call('PUBLISH', base, 'r '..table.concat(summary(h), ' ')..'\n')
end

local function rows(low, high)
  return list(redis.pcall('XRANGE', LOG, text(low)..'-0', text(high)..'-0'))
end

local function entryOf(seq, row)
  local e = { kind = 'x', at = 0, sender = '', id = '', payload = '' }
  if row then
    local f = {}
    for i = 1, #row[2], 2 do f[row[2][i]] = row[2][i + 1] end
    if f.k and f.s and f.i and f.p and whole(f.a) then
      e = { kind = f.k, at = whole(f.a), sender = f.s, id = f.i, payload = f.p }
    end
    return e
  end
  local left = redis.pcall('HGET', REDACTED, text(seq))
  if type(left) ~= 'string' then return e end
  local at, senderBytes, rest = string.match(left, '^(%d+) (%d+)\n(.*)$')
  if not at or #at > 16 or not whole(senderBytes) then return e end
  e.at, e.sender, e.id = tonumber(at), string.sub(rest, 1, senderBytes), string.sub(rest, senderBytes + 1)
  return e
end

local function entryAt(seq) return entryOf(seq, rows(seq, seq)[1]) end

local function trim(h, entries, bytes, since)
  local first = h.first
  while h.first <= h.seq do
    local oldest = entryAt(h.first)
    if h.seq - h.first < entries and h.bytes <= bytes and oldest.at >= since then break end
    if oldest.kind == 'x' then redis.call('HDEL', REDACTED, text(h.first)) end
    h.bytes = math.max(0, h.bytes - cost(oldest.sender, oldest.id, oldest.payload))
    h.first = h.first + 1
  end
  if h.first == first then return end
  if h.first > h.seq then h.bytes = 0 end
  redis.call('XTRIM', LOG, 'MINID', text(h.first)..'-0')
  redis.call('HSET', HEAD, 'f', text(h.first), 'b', text(h.bytes))
end

local function placeOf(sender, id, window, t)
  local field = #sender..' '..sender..id
  for i = 0, 1 do
    local place = redis.pcall('HGET', base..':ids:'..i, field)
    if type(place) == 'string' then
      local epoch, seq, at = string.match(place, '^(%x+) (%d+) (%d+)$')
      if whole(seq) and whole(at) and t - at <= window then return { 'ok', epoch, seq, at, '1' } end
    end
  end
end
`;
