import { inspectParts } from '/.inspector/lib/inspect/index.js';
import { nextTurn } from './hex-reader.js';

/** What one file holds at most: with its fields a frame of two bytes takes a kilobyte. */
export const MOST_SAVED_PARTS = 20_000;
const PARTS_A_TURN = 500;

/**
 * Saves what was decoded as a file: a line of JSON for each head and frame, as `ws101 inspect --json` prints it. Gives how
 * many lines there are.
 *
 * @param {Uint8Array} bytes
 * @param {import('/.inspector/lib/inspect/index.js').InspectOptions} options
 */
export async function saveParts(bytes, options) {
  /** @type {string[]} */
  const lines = [];
  for (const { payload, ...rest } of inspectParts(bytes, options)) {
    const wire = toHex(bytes.subarray(rest.offset, rest.offset + rest.bytes));
    lines.push(`${JSON.stringify({ ...rest, wire, ...(payload === undefined ? {} : { payload: toHex(payload) }) })}\n`);
    if (lines.length === MOST_SAVED_PARTS) break;
    if (lines.length % PARTS_A_TURN === 0) await nextTurn();
  }
  const url = URL.createObjectURL(new Blob(lines, { type: 'application/x-ndjson' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = 'ws101.ndjson';
  link.click();
  URL.revokeObjectURL(url);
  return lines.length;
}

const DIGITS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** @param {Uint8Array} bytes */
function toHex(bytes) {
  let digits = '';
  for (const byte of bytes) digits += DIGITS[byte];
  return digits;
}
