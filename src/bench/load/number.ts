/** The 64 digits of numbers in messages, in the order of their values: all of them ASCII, and harmless in JSON and URLs. */
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';
const CODES: Uint8Array = Uint8Array.from(DIGITS, (digit) => digit.charCodeAt(0));
const VALUES: Int8Array = new Int8Array(256).fill(-1);
for (let value = 0; value < 64; value++) VALUES[CODES[value] ?? 0] = value;

/** The most characters that a number takes. */
export const NUMBER_WIDTH = 8;

/** From this width on the last character is a check digit: a number with one wrong character is no number. */
const CHECKED_WIDTH = 4;

const LOW_DIGITS = 5;
const LOW = 64 ** LOW_DIGITS;

/** How many characters of a message of so many bytes are its number. */
export function numberWidth(bytes: number): number {
  return Math.min(NUMBER_WIDTH, bytes);
}

/** How many numbers there are in this width; beyond them they begin again. 1 in no characters. */
export function numbersIn(width: number): number {
  return 64 ** (width < CHECKED_WIDTH ? width : width - 1);
}

/**
 * Writes a number of `width` characters, lowest digit first, at `target[at]`.
 *
 * @param mask what each character is XORed with: eight bytes
 */
export function writeNumber(target: Uint8Array, at: number, width: number, number: number, mask: Uint8Array): void {
  const digits = width < CHECKED_WIDTH ? width : width - 1;
  let low = number % LOW;
  let high = (number - low) / LOW;
  let check = 0;
  for (let i = 0; i < digits; i++) {
    if (i === LOW_DIGITS) {
      low = high;
      high = 0;
    }
    const value = low & 63;
    low >>= 6;
    check += value * (2 * i + 1);
    target[at + i] = CODES[value]! ^ mask[i]!;
  }
  if (digits < width) target[at + digits] = CODES[check & 63]! ^ mask[digits]!;
}

/** The number of `width` characters at `bytes[at]`, or -1 when what stands there is none. */
export function readNumber(bytes: Uint8Array, at: number, width: number): number {
  const digits = width < CHECKED_WIDTH ? width : width - 1;
  let number = 0;
  let unit = 1;
  let check = 0;
  for (let i = 0; i < digits; i++) {
    const value = VALUES[bytes[at + i]!]!;
    if (value < 0) return -1;
    check += value * (2 * i + 1);
    number += value * unit;
    unit *= 64;
  }
  // Odd factors have an inverse modulo 64, so that any one wrong digit changes the sum.
  if (digits < width && VALUES[bytes[at + digits]!] !== (check & 63)) return -1;
  return number;
}
