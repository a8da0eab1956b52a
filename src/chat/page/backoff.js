const FLOOR_MS = 500;
const CEILING_MS = 30_000;
const FIRST_CEILING_MS = 2_000;

/**
 * How long to wait before connecting again: anywhere between half a second and a ceiling that doubles with each loss,
 * from 2 s to 30 s. The whole range is drawn from, so that the clients of a server that restarts do not return as one
 * wave (RFC 6455 §7.2.3).
 *
 * @param {number} attempt losses in a row, 1 for the first
 * @param {number} random from 0 (included) to 1 (excluded)
 * @returns {number} milliseconds
 * @rfc 6455-7.2.3-1 6455-7.2.3-2 6455-7.2.3-3
 */
export function pauseBefore(attempt, random) {
  const ceiling = Math.min(CEILING_MS, FIRST_CEILING_MS * 2 ** (attempt - 1));
  return Math.round(FLOOR_MS + random * (ceiling - FLOOR_MS));
}
