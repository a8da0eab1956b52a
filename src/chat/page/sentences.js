/** @import { Piece } from './talk-types.ts' */
/** @import { Moderation } from './wire-types.ts' */

/** @type {(ms: number) => string} */
export const seconds = (ms) => `${Math.max(1, Math.ceil(ms / 1000))} s`;

/** @type {[number, string][]} */
const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'hour'],
  [60_000, 'minute'],
  [1_000, 'second'],
];

/**
 * A span of time in words, as `10 minutes`: in the largest unit of which it has a whole number, but for small change.
 *
 * @param {number} ms
 */
export function spanOf(ms) {
  const [unit, word] = UNITS.find(([size]) => ms >= size && ms % size < size / 20) ?? [1_000, 'second'];
  const count = Math.max(1, Math.round(ms / unit));
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

/**
 * What a moderator did.
 *
 * @param {Moderation} note
 * @returns {Piece[]}
 */
export function moderationSentence({ action, by, username, forMs, everyMs, on, reason }) {
  const who = { name: username };
  const span = forMs === undefined ? '' : ` for ${spanOf(forMs)}`;
  const why = reason === '' ? [] : [' Reason: ', { name: reason }];
  const by_ = { name: by };
  switch (action) {
    case 'kick':
      return [by_, ' put ', who, ' out of the room.', ...why];
    case 'ban':
      return [by_, ' banned ', who, `${span}.`, ...why];
    case 'unban':
      return [by_, ' ended the ban of ', who, '.'];
    case 'mute':
      return [by_, ' muted ', who, `${span}.`, ...why];
    case 'unmute':
      return [by_, ' lets ', who, ' write again.'];
    case 'promote':
      return [by_, ' made ', who, ' a moderator.'];
    case 'demote':
      return [by_, ' made ', who, ' a member again.'];
    case 'invite':
      return [by_, ' invited ', who, '.'];
    case 'uninvite':
      return [by_, ' took back the invitation of ', who, '.'];
    case 'slow':
      return [by_, everyMs ? ` set slow mode: one message every ${spanOf(everyMs)}.` : ' ended slow mode.'];
    case 'private':
      return [by_, on ? ' made the room private.' : ' made the room public.'];
    default:
      return [by_, ' changed the rules of the room.'];
  }
}

/** What a close code that ends it means for a person, and what the button beside it says. */
const CLOSES = new Map([
  [1008, ['The server refused too much of what this page sent, and closed the connection.', 'Try again']],
  [4401, ['The server lets you in with a valid token only. Yours has ended, or there is none.', 'Enter a token']],
  [4409, ['You went on in another window or tab, and this one was closed.', 'Go on here']],
]);

/** @type {(code: number, reason: string) => { sentence: string, remedy: string }} */
export function closeWords(code, reason) {
  const [sentence, remedy] = CLOSES.get(code) ?? [`The server closed the connection. ${reason}`, 'Try again'];
  return { sentence: sentence ?? reason, remedy: remedy ?? 'Try again' };
}

/** @type {(reason: string) => string} why somebody is no longer in a room */
export const leftSentence = (reason) =>
  reason === 'banned'
    ? 'You were banned from this room.'
    : reason === 'kicked'
      ? 'You were put out of this room. You may come back.'
      : 'You left this room.';
