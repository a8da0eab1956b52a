import { REDIS_LIMITS } from '../src/chat/redis/limits.ts';
import {
  ANNOUNCEMENT_LIMITS,
  FEED_LIMITS,
  MEMORY_BROKER_LIMITS,
  PREPARED_LIMITS,
  PRESENCE_LIMITS,
  QUEUE_LIMITS,
  ROOM_LIMITS,
  RULES_LIMITS,
} from '../src/rooms/index.ts';
import { READ_LIMITS } from '../src/rooms/node-context.ts';
import { type LimitRow, type LimitTable, tableOf } from './limit-table.ts';

const BROKER = 'rooms/memory-broker.test.ts';
const CONTRACT = 'rooms/broker-contract.ts';
const KEPT = 'rooms/memory-limits.test.ts';
const NODE = 'rooms/room-node.test.ts';
const RULES = 'remembers so many bans, mutes, guests and moderators, of which those that have ended go first';

function row(
  what: string,
  unit: LimitRow['unit'],
  beyond: string,
  ...tests: readonly (readonly [file: string, title: string])[]
): LimitRow {
  return { what, unit, beyond, section: '', tests };
}

const roomRow = (what: string): LimitRow =>
  row(what, '', 'the join is refused', [
    'rooms/room-hub.test.ts',
    'keeps each limit at exactly its figure, and a refused join changes nothing',
  ]);
const ruleRow = (what: string): LimitRow =>
  row(what, '', 'refused, once those that have ended are forgotten', ['rooms/room-rules.test.ts', RULES]);
const queueRow = (what: string, unit: LimitRow['unit']): LimitRow =>
  row(what, unit, 'the oldest goes, and the member is told', [
    'rooms/slow-members.test.ts',
    'holds at most so many things, and so many bytes',
  ]);

/** What Redis keeps too. */
const BROKER_ROWS = {
  rooms: row(
    'rooms at one time; mailboxes are counted apart',
    '',
    'one that nobody listens to gives way, or the join is refused',
    [BROKER, 'has as many rooms as it may, and one that nobody listens to gives way'],
  ),
  entriesPerRoom: row('entries of one log', '', 'the oldest go', [
    CONTRACT,
    'keeps the newest entries only, and says that older ones are gone',
  ]),
  bytesPerRoom: row('what the entries of one log cost', 'bytes', 'the oldest go', [
    BROKER,
    'keeps a log within its bytes and its age',
  ]),
  entryAgeMs: row('how long an entry is kept', 'ms', 'it goes', [BROKER, 'keeps a log within its bytes and its age']),
  mailEntries: row('letters of a mailbox', '', 'the oldest go', [
    KEPT,
    'keep n letters of a mailbox, and of n + 1 the newest',
  ]),
  mailAgeMs: row('how long a letter is kept', 'ms', 'it goes', [
    KEPT,
    'keep a letter for its time, and a mailbox that nobody reads as long',
  ]),
  keepMs: row('how long a room is kept that nobody listens to', 'ms', 'it is forgotten', [
    BROKER,
    'forgets a room without a log when nobody listens, and another one after a while',
  ]),
  dedupMs: row('how long an id is remembered', 'ms', 'it may be used again', [
    KEPT,
    'remember an id for its time, and not longer',
  ]),
  nodeTtlMs: row('how long a node lives that is not heard of', 'ms', 'its users have left', [
    CONTRACT,
    'leaves no ghosts of a node that was killed',
  ]),
} as const;

/** The tables of the rooms. */
export const ROOM_LIMIT_TABLES: readonly LimitTable[] = [
  tableOf('Rooms', 'in the argument of `RoomHub`', ROOM_LIMITS, {
    rooms: roomRow('rooms at one time'),
    membersPerRoom: roomRow('members of one room'),
    roomsPerMember: roomRow('rooms that one member is in'),
  }),
  tableOf('What rooms remember, in memory', 'in the argument of `MemoryBroker`', MEMORY_BROKER_LIMITS, {
    ...BROKER_ROWS,
    bytes: row('what the entries of all logs cost', 'bytes', 'the room that spoke longest ago loses its log', [
      BROKER,
      'keeps all logs within its bytes: the room that spoke longest ago loses its own',
    ]),
    dedupIds: row('ids that a room remembers', '', 'the oldest is forgotten', [
      KEPT,
      'remember n ids of a room, and of n + 1 the newest',
    ]),
    records: row('names, sessions and tickets', '', 'the oldest is forgotten', [
      BROKER,
      'gives up the oldest record for a new one, and forgets what has ended',
    ]),
  }),
  tableOf('What rooms remember, on Redis', 'an option `limits` of `RedisBroker`', REDIS_LIMITS, BROKER_ROWS),
  tableOf('What waits for a slow member', 'fixed; of one room, under `drop-oldest` and `conflate`', QUEUE_LIMITS, {
    entries: queueRow('entries', ''),
    bytes: queueRow('what they cost', 'bytes'),
  }),
  tableOf('Order and repair', 'fixed', FEED_LIMITS, {
    repairAfterMs: row('how long a gap may stay open', 'ms', 'what is missing is read', [
      'rooms/room-feed.test.ts',
      'asks for a repair when a gap is open for 50 ms, and not before',
    ]),
    waiting: row('entries that came too early', '', 'not kept, and read when it is their turn', [
      'rooms/room-feed.test.ts',
      'keeps no more than 256 entries that came too early, and gets the others by repairs',
    ]),
  }),
  tableOf('Coming back', 'fixed', READ_LIMITS, {
    catchUp: row('entries of one read for a member that missed some', '', 'read when it has taken these', [
      NODE,
      'is paced: a member that is behind gets more when it has drained',
    ]),
    history: row('entries for a member that has to begin anew', '', 'older ones by `history`', [
      NODE,
      'begins anew, and says so, when the log goes on faster than the member reads',
    ]),
    attendees: row('users that a member is told by name when it joins', '', 'only their number', [
      NODE,
      'tells counts only above 100 users',
    ]),
  }),
  tableOf('Entries that are encoded', 'fixed; of all rooms of a node', PREPARED_LIMITS, {
    entries: row('entries that are kept as members take them', '', 'the oldest is encoded again when it is asked for', [
      'rooms/prepared-entries.test.ts',
      'is bounded in number: of n + 1 the first is encoded again, of n none',
    ]),
    bytes: row('what they cost', 'bytes', 'the same', [
      'rooms/prepared-entries.test.ts',
      'is bounded in bytes, and holds nothing that is larger than that',
    ]),
  }),
  tableOf('Presence', 'fixed', PRESENCE_LIMITS, {
    intervalMs: row('how long who comes and goes is collected', 'ms', 'told', [
      NODE,
      'is told by user, batched per 100 ms, over all nodes',
    ]),
    namedUsers: row('users of a room of whom each is told by name', '', 'only their number', [
      'rooms/presence-view.test.ts',
      'names up to 100 users of a room, and nobody in a larger one',
    ]),
  }),
  tableOf('Announcements to clients of four fields', 'an option `announcements` of the chat', ANNOUNCEMENT_LIMITS, {
    immediateMembers: row('members of a room in which each join is told at once', '', 'collected', [
      'rooms/announcement-batch.test.ts',
      'announces at once in a room of 100, and collects in one of 101',
    ]),
    intervalMs: row('how long they are collected', 'ms', 'told', [
      'rooms/announcement-batch.test.ts',
      'is due 100 ms after the first thing that it collected',
    ]),
  }),
  tableOf('Rules of a room', 'fixed', RULES_LIMITS, {
    moderators: ruleRow('moderators'),
    invited: ruleRow('guests of a private room'),
    bans: ruleRow('bans'),
    mutes: ruleRow('mutes'),
  }),
];
