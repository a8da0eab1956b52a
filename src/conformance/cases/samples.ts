import { utf8 } from '../bytes.ts';

const SENTENCE = 'Every octet of this text has its place, so that one lost or moved is noticed. ';

/** So many octets of ASCII text that does not repeat at powers of two. */
export function asciiText(octets: number): Uint8Array {
  const sentence = utf8(SENTENCE);
  return Uint8Array.from({ length: octets }, (_, i) => sentence[i % sentence.length] ?? 0);
}

/** So many octets of every value, in an order that repeats only after 251 times 256. */
export function everyOctet(octets: number): Uint8Array {
  const bytes = new Uint8Array(octets);
  for (let i = 0; i < octets; i++) bytes[i] = (i + Math.floor(i / 251)) & 0xff;
  return bytes;
}

/** So many octets of valid UTF-8 with characters of 1 to 4 octets. */
export function mixedText(octets: number): Uint8Array {
  // 27 octets: 1, 2, 3 and 4 a character, and blanks.
  const unit = utf8('Zug é ñ € ✓ 𝄞 🚲');
  const bytes = new Uint8Array(octets).fill(0x2e);
  for (let at = 0; at + unit.length <= octets; at += unit.length) bytes.set(unit, at);
  return bytes;
}
