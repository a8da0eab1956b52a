import { ROOM_LIMITS } from '../../rooms/index.ts';
import { DEFAULT_ROOM } from '../wire.ts';
import type { ClientRequest } from './client-event.ts';
import type { Places } from './places.ts';

/** What the mailbox is called among the logs of a client. No room has such a name. */
export const MAILBOX = '@';

/** Refusals that pass: the same is sent again, under the same id. */
export const PATIENT_CODES: ReadonlySet<string> = new Set(['rate-limited', 'slow-mode', 'unavailable']);

/** The log that a request is about, and whose other requests it keeps its place among. */
export function logOf(request: ClientRequest): string {
  switch (request.type) {
    case 'direct':
      return MAILBOX;
    case 'history':
      return request.inbox ? MAILBOX : (request.room ?? DEFAULT_ROOM);
    case 'rooms':
      return '*';
    default:
      return request.room ?? DEFAULT_ROOM;
  }
}

/** The first message of a connection, which goes on from all places. */
export function hello(username: string, session: string | undefined, id: string, places: Places): string {
  const rooms = places.logs.filter((log) => log !== MAILBOX).slice(0, ROOM_LIMITS.roomsPerMember);
  return JSON.stringify({
    type: 'hello',
    id,
    username,
    session,
    ...(rooms.length > 0 ? { rooms: rooms.map((room) => ({ room, ...places.of(room) })) } : {}),
    inbox: places.of(MAILBOX),
  });
}
