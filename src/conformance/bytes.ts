/** Bytes as every file of the suite writes and reads them: by code of its own, so that no mistake of ours stands at both ends. */

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder('utf-8', { ignoreBOM: true });

/** No bytes at all. */
export const NOTHING: Uint8Array = new Uint8Array(0);

/** The UTF-8 of a text. */
export function utf8(text: string): Uint8Array {
  return ENCODER.encode(text);
}

/** One byte for each character, from U+0000 to U+00FF. */
export function latin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The bytes that pairs of hexadecimal digits stand for; blanks between them are for people. */
export function hex(digits: string): Uint8Array {
  const pairs = digits.replaceAll(' ', '').match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16));
}

/** All of them, one behind the other, in an array of their own. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Have they the same bytes? */
export function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one === other || (one.length === other.length && Buffer.compare(one, other) === 0);
}

/** A text for people, with a mark in the place of bytes that are not valid. */
export function readable(bytes: Uint8Array): string {
  return DECODER.decode(bytes);
}

/** Two bytes, the higher one first. */
export function uint16(value: number): Uint8Array {
  return Uint8Array.of((value >>> 8) & 0xff, value & 0xff);
}

/** Eight bytes, the highest one first. */
export function uint64(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value);
  return bytes;
}

/** Parts of at most this many bytes each, which share the memory of the whole; one empty part when there is nothing. */
export function pieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let at = 0; at === 0 || at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}
