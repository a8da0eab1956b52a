/**
 * Keeps what a node has in many rooms: `KEYS[1]` and `KEYS[2]` are the sets of all rooms and of the listed ones, those after them
 * the bases of the rooms, `ARGV[5]` on their names. Gives the names of the rooms in which the node has lapsed.
 */
export const LUA_REFRESH: string = `
local node, ttl, keepMs, mailboxMs = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local t = time[1] * 1000 + math.floor(time[2] / 1000)
local lapsed = {}
for i = 3, #KEYS do
  local base, room = KEYS[i], ARGV[i + 2]
  local ordinary = string.sub(room, 1, 1) ~= '@'
  local ms = ordinary and keepMs or mailboxMs
  if redis.call('PEXPIRE', base..':head', ms) == 0 or redis.call('PEXPIRE', base..':at:'..node, ttl) == 0 then
    lapsed[#lapsed + 1] = room
  else
    redis.call('PEXPIRE', base..':log', ms)
    redis.call('PEXPIRE', base..':redacted', ms)
    redis.call('ZADD', base..':nodes', t + ttl, node)
    redis.call('PEXPIRE', base..':nodes', ms)
    if ordinary then
      redis.call('ZADD', KEYS[1], t + keepMs, room)
      if redis.call('HGET', base..':head', 'l') == '1' then redis.call('ZADD', KEYS[2], 0, room) end
    end
  end
end
return lapsed
`;

/** A node says that it lives: `KEYS[1]` is the set of nodes. Gives the names of all that do. */
export const LUA_NODES: string = `
local time = redis.call('TIME')
local t = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], t + tonumber(ARGV[2]), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', t)
return redis.call('ZRANGE', KEYS[1], 0, -1)
`;

/**
 * The listed rooms with somebody in them: `KEYS[1]` is the set of these, `ARGV[1]` where their keys begin. Gives the name after
 * which more are to be asked for, or nothing, and then names and numbers of users in turn.
 */
export const LUA_LIST: string = `
local prefix, after, limit, most = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local time = redis.call('TIME')
local t = time[1] * 1000 + math.floor(time[2] / 1000)
local found, seen, last = { '' }, 0, after
while true do
  local names = redis.call('ZRANGEBYLEX', KEYS[1], last == '' and '-' or '('..last, '+', 'LIMIT', 0, 100)
  for _, room in ipairs(names) do
    if seen >= most then
      found[1] = last
      return found
    end
    seen = seen + 1
    local base, users = prefix..'{'..room..'}', 0
    for _, node in ipairs(redis.call('ZRANGEBYSCORE', base..':nodes', '('..string.format('%.0f', t), '+inf')) do
      local n = redis.call('HLEN', base..':at:'..node)
      if n > 1 then users = users + n - 1 end
    end
    if users > 0 then
      if #found > 2 * limit then
        found[1] = last
        return found
      end
      found[#found + 1] = room
      found[#found + 1] = string.format('%.0f', users)
    end
    last = room
  end
  if #names < 100 then return found end
end
`;

/** Reads, writes or deletes a record: `ARGV` is `get`, `put` or `delete`, the condition, what it compares, value, lifetime. */
export const LUA_RECORD: string = `
local former = redis.pcall('GET', KEYS[1])
if type(former) ~= 'string' then former = false end
local what, when, equals = ARGV[1], ARGV[2], ARGV[3]
local may = when == 'any' or (when == 'absent' and not former) or (when == 'equals' and former == equals)
if what ~= 'put' then may = may and former end
if may and what == 'put' then redis.call('SET', KEYS[1], ARGV[4], 'PX', ARGV[5]) end
if may and what == 'delete' then redis.call('DEL', KEYS[1]) end
return { may and '1' or '0', former }
`;
