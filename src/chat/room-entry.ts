import type { Eventual, Position } from '../rooms/index.ts';
import { encodeRules, foundRules, refuseEntry, whenReady } from '../rooms/index.ts';
import type { ChatFloor } from './chat-floor.ts';
import type { ChatSession } from './chat-session.ts';
import { Refusal } from './errors.ts';
import { entryRefusal } from './refusals.ts';
import { checkRoomName } from './room-name.ts';
import type { Username } from './username.ts';
import { isMailbox } from './v1/event-messages.ts';
import { DEFAULT_ROOM } from './wire.ts';

/** How a session enters a room. */
export interface Entering {
  readonly room: string;
  /** Whether the room is private if this makes it. */
  readonly isPrivate?: boolean | undefined;
  /** Up to where it has read the room. */
  readonly since?: Position | undefined;
  readonly history?: number | undefined;
}

/** What a room knows somebody by who is banned: the user, and the name, so that nobody else takes it to come in. */
export function banSubjects(user: string, name: Username | undefined): readonly string[] {
  return name === undefined ? [user] : [user, `=${name.key}`];
}

/**
 * Brings a session that has a name into a room, by the rules of the room: asked at every join, also of those who come back. The
 * first of a room owns it, but for the lobby, which nobody owns.
 */
export function enterRoom<Prepared>(
  floor: ChatFloor<Prepared>,
  session: ChatSession<Prepared>,
  { room, isPrivate = false, since, history = 50 }: Entering,
): Eventual<Refusal | undefined> {
  const { user, username, identity } = session;
  const rooms = floor.node.roomsOf(session).filter((each) => !isMailbox(each));
  if (!rooms.includes(room) && rooms.length >= floor.roomsPerSession) return new Refusal('room-limit');
  const owner = room === DEFAULT_ROOM ? '' : user;
  const listed = !isPrivate || owner === '';
  const rules = encodeRules(foundRules(owner, !listed));
  let retryAfterMs: number | undefined;
  const joining = floor.node.join(room, session, {
    attendee: { user, name: username?.name ?? '' },
    admit: (current) => {
      if (identity?.admin) return undefined;
      const now = floor.now();
      const refused = refuseEntry(current, user, banSubjects(user, username), now);
      retryAfterMs = refused?.until === undefined ? undefined : Math.max(1, Math.ceil(refused.until - now));
      return refused?.refusal;
    },
    founding: { rules, listed },
    since,
    history,
  });
  return whenReady(joining, (refused) => (refused ? entryRefusal(refused.refusal, retryAfterMs) : undefined));
}

/** The room that is meant among those that somebody is in: the one that is named, the only one, or of several the lobby. */
export function roomNamed(joined: readonly string[], named: string | undefined): string | Refusal {
  if (named !== undefined) {
    const room = checkRoomName(named);
    return room instanceof Refusal || joined.includes(room) ? room : new Refusal('not-joined');
  }
  const room = joined.length === 1 ? joined[0] : joined.find((each) => each === DEFAULT_ROOM);
  return room ?? new Refusal(joined.length === 0 ? 'not-joined' : 'room-missing');
}
