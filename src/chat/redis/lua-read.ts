import { LUA_ROOM } from './lua-room.ts';

/** Reads a part of the log. Gives `ok epoch seq first` and the entries, each `seq kind at sender id payload`. */
export const LUA_READ: string = `${LUA_ROOM}
local forwards, from, limit, pageBytes, age = ARGV[1] == 'after', whole(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local h = headOf()
if not h then return { 'no-room' } end
trim(h, math.huge, math.huge, clock() - age)
local low, high, step
if forwards then
  if from + 1 < h.first or from > h.seq then return { 'gone' } end
  low, high, step = from + 1, math.min(h.seq, from + limit), 1
else
  high = h.seq
  if from then high = math.min(high, from - 1) end
  low, step = math.max(h.first, high - limit + 1), -1
end
local entries, used, kept = {}, 0, {}
if low <= high then
  for _, row in ipairs(rows(low, high)) do kept[row[1]] = row end
end
local at, last = low, high
if step < 0 then at, last = high, low end
while low <= high and at ~= last + step do
  local e = entryOf(at, kept[text(at)..'-0'])
  used = used + cost(e.sender, e.id, e.payload)
  if used > pageBytes and #entries > 0 then break end
  entries[#entries + 1] = { text(at), e.kind, text(e.at), e.sender, e.id, e.payload }
  at = at + step
end
return { 'ok', h.epoch, text(h.seq), text(h.first), entries }
`;

/** Gives `ok`, the rules and their version. */
export const LUA_RULES: string = `${LUA_ROOM}
local h = headOf()
if not h then return { 'no-room' } end
return { 'ok', redis.call('HGET', HEAD, 't') or '', text(h.rules) }
`;

/** Compares many rooms, each of `KEYS` the base of one: the head of each, or an empty list for one that is not there. */
export const LUA_SURVEY: string = `
local heads = {}
for i, base in ipairs(KEYS) do
  local head = redis.pcall('HMGET', base..':head', 'e', 's', 'r', 'p')
  heads[i] = (head.err or not head[1]) and {} or head
end
return heads
`;
