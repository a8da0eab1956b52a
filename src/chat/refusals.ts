import type { ActRefused, EntryRefusal } from '../rooms/index.ts';
import type { ChatErrorCode } from './errors.ts';
import { CHAT_ERRORS, Refusal } from './errors.ts';

const ENTRY: Readonly<Record<Extract<EntryRefusal, string>, ChatErrorCode>> = {
  'already-joined': 'already-joined',
  'too-many-rooms': 'too-many-rooms',
  'room-full': 'room-full',
  'member-in-too-many-rooms': 'room-limit',
  unavailable: 'unavailable',
  gone: 'unavailable',
  'no-room': 'unavailable',
  'stale-rules': 'unavailable',
  'too-soon': 'unavailable',
  'too-large': 'unavailable',
  'bad-rules': 'unavailable',
  left: 'unavailable',
};

const ACT: Readonly<Record<ActRefused['refusal'], ChatErrorCode>> = {
  unavailable: 'unavailable',
  gone: 'no-such-message',
  'no-room': 'not-joined',
  'too-many-rooms': 'too-many-rooms',
  'stale-rules': 'unavailable',
  'too-soon': 'slow-mode',
  'too-large': 'text-too-long',
  banned: 'banned',
  'private-room': 'private-room',
  muted: 'muted',
  'not-allowed': 'not-allowed',
  'too-many': 'rules-full',
  'not-joined': 'not-joined',
  'bad-rules': 'unavailable',
};

/** Why somebody did not get into a room, in the words of the chat. What `admit` said is a code already. */
export function entryRefusal(refusal: EntryRefusal, retryAfterMs?: number): Refusal {
  if (typeof refusal === 'string') return new Refusal(ENTRY[refusal]);
  const { notAdmitted } = refusal;
  return new Refusal(Object.hasOwn(CHAT_ERRORS, notAdmitted) ? (notAdmitted as ChatErrorCode) : 'banned', retryAfterMs);
}

/** Why something was not said or done in a room, in the words of the chat. */
export function saidRefusal({ refusal, retryAfterMs }: ActRefused): Refusal {
  return new Refusal(ACT[refusal], retryAfterMs);
}
