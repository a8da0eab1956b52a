import type { Eventual } from '../../rooms/index.ts';
import { whenReady } from '../../rooms/index.ts';
import { Refusal } from '../errors.ts';
import { CHAT_LIMITS } from '../limits.ts';
import { saidRefusal } from '../refusals.ts';
import { enterRoom, roomNamed } from '../room-entry.ts';
import { DEFAULT_ROOM } from '../wire.ts';
import { bookmark } from './bookmark.ts';
import { logMessages, mailboxOf, person, timeOf } from './event-messages.ts';
import type { ClientMessageOf } from './messages.ts';
import type { V1Session } from './v1-session.ts';

type Outcome = Eventual<Refusal | undefined>;

const DEFAULT_PAGE = 50;

/** Enters a room. */
export function join<Prepared>(session: V1Session<Prepared>, request: ClientMessageOf<'join'>): Outcome {
  const { room = DEFAULT_ROOM, epoch, seq, timestamp, history, private: isPrivate } = request;
  return whenReady(session.nameFor(request.username), (refusal) => {
    if (refusal || session.ended) return refusal;
    session.asked(room, request.id);
    const since = epoch === undefined || seq === undefined ? undefined : bookmark({ epoch, seq, timestamp });
    return enterRoom(session.stands, session, { room, isPrivate, since, history });
  });
}

/** Leaves a room. */
export function leave<Prepared>(session: V1Session<Prepared>, request: ClientMessageOf<'leave'>): Outcome {
  const room = roomNamed(session.rooms, request.room);
  if (room instanceof Refusal) return room;
  session.leave(room);
  return session.tell({ type: 'left', room, reason: 'left', ...withId(request) });
}

/** Reads a page of what was said in a room, or of the own mailbox. */
export function history<Prepared>(session: V1Session<Prepared>, request: ClientMessageOf<'history'>): Outcome {
  const room = request.inbox ? mailboxOf(session.user) : roomNamed(session.rooms, request.room);
  if (room instanceof Refusal) return room;
  const { before = Infinity, limit = DEFAULT_PAGE } = request;
  return whenReady(session.stands.node.history(room, limit, before), (page) => {
    if (page.refusal) return saidRefusal(page);
    const { epoch, first, entries } = page;
    const messages = logMessages(room, epoch, entries);
    const where = request.inbox ? { inbox: true } : { room };
    const more = (entries[0]?.seq ?? 0) > first;
    return session.tell({ type: 'history', ...where, epoch, first, messages, more, ...withId(request) });
  });
}

/** Tells who is in a room. */
export function who<Prepared>(session: V1Session<Prepared>, request: ClientMessageOf<'who'>): Outcome {
  const room = roomNamed(session.rooms, request.room);
  if (room instanceof Refusal) return room;
  const { node } = session.stands;
  const { count, attendees } = node.who(room, CHAT_LIMITS.announcedNames);
  const rules = node.rulesOf(room);
  const members = attendees.map((attendee) => person(attendee, rules));
  return session.tell({ type: 'who', room, count, members, ...withId(request) });
}

/** Lists the public rooms. */
export function rooms<Prepared>(session: V1Session<Prepared>, request: ClientMessageOf<'rooms'>): Outcome {
  return whenReady(session.stands.node.list(request.after ?? '', CHAT_LIMITS.historyPage), (listed) => {
    if (listed.refusal) return saidRefusal(listed);
    const all = listed.rooms.map(({ room, users }) => ({ room, count: users }));
    const next = listed.next === undefined ? {} : { next: listed.next };
    return session.tell({ type: 'rooms', rooms: all, ...next, ...withId(request) });
  });
}

/** Goes by a new token of the same user. */
export function renew<Prepared>(session: V1Session<Prepared>, request: ClientMessageOf<'renew'>): Outcome {
  const { verify } = session.stands;
  if (!verify || !session.identity) return new Refusal('token-invalid');
  return verify(request.token).then((identity) => {
    if (identity === 'unavailable') return new Refusal('unavailable');
    if (identity?.user !== session.user || identity.expiresAt === undefined) return new Refusal('token-invalid');
    session.renewed(identity);
    session.tell({ type: 'renewed', expiresAt: timeOf(identity.expiresAt), ...withId(request) });
    return undefined;
  });
}

/** Answers. */
export function ping<Prepared>(session: V1Session<Prepared>, request: ClientMessageOf<'ping'>): Outcome {
  return session.tell({ type: 'pong', timestamp: timeOf(session.stands.now()), ...withId(request) });
}

function withId({ id }: { readonly id?: string | undefined }): { readonly id?: string } {
  return id === undefined ? {} : { id };
}
