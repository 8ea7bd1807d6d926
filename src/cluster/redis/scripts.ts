// Cluster: the scripts that Redis runs: what one does takes effect as a whole, by the clock of Redis.
import { createHash } from "node:crypto";

/** A script in Lua, with the digest by which Redis knows it. */
export interface RedisScript {
  readonly text: string;
  readonly digest: string;
}

/** Between two beats of any nodes: less than a lease without a heartbeat, and more than two heartbeats apart. */
const AWAY_LEASES = 0.55;

/** The longest lease that a configuration may have, ms: no other node may have a longer one. */
const LONGEST_LEASE = 600_000;

/** A run that is due so far ahead of the clock of Redis is due by a clock that is wrong, ms. */
const MOST_AHEAD = 60_000;

/** The value of the field without a name, which is in each part. */
export const PART_MARK = "1";

// A node's entry: "version,epoch,sequence,end of its lease in ms".
const COMMON = `
local function now()
  local time = redis.call('TIME')
  return time[1] * 1000 + math.floor(time[2] / 1000)
end
local function entryOf(node)
  local entry = redis.call('HGET', KEYS[1], node)
  if not entry then return nil end
  local version, epoch, sequence, ends = string.match(entry, '^(%d+),(%x+),(%d+),(%d+)$')
  if not version then return nil end
  return { version = version, epoch = epoch, sequence = tonumber(sequence), ends = tonumber(ends) }
end
local function renew(node, version, epoch, sequence, lease)
  redis.call('HSET', KEYS[1], node, string.format('%s,%s,%d,%d', version, epoch, sequence, now() + lease))
end
local function keep(node, version, epoch, sequence, lease)
  renew(node, version, epoch, sequence, lease)
  redis.call('PEXPIRE', KEYS[2], lease * 3)
end
`;

/** nodes, part; node, epoch, lease, channel, version. The part's sessions are there already. */
export const REGISTER = script(`
redis.call('HSET', KEYS[2], '', '${PART_MARK}')
keep(ARGV[1], ARGV[5], ARGV[2], 0, tonumber(ARGV[3]))
redis.call('PUBLISH', ARGV[4], string.format('[%s,"%s","%s",0,null]', ARGV[5], ARGV[1], ARGV[2]))
return 0
`);

/** nodes, part; node, epoch, lease, channel, steps, then id and record (empty: it has ended) of each session. */
export const COMMIT = script(`
local entry = entryOf(ARGV[1])
if not entry or entry.epoch ~= ARGV[2] or redis.call('EXISTS', KEYS[2]) == 0 then return -1 end
local sequence = entry.sequence + 1
for at = 6, #ARGV, 2 do
  if ARGV[at + 1] == '' then redis.call('HDEL', KEYS[2], ARGV[at])
  else redis.call('HSET', KEYS[2], ARGV[at], ARGV[at + 1]) end
end
keep(ARGV[1], entry.version, ARGV[2], sequence, tonumber(ARGV[3]))
redis.call('PUBLISH', ARGV[4],
  string.format('[%s,"%s","%s",%d,', entry.version, ARGV[1], ARGV[2], sequence) .. ARGV[5] .. ']')
return sequence
`);

/**
 * nodes, part, boot, time of the last beat of any node, entries of other versions; node, epoch, lease, a new name for the
 * boot, the sessions that the part must have, its sequence number, its version. An entry of another version that cannot be
 * read is left to its node, which changes it with each heartbeat: one that has not changed for the longest lease of all
 * configurations is removed. If Redis stood still, or its clock was set, no node is to blame: all leases are new.
 */
export const BEAT = script(`
local function hasStayed(node, entry, time, wasAway)
  local since, seen = string.match(redis.call('HGET', KEYS[5], node) or '', '^(%d+),(.*)$')
  if since and seen == entry and not wasAway then return time - since > ${LONGEST_LEASE} end
  redis.call('HSET', KEYS[5], node, string.format('%d,', time) .. entry)
  redis.call('PEXPIRE', KEYS[5], ${LONGEST_LEASE * 2})
  return false
end
redis.call('SET', KEYS[3], ARGV[4], 'NX')
local time, lease = now(), tonumber(ARGV[3])
local last = tonumber(redis.call('GET', KEYS[4])) or time
local wasAway = time < last or time - last > lease * ${AWAY_LEASES}
redis.call('SET', KEYS[4], string.format('%d', time))
local isLost = 1
local entry = entryOf(ARGV[1])
if entry and entry.epoch == ARGV[2] and entry.sequence == tonumber(ARGV[6])
  and redis.call('HLEN', KEYS[2]) == tonumber(ARGV[5]) + 1 then
  isLost = 0
  keep(ARGV[1], entry.version, ARGV[2], entry.sequence, lease)
end
local reply = { isLost, redis.call('GET', KEYS[3]) }
for _, node in ipairs(redis.call('HKEYS', KEYS[1])) do
  local each = entryOf(node)
  if each and wasAway then renew(node, each.version, each.epoch, each.sequence, lease) end
  local entry = redis.call('HGET', KEYS[1], node)
  local other = not each and string.match(entry, '^(%d+),')
  if other and other ~= ARGV[7] and not hasStayed(node, entry, time, wasAway) then
    for _, value in ipairs({ node, '', 0, tonumber(other), 0 }) do table.insert(reply, value) end
  elseif not each or (not wasAway and (each.ends < time or each.ends > time + ${LONGEST_LEASE})) then
    redis.call('HDEL', KEYS[1], node)
    redis.call('HDEL', KEYS[5], node)
  else
    table.insert(reply, node)
    table.insert(reply, each.epoch)
    table.insert(reply, each.sequence)
    table.insert(reply, tonumber(each.version))
    table.insert(reply, math.max(0, tonumber(ARGV[3]) - (each.ends - time)))
  end
end
return reply
`);

/** nodes, part; node, the epoch of the part's key. An empty reply: the node has another epoch. Each record has its id. */
export const LOAD = script(`
local entry = entryOf(ARGV[1])
if not entry or entry.epoch ~= ARGV[2] then return {} end
return { entry.sequence, redis.call('HVALS', KEYS[2]) }
`);

/** nodes, part; node, epoch, channel. */
export const LEAVE_NODE = script(`
local entry = entryOf(ARGV[1])
redis.call('UNLINK', KEYS[2])
if entry and entry.epoch == ARGV[2] then
  redis.call('HDEL', KEYS[1], ARGV[1])
  redis.call('PUBLISH', ARGV[3], string.format('[%s,"%s","%s",-1,null]', entry.version, ARGV[1], ARGV[2]))
end
return 0
`);

/**
 * jobs; node, job, due, lease. 1: this node has the run, 0: another has it, -1: the previous run still goes elsewhere. A run
 * that a node claimed whose clock was far ahead does not keep the runs until then from the others.
 */
export const CLAIM_JOB = script(`
local last, holder, ends = 0, '', 0
local entry = redis.call('HGET', KEYS[1], ARGV[2])
if entry then last, holder, ends = string.match(entry, '^(%d+),(%x*),(%d+)$') end
if not last then last, holder, ends = 0, '', 0 end
local ahead = now() + ${MOST_AHEAD}
if tonumber(last) > ahead and tonumber(ARGV[3]) <= ahead then last = 0 end
if tonumber(ARGV[3]) <= tonumber(last) then return 0 end
local left = tonumber(ends) - now()
if holder ~= ARGV[1] and left > 0 and left <= ${LONGEST_LEASE} then return -1 end
redis.call('HSET', KEYS[1], ARGV[2], string.format('%s,%s,%d', ARGV[3], ARGV[1], now() + tonumber(ARGV[4])))
return 1
`);

/** jobs; node, job, lease: 0 ends the run. Only the node that has the run may. */
export const KEEP_JOB = script(`
local entry = redis.call('HGET', KEYS[1], ARGV[2])
if not entry then return 0 end
local last, holder = string.match(entry, '^(%d+),(%x*),')
if holder ~= ARGV[1] then return 0 end
local lease = tonumber(ARGV[3])
redis.call('HSET', KEYS[1], ARGV[2], string.format('%s,%s,%d', last, holder, lease == 0 and 0 or now() + lease))
return 1
`);

/** nodes, holds; node, lease, then name and whether it may be taken. Returns the names that the node has. */
export const HOLD = script(`
local held = {}
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return held end
for at = 3, #ARGV, 2 do
  local holder = redis.call('HGET', KEYS[2], ARGV[at])
  local isFree = not holder or redis.call('HEXISTS', KEYS[1], holder) == 0
  if isFree and ARGV[at + 1] == '1' then
    redis.call('HSET', KEYS[2], ARGV[at], ARGV[1])
    holder = ARGV[1]
  end
  if holder == ARGV[1] then table.insert(held, ARGV[at]) end
end
redis.call('PEXPIRE', KEYS[2], tonumber(ARGV[2]) * 20)
return held
`);

/** nodes, holds; node, names. */
export const LET_GO = script(`
for at = 2, #ARGV do
  if redis.call('HGET', KEYS[2], ARGV[at]) == ARGV[1] then redis.call('HDEL', KEYS[2], ARGV[at]) end
end
return 0
`);

function script(body: string): RedisScript {
  const text = COMMON + body;
  return { text, digest: createHash("sha1").update(text).digest("hex") };
}
