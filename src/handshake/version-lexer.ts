import { CLASS, DIGIT } from './characters.ts';

const PATTERN = 'HTTP/d.d';

/** How many bytes an HTTP version has, RFC 9112 §2.3. */
export const VERSION_LENGTH: number = PATTERN.length;

/** Whether the byte may stand at this position of an HTTP version: `HTTP/`, a digit, a dot, a digit, in this case. */
export function fitsVersion(byte: number, position: number): boolean {
  const expected = PATTERN.charCodeAt(position);
  return position === 5 || position === 7 ? (CLASS[byte]! & DIGIT) !== 0 : byte === expected;
}
