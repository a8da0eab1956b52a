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
export const LUA_LISTEN: string = `${LUA_ROOM}${LUA_ATTENDANCE}
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
    if redis.call('ZCARD', KEYS[2]) >= most then
      local oldest = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')
      if tonumber(oldest[2]) - t >= keepMs - ttl then return { 'too-many-rooms' } end
      redis.call('ZREM', KEYS[2], oldest[1])
      redis.call('ZREM', KEYS[3], oldest[1])
      forget(ARGV[11]..'{'..oldest[1]..'}')
    end
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
  for i = 12, #ARGV, 2 do redis.call('HSET', at, ARGV[i], ARGV[i + 1]) end
  if former > 1 or #ARGV > 11 then
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
export const LUA_ATTEND: string = `${LUA_ROOM}${LUA_ATTENDANCE}
local node, ttl, joined, left, change = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local h = headOf()
if not h then return { 'no-room' } end
local at = base..':at:'..node
if redis.call('EXISTS', at) == 0 then return { 'missing' } end
local place = 6
local changed = false
for _ = 1, joined do
  if redis.call('HGET', at, ARGV[place]) ~= ARGV[place + 1] then
    redis.call('HSET', at, ARGV[place], ARGV[place + 1])
    changed = true
  end
  place = place + 2
end
for _ = 1, left do
  if redis.call('HDEL', at, ARGV[place]) == 1 then changed = true end
  place = place + 1
end
redis.call('PEXPIRE', at, ttl)
redis.call('ZADD', NODES, clock() + ttl, node)
if changed then announce(h, node, change) end
return { 'ok' }
`;

/**
 * A node stops listening. A room without entries to which nobody else listens is gone at once; others give way from now on when there
 * are too many. `KEYS` as for listening.
 */
export const LUA_LEAVE: string = `${LUA_ROOM}${LUA_ATTENDANCE}
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
if h.seq == 0 then
  forget(base)
  redis.call('ZREM', KEYS[2], room)
  redis.call('ZREM', KEYS[3], room)
else
  keep(keepMs)
  if string.sub(room, 1, 1) ~= '@' then redis.call('ZADD', KEYS[2], clock() + keepMs - ARGV[4] - 1, room) end
end
return { 'ok' }
`;

/** Who is in a room. Gives `ok`, the version, and for each node its name and a list of users and names. */
export const LUA_ATTENDANCE_OF: string = `${LUA_ROOM}${LUA_ATTENDANCE}
local h = headOf()
if not h then return { 'no-room' } end
return { 'ok', text(h.presence), attendance(clock()) }
`;
