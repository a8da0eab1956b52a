import { ROOM_LIMITS } from '../../rooms/index.ts';
import { Refusal } from '../errors.ts';
import { CHAT_LIMITS } from '../limits.ts';
import type { FieldTypes, LogMessage, ModerationAction } from './field-types.ts';
import type { FieldKind } from './fields.ts';
import { list, object, oneOf, pattern, ROOM, readFields, text, WORDS, whole } from './fields.ts';
import { SERVER_MESSAGES } from './server-messages.ts';
import { LIMITS_SHAPE, PERSON_SHAPE, PLACE_SHAPE, ROOM_PLACE_SHAPE, ROOM_SHAPE } from './shapes.ts';

const MAX = Number.MAX_SAFE_INTEGER;

/** What moderators do, in the order of the table of messages. */
export const MODERATION_ACTIONS: readonly ModerationAction[] = Object.freeze([
  'kick',
  'ban',
  'unban',
  'mute',
  'unmute',
  'promote',
  'demote',
  'invite',
  'uninvite',
  'slow',
  'private',
]);

const isLogType = (type: unknown): type is LogMessage['type'] =>
  type === 'message' || type === 'redact' || type === 'moderation' || type === 'direct';

function readLogMessage(value: unknown): LogMessage | Refusal {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, 'type')) return new Refusal('field-invalid');
  const { type } = value as { readonly type: unknown };
  if (!isLogType(type)) return new Refusal('field-invalid');
  const read = readFields(SERVER_MESSAGES[type].fields, value, FIELD_KINDS);
  return read instanceof Refusal ? read : ({ type, ...read } as LogMessage);
}

const readAs =
  <Value>(kind: FieldKind<Value>) =>
  (value: unknown): Value | Refusal =>
    kind.read(value);

const ROOM_PLACE = object('', (value) => readFields(ROOM_PLACE_SHAPE, value, FIELD_KINDS));
const PERSON = object('', (value) => readFields(PERSON_SHAPE, value, FIELD_KINDS));
const LISTED_ROOM = object('', (value) => readFields(ROOM_SHAPE, value, FIELD_KINDS));
const SHORT = text(1024, '');

/** How each kind of field is checked. */
export const FIELD_KINDS: { readonly [Kind in keyof FieldTypes]: FieldKind<FieldTypes[Kind]> } = {
  // The length is a matter of `parseUsername`, which has words for it.
  name: text(Infinity, ''),
  maybeName: { words: 'string or null', read: (value) => (value === null ? null : SHORT.read(value)) },
  room: ROOM,
  text: WORDS,
  id: pattern(/^[A-Za-z0-9_.-]{1,64}$/, '1–64 of `A–Z a–z 0–9 _ . -`', 'id-invalid'),
  key: text(128, 'secret'),
  token: text(CHAT_LIMITS.tokenBytes, 'at most 8 KiB', 'token-invalid'),
  epoch: pattern(/^[0-9A-Za-z_-]{1,64}$/, ''),
  seq: whole(0, MAX, 'number'),
  flag: oneOf([true, false], 'boolean'),
  yes: oneOf([true], 'true'),
  never: oneOf([false], 'false'),
  history: whole(0, CHAT_LIMITS.historyPage, `number, 0–${CHAT_LIMITS.historyPage}`),
  limit: whole(1, CHAT_LIMITS.historyPage, `number, 1–${CHAT_LIMITS.historyPage}`),
  span: whole(1000, MAX, 'number, from 1,000'),
  pace: whole(0, CHAT_LIMITS.slowModeMs, `number, 0–${CHAT_LIMITS.slowModeMs.toLocaleString('en')}`),
  reason: text(CHAT_LIMITS.reasonBytes, `at most ${CHAT_LIMITS.reasonBytes} bytes`),
  place: object('`{epoch, seq, timestamp}`', (value) => readFields(PLACE_SHAPE, value, FIELD_KINDS)),
  roomPlaces: list(
    ROOM_LIMITS.roomsPerMember,
    `list of at most ${ROOM_LIMITS.roomsPerMember} \`{room, epoch, seq, timestamp}\``,
    readAs(ROOM_PLACE),
  ),
  user: pattern(/^[A-Za-z0-9_-]{1,64}$/, ''),
  time: pattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/, 'ISO 8601'),
  count: whole(0, MAX, 'number'),
  wait: whole(0, MAX, 'number'),
  state: oneOf(['up', 'degraded'], '`up` or `degraded`'),
  role: oneOf(['owner', 'moderator', 'member'], '`owner`, `moderator` or `member`'),
  action: oneOf(MODERATION_ACTIONS, 'the type of the request'),
  leaving: oneOf(['left', 'kicked', 'banned'], '`left`, `kicked` or `banned`'),
  version: oneOf([1], '1'),
  sentence: SHORT,
  code: text(64, 'see below'),
  limits: object('`{messageBytes, textBytes, rooms, historyPage}`', (value) =>
    readFields(LIMITS_SHAPE, value, FIELD_KINDS),
  ),
  people: list(CHAT_LIMITS.announcedNames, 'list of `{user, username, role}`', readAs(PERSON)),
  rooms: list(CHAT_LIMITS.historyPage, 'list of `{room, count}`', readAs(LISTED_ROOM)),
  log: list(MAX, 'list of `message`, `redact`, `moderation`; of a mailbox `direct`', readLogMessage),
};
