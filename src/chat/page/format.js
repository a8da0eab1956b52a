const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const day = new Intl.DateTimeFormat('en', { weekday: 'long', day: 'numeric', month: 'long' });
const dayWithYear = new Intl.DateTimeFormat('en', { dateStyle: 'full' });

/**
 * A server's timestamp as a date; the present moment when it is none.
 *
 * @param {string} timestamp ISO 8601
 * @param {number} now
 */
export function readTimestamp(timestamp, now) {
  const date = new Date(timestamp);
  return Number.isNaN(date.getTime()) ? new Date(now) : date;
}

/** @type {(date: Date) => string} */
export const timeOfDay = (date) => clock.format(date);

/** @type {(date: Date) => string} */
export const fullTime = (date) => full.format(date);

/** @type {(date: Date) => string} the day in the reader's time zone, as `2026-11-23` */
export const dayKey = (date) =>
  `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}-${String(date.getDate()).padStart(2, '0')}`;

/**
 * How people call a day.
 *
 * @param {Date} date
 * @param {number} now
 */
export function dayName(date, now) {
  const today = new Date(now);
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (dayKey(date) === dayKey(today)) return 'Today';
  if (dayKey(date) === dayKey(yesterday)) return 'Yesterday';
  return (date.getFullYear() === today.getFullYear() ? day : dayWithYear).format(date);
}

const SHOWN_NAMES = 3;

/**
 * Names as a phrase: `ann`, `ann and bea`, `ann, bea, carl and 4 others`.
 *
 * @param {readonly string[]} names
 * @param {number} unnamed how many more there are
 */
export function listNames(names, unnamed) {
  // One more name takes no more room than "1 other".
  const shown = names.slice(0, names.length + unnamed === SHOWN_NAMES + 1 ? SHOWN_NAMES + 1 : SHOWN_NAMES);
  const others = names.length - shown.length + unnamed;
  if (others > 0) shown.push(others === 1 ? '1 other' : `${others} others`);
  const last = shown.pop() ?? '';
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}

const HUES = 8;

/**
 * One of the style sheet's eight author colours, the same for a name on every page.
 *
 * @param {string} foldedName
 */
export function hueOf(foldedName) {
  let sum = 7;
  for (let at = 0; at < foldedName.length; at += 1) sum = (sum * 31 + foldedName.charCodeAt(at)) >>> 0;
  return `hue-${sum % HUES}`;
}
