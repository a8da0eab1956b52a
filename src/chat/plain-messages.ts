import type { RoomEvent } from '../rooms/index.ts';
import { decodeMessage } from './payloads.ts';
import { timeOf } from './v1/event-messages.ts';
import type { TextMessage } from './wire.ts';

/** What a client that knows four fields is told of an event: texts alone. Joins and leaves are the announcer's. */
export function plainMessageOf(event: RoomEvent): TextMessage | undefined {
  if (event.kind !== 'entry' || event.entry.kind !== 'message') return undefined;
  const payload = decodeMessage(event.entry.payload);
  if (payload === undefined) return undefined;
  const timestamp = timeOf(event.entry.at);
  return { type: 'message', room: event.room, username: payload.name, message: payload.text, timestamp };
}
