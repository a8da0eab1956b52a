import { idOf, isRecord, listOf, numberOr, orNothing, stringOr } from './wire-fields.js';
import { readEntries, readEntry } from './wire-log.js';

/** @import { Person, Place, Role, ServerMessage } from './wire-types.ts' */
/** @typedef {Record<string, unknown>} Fields */

/** @type {(value: unknown) => 'up' | 'degraded'} */
const readState = (value) => (value === 'degraded' ? 'degraded' : 'up');

/** @type {(value: unknown) => Role | undefined} */
const readRole = (value) => (value === 'owner' || value === 'moderator' || value === 'member' ? value : undefined);

/** @type {(value: unknown) => Person[]} */
const readPeople = (value) =>
  listOf(value).flatMap((person) =>
    isRecord(person) && typeof person.user === 'string' && typeof person.username === 'string'
      ? [{ user: person.user, username: person.username, role: readRole(person.role) }]
      : [],
  );

/** @type {(fields: Fields) => Place} */
const readPlace = ({ epoch, seq, timestamp }) => ({
  epoch: stringOr(epoch),
  seq: numberOr(seq, 0),
  ...(typeof timestamp === 'string' ? { timestamp } : {}),
});

/** @type {(fields: Fields) => string | undefined} the mailbox is no room */
const logRoom = ({ room, inbox }) => (inbox === true ? undefined : stringOr(room));

/** @type {Map<unknown, (fields: Fields) => ServerMessage | undefined>} */
const READERS = new Map(
  /** @type {[string, (fields: Fields) => ServerMessage | undefined][]} */ ([
    ...['message', 'direct', 'redact', 'moderation'].map((type) => [type, readEntry]),
    [
      'welcome',
      (fields) => ({
        type: 'welcome',
        user: stringOr(fields.user),
        username: stringOr(fields.username),
        session: stringOr(fields.session),
        resumed: fields.resumed === true,
        state: readState(fields.state),
        inbox: isRecord(fields.inbox) ? readPlace(fields.inbox) : undefined,
      }),
    ],
    [
      'joined',
      (fields) => ({
        type: 'joined',
        ...readPlace(fields),
        room: stringOr(fields.room),
        recovered: typeof fields.recovered === 'boolean' ? fields.recovered : undefined,
        history: readEntries(fields.history),
        first: numberOr(fields.first, 0),
        count: numberOr(fields.count, 0),
        members: Array.isArray(fields.members) ? readPeople(fields.members) : undefined,
        role: readRole(fields.role) ?? 'member',
        owner: stringOr(fields.owner),
        isPrivate: fields.private === true,
        slowMs: numberOr(fields.slowMs, 0),
        id: idOf(fields),
      }),
    ],
    [
      'history',
      (fields) => ({
        type: 'history',
        room: logRoom(fields),
        messages: readEntries(fields.messages),
        more: fields.more === true,
        id: idOf(fields),
      }),
    ],
    [
      'reset',
      (fields) => ({
        type: 'reset',
        ...readPlace(fields),
        room: logRoom(fields),
        first: numberOr(fields.first, 0),
        history: readEntries(fields.history),
      }),
    ],
    [
      'missed',
      (fields) => ({
        type: 'missed',
        room: logRoom(fields),
        epoch: stringOr(fields.epoch),
        from: numberOr(fields.from, 0),
        to: numberOr(fields.to, 0),
      }),
    ],
    [
      'presence',
      (fields) => ({
        type: 'presence',
        room: stringOr(fields.room),
        count: numberOr(fields.count, 0),
        joined: readPeople(fields.joined),
        left: readPeople(fields.left),
      }),
    ],
    [
      'who',
      (fields) => ({
        type: 'who',
        room: stringOr(fields.room),
        count: numberOr(fields.count, 0),
        members: readPeople(fields.members),
        id: idOf(fields),
      }),
    ],
    [
      'rooms',
      (fields) => ({
        type: 'rooms',
        rooms: listOf(fields.rooms).flatMap((room) =>
          isRecord(room) && typeof room.room === 'string' ? [{ room: room.room, count: numberOr(room.count, 0) }] : [],
        ),
        next: orNothing(fields.next),
        id: idOf(fields),
      }),
    ],
    [
      'error',
      (fields) => ({
        type: 'error',
        code: stringOr(fields.code),
        message: stringOr(fields.message),
        id: idOf(fields),
        room: orNothing(fields.room),
        retryAfterMs: typeof fields.retryAfterMs === 'number' ? numberOr(fields.retryAfterMs, 0) : undefined,
      }),
    ],
    [
      'left',
      (fields) => ({
        type: 'left',
        room: stringOr(fields.room),
        reason: stringOr(fields.reason),
        id: idOf(fields),
      }),
    ],
    ['ack', (fields) => ({ type: 'ack', id: idOf(fields) })],
    ['pong', (fields) => ({ type: 'pong', id: idOf(fields) })],
    [
      'typing',
      (fields) => ({
        type: 'typing',
        room: stringOr(fields.room),
        user: stringOr(fields.user),
        username: stringOr(fields.username),
        on: fields.on === true,
      }),
    ],
    ['state', (fields) => ({ type: 'state', state: readState(fields.state) })],
    ['expiring', (fields) => ({ type: 'expiring', inMs: numberOr(fields.inMs, 0) })],
    ['renewed', (fields) => ({ type: 'renewed', expiresAt: stringOr(fields.expiresAt), id: idOf(fields) })],
    [
      'bye',
      (fields) => ({
        type: 'bye',
        retryAfterMs: numberOr(fields.retryAfterMs, 0),
        reason: stringOr(fields.reason),
      }),
    ],
  ]),
);

/**
 * Reads one message of the server. Whatever is not understood gives `undefined`, so that a newer server can say more
 * than this page knows.
 *
 * @param {string} text JSON
 * @returns {ServerMessage | undefined}
 */
export function readServerMessage(text) {
  /** @type {unknown} */
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isRecord(value) ? READERS.get(value.type)?.(value) : undefined;
}
