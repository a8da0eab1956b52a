import type { Attendee, Entry, RoomEvent, RoomRules } from '../../rooms/index.ts';
import { roleOf } from '../../rooms/index.ts';
import { CHAT_LIMITS } from '../limits.ts';
import { decodeDirect, decodeMessage, decodeRulesNote, decodeTyping } from '../payloads.ts';
import type { LogMessage, Person } from './field-types.ts';
import type { ServerMessageV1 } from './messages.ts';

// No Date goes further, and what a broker says of the time comes from outside.
const LAST_INSTANT_MS = 8.64e15;

/** Whether a log is somebody's mailbox rather than a room. */
export function isMailbox(log: string): boolean {
  return log.startsWith('@');
}

/** The mailbox of a user. */
export function mailboxOf(user: string): string {
  return `@${user}`;
}

/** A user in the words of the protocol; with a role where the rules of the room are given. */
export function person({ user, name }: Attendee, rules?: RoomRules): Person {
  return { user, username: name, ...(rules === undefined ? {} : { role: roleOf(rules, user) }) };
}

/**
 * The message for an event; undefined for one that tells nothing, as a damaged notice of typing. The rules of the room say in which
 * role somebody comes.
 */
export function messageOf(event: RoomEvent, rules?: RoomRules): ServerMessageV1 | undefined {
  const where = isMailbox(event.room) ? { inbox: true as const } : { room: event.room };
  switch (event.kind) {
    case 'entry':
      return logMessageOf(event.room, event.epoch, event.entry);
    case 'presence':
      return presenceOf(event, rules);
    case 'whisper': {
      const typing = decodeTyping(event.payload);
      if (typing === undefined) return undefined;
      return { type: 'typing', room: event.room, user: event.sender, username: typing.name, on: typing.on };
    }
    case 'reset': {
      const { epoch, seq, first } = event;
      return {
        type: 'reset',
        ...where,
        epoch,
        seq,
        first,
        history: logMessages(event.room, epoch, event.history),
        recovered: false,
      };
    }
    case 'missed':
      return { type: 'missed', ...where, epoch: event.epoch, from: event.from, to: event.to };
  }
}

/** The messages for entries of a log, in their order. */
export function logMessages(log: string, epoch: string, entries: readonly Entry[]): readonly LogMessage[] {
  return entries.map((entry) => logMessageOf(log, epoch, entry));
}

/** The message for an entry of a log. What is not as it should be, stands there as taken back. */
export function logMessageOf(log: string, epoch: string, entry: Entry): LogMessage {
  if (isMailbox(log)) return directOf(epoch, entry);
  const timestamp = timeOf(entry.at);
  const place = { room: log, epoch, seq: entry.seq };
  if (entry.kind === 'redaction') {
    return { type: 'redact', ...place, target: Number(entry.payload), user: entry.sender, timestamp };
  }
  if (entry.kind === 'rules') {
    const note = decodeRulesNote(entry.payload);
    if (note !== undefined) {
      const { user: _, ...shown } = note;
      return { type: 'moderation', ...place, ...shown, timestamp };
    }
  }
  const id = entry.id === '' ? {} : { id: entry.id };
  const said = entry.kind === 'message' ? decodeMessage(entry.payload) : undefined;
  const by = { user: entry.sender, username: said?.name ?? '' };
  if (said === undefined) return { type: 'message', ...place, ...by, redacted: true, timestamp, ...id };
  return { type: 'message', ...place, ...by, message: said.text, timestamp, ...id };
}

/** An instant as the protocol writes it. */
export function timeOf(ms: number): string {
  return new Date(Math.min(ms, LAST_INSTANT_MS)).toISOString();
}

function directOf(epoch: string, entry: Entry): LogMessage {
  const said = decodeDirect(entry.payload);
  const place = { epoch, seq: entry.seq, user: entry.sender, from: said?.name ?? '', to: said?.to ?? '' };
  const rest = { timestamp: timeOf(entry.at), ...(entry.id === '' ? {} : { id: entry.id }) };
  if (said === undefined) return { type: 'direct', ...place, redacted: true, ...rest };
  return { type: 'direct', ...place, message: said.text, ...rest };
}

function presenceOf(
  { room, count, joined, left }: Extract<RoomEvent, { kind: 'presence' }>,
  rules: RoomRules | undefined,
): ServerMessageV1 {
  const people = (all: readonly Attendee[], as?: RoomRules): Person[] =>
    all.slice(0, CHAT_LIMITS.announcedNames).map((attendee) => person(attendee, as));
  return {
    type: 'presence',
    room,
    count,
    ...(joined.length > 0 ? { joined: people(joined, rules) } : {}),
    ...(left.length > 0 ? { left: people(left) } : {}),
  };
}
