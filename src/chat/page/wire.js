/** @import { ServerMessage } from './types.ts' */

/** How many bytes of UTF-8 the server takes as one chat text. */
export const MAX_TEXT_BYTES = 4096;

const encoder = new TextEncoder();

/**
 * How many bytes a text takes on the wire.
 *
 * @param {string} text
 */
export const byteLength = (text) => encoder.encode(text).length;

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
const isRecord = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @type {(value: unknown) => string} */
const stringOr = (value) => (typeof value === 'string' ? value : '');

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
  if (!isRecord(value)) return undefined;
  const room = stringOr(value.room);
  const username = stringOr(value.username);
  const timestamp = stringOr(value.timestamp);
  switch (value.type) {
    case 'join':
    case 'leave': {
      const usernames = Array.isArray(value.usernames)
        ? value.usernames.filter((name) => typeof name === 'string')
        : [];
      if (usernames.length === 0 && username !== '') usernames.push(username);
      const count = typeof value.count === 'number' ? value.count : 0;
      return { type: value.type, room, usernames, unnamed: Math.max(0, count - usernames.length), timestamp };
    }
    case 'message':
      return { type: 'message', room, username, message: stringOr(value.message), timestamp };
    case 'error': {
      const { retryAfterMs } = value;
      return {
        type: 'error',
        code: stringOr(value.code),
        message: stringOr(value.message),
        retryAfterMs: typeof retryAfterMs === 'number' && retryAfterMs >= 0 ? retryAfterMs : undefined,
      };
    }
    default:
      return undefined;
  }
}

/** @type {(username: string, room: string) => string} */
export const joinText = (username, room) => JSON.stringify({ type: 'join', username, room });

/** @type {(room: string) => string} */
export const leaveText = (room) => JSON.stringify({ type: 'leave', room });

/** @type {(message: string, room: string) => string} */
export const messageText = (message, room) => JSON.stringify({ type: 'message', message, room });

/**
 * The form in which two spellings of one name are equal: the server tells names apart by neither case, width nor runs of
 * spaces.
 *
 * @param {string} name
 */
export const foldName = (name) =>
  name.normalize('NFKC').trim().replace(/ {2,}/g, ' ').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');

/** @type {(a: string, b: string) => boolean} */
export const isSameName = (a, b) => foldName(a) === foldName(b);
