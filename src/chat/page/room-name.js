/**
 * A room's name from what somebody typed: as servers write it, and without the sign that people put before it.
 *
 * @param {string} typed
 */
export const readRoom = (typed) => typed.trim().replace(/^#+/, '').replace(/\s+/g, '-').toLowerCase();

/**
 * What is wrong with a room's name, or the empty string.
 *
 * @param {string} room
 */
export const judgeRoom = (room) =>
  /^[a-z0-9_-]{1,64}$/.test(room) ? '' : 'A room is named with a to z, 0 to 9, “-” and “_”, 64 of them at most.';

/**
 * The room that the address names after `#`, or the empty string.
 *
 * @param {string} hash
 */
export function roomOfHash(hash) {
  try {
    return readRoom(decodeURIComponent(hash));
  } catch {
    return '';
  }
}
