import { Utf8Validator } from '../codec/index.ts';

/** The most characters, or bytes, of a value that are shown. */
export const PREVIEW_LENGTH = 200;

/** The bytes in hexadecimal, pairs of digits with blanks between; an ellipsis stands for those beyond `most`. */
export function previewHex(bytes: Uint8Array, most: number = PREVIEW_LENGTH): string {
  const pairs = Array.from(bytes.subarray(0, most), (byte) => byte.toString(16).padStart(2, '0'));
  if (bytes.length > most) pairs.push('…');
  return pairs.join(' ');
}

/**
 * The bytes as quoted UTF-8 text that is safe to print: control characters, invisible ones and those that change the
 * direction of writing are escaped, as are bytes that are no UTF-8 (`\xff`). An ellipsis stands for what is too long.
 */
export function previewText(bytes: Uint8Array, most: number = PREVIEW_LENGTH): string {
  let text = '';
  let at = 0;
  for (let characters = 0; at < bytes.length && characters < most; characters++) {
    const length = characterLength(bytes, at);
    text += length === 0 ? `\\x${hexByte(bytes[at]!)}` : escapePoint(readPoint(bytes, at, length));
    at += Math.max(1, length);
  }
  return `"${text}"${at < bytes.length ? '…' : ''}`;
}

/** Bytes of a head, one character each, safe to print; bytes beyond ASCII are escaped. */
export function previewAscii(bytes: Uint8Array, most: number = PREVIEW_LENGTH): string {
  let text = '';
  for (const byte of bytes.subarray(0, most)) text += byte < 0x80 ? escapePoint(byte) : `\\x${hexByte(byte)}`;
  return bytes.length > most ? `${text}…` : text;
}

/** How many bytes the character at this offset has; 0 when none starts there. */
function characterLength(bytes: Uint8Array, at: number): number {
  const validator = new Utf8Validator();
  for (let end = at; end < bytes.length; ) {
    if (!validator.push(bytes, end, ++end)) return 0;
    if (validator.complete) return end - at;
  }
  return 0;
}

function readPoint(bytes: Uint8Array, at: number, length: number): number {
  const lead = bytes[at]!;
  if (length === 1) return lead;
  let point = lead & (0x7f >> length);
  for (let i = 1; i < length; i++) point = (point << 6) | (bytes[at + i]! & 0x3f);
  return point;
}

const SHORT_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
]);

function escapePoint(point: number): string {
  const short = SHORT_ESCAPES.get(point);
  if (short !== undefined) return short;
  if (point < 0x20 || point === 0x7f) return `\\x${hexByte(point)}`;
  const character = String.fromCodePoint(point);
  // Control, format, private, unassigned; and the two separators that end a line in some places.
  if (/[\p{C}\u2028\u2029]/u.test(character)) return `\\u{${point.toString(16)}}`;
  return character;
}

function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
