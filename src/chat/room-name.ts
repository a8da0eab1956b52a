import { Refusal } from './errors.ts';

const ROOM_NAME = /^[a-z0-9_-]{1,64}$/;

/** Gives the room's name as it is, or the refusal `room-invalid`: 1 to 64 of `a`–`z`, `0`–`9`, `_` and `-`. */
export function checkRoomName(name: string): string | Refusal {
  return ROOM_NAME.test(name) ? name : new Refusal('room-invalid');
}
