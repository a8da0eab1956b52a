import { LUA_ROOM } from './lua-room.ts';

const LUA_ATTENDANCE = String.raw`
local function attendance(t)
  local present = {}
  for _, node in ipairs(list(redis.pcall('ZRANGEBYSCORE', NODES, '('..text(t), '+inf'))) do
    local pairs = list(redis.pcall('HGETALL', base..':at:'..node))
    if #pairs > 0 then present[#present + 1] = { node, pairs } end
  end
  return present
end

local function announce(h, node, change)
  h.presence = h.presence + 1
  redis.call('HSET', HEAD, 'p', text(h.presence))
  redis.call('PUBLISH', base, 'p '..text(h.presence)..' '..#node..'\n'..node..change)
end
`;

/**
 * A node begins to listen, and says whom it has there: `KEYS[2]` is the set of all rooms, `KEYS[3]` of the listed ones. What is
 * known of the node's attendees is kept unless `ARGV[2]` is 1. Gives `ok`, head, rules, whether it was founded, attendance.
 */
export const LUA_LISTEN: string = String.raw`${LUA_ROOM}${LUA_ATTENDANCE}
local node, anew, ttl, keepMs, founding = ARGV[1], ARGV[2] == '1', tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == '1'
local rules, listed, epoch, room, most = ARGV[6], ARGV[7], ARGV[8], ARGV[9], tonumber(ARGV[10])
local ordinary = string.sub(room, 1, 1) ~= '@'
local t = clock()
local h = headOf()
local founded = not h
if not h then
  if not founding then return { 'no-room' } end
  if ordinary then
    local over = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', t, 'LIMIT', 0, 100)
    if #over > 0 then
      redis.call('ZREM', KEYS[2], unpack(over))
      redis.call('ZREM', KEYS[3], unpack(over))
    end
    if redis.call('ZCARD', KEYS[2]) >= most then return { 'too-many-rooms' } end
  end
  h = found(epoch, rules, listed)
end
if ordinary then
  redis.call('ZADD', KEYS[2], t + keepMs, room)
  if h.listed then redis.call('ZADD', KEYS[3], 0, room) end
end
local at = base..':at:'..node
if anew or redis.call('EXISTS', at) == 0 then
  local former = redis.call('HLEN', at)
  redis.call('DEL', at)
  redis.call('HSET', at, '', '1')
  for i = 11, #ARGV, 2 do redis.call('HSET', at, ARGV[i], ARGV[i + 1]) end
  if former > 1 or #ARGV > 10 then
    h.presence = h.presence + 1
    redis.call('HSET', HEAD, 'p', text(h.presence))
  end
end
redis.call('PEXPIRE', at, ttl)
redis.call('ZADD', NODES, t + ttl, node)
redis.call('PEXPIRE', NODES, keepMs)
keep(keepMs)
return { 'ok', summary(h), redis.call('HGET', HEAD, 't') or '', founded and '1' or '0', attendance(t) }
`;

/** A node says who came and went; `ARGV[5]` is that as JSON for the others. Gives `ok`, or `missing` for a node that lapsed. */
export const LUA_ATTEND: string = String.raw`${LUA_ROOM}${LUA_ATTENDANCE}
local node, ttl, joined, left, change = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local h = headOf()
if not h then return { 'no-room' } end
local at = base..':at:'..node
if redis.call('EXISTS', at) == 0 then return { 'missing' } end
local place = 6
for _ = 1, joined do
  redis.call('HSET', at, ARGV[place], ARGV[place + 1])
  place = place + 2
end
for _ = 1, left do
  redis.call('HDEL', at, ARGV[place])
  place = place + 1
end
redis.call('PEXPIRE', at, ttl)
redis.call('ZADD', NODES, clock() + ttl, node)
announce(h, node, change)
return { 'ok' }
`;

/** A node stops listening. An empty room that nobody else listens to is gone at once. `KEYS` as for listening. */
export const LUA_LEAVE: string = String.raw`${LUA_ROOM}${LUA_ATTENDANCE}
local node, room, keepMs = ARGV[1], ARGV[2], ARGV[3]
local at = base..':at:'..node
local users = list(redis.pcall('HKEYS', at))
redis.call('DEL', at)
redis.call('ZREM', NODES, node)
local h = headOf()
if not h then return { 'no-room' } end
local left = {}
for _, user in ipairs(users) do
  if user ~= '' then left[#left + 1] = user end
end
if #left > 0 then announce(h, node, cjson.encode({ l = left })) end
if redis.call('ZCOUNT', NODES, '('..text(clock()), '+inf') > 0 then return { 'ok' } end
if h.first > h.seq then
  forget()
  redis.call('ZREM', KEYS[2], room)
  redis.call('ZREM', KEYS[3], room)
else
  keep(keepMs)
end
return { 'ok' }
`;

/** Who is in a room. Gives `ok`, the version, and for each node its name and a list of users and names. */
export const LUA_ATTENDANCE_OF: string = String.raw`${LUA_ROOM}${LUA_ATTENDANCE}
local h = headOf()
if not h then return { 'no-room' } end
return { 'ok', text(h.presence), attendance(clock()) }
`;
