/**
 * Tells valid UTF-8 from invalid, piece by piece, and at the first byte that cannot continue what came before.
 *
 * Overlong forms, surrogates and code points above U+10FFFF are invalid (RFC 3629 §3, RFC 6455 §8.1). Feed pieces with
 * {@link push}; at the end of the text {@link complete} must be true; {@link reset} before the next text.
 * @rfc 6455-8.1-1
 */
export class Utf8Validator {
  // How many bytes the sequence still lacks; -1 from the first bad byte on.
  #missing = 0;
  // The second byte of a sequence has a narrower range after E0, ED, F0 and F4.
  #lowest = 0x80;
  #highest = 0xbf;

  /** False as soon as the bytes so far are no beginning of any valid text; after that only {@link reset} helps. */
  push(bytes: Uint8Array, start: number = 0, end: number = bytes.length): boolean {
    let missing = this.#missing;
    if (missing < 0) return false;
    let lowest = this.#lowest;
    let highest = this.#highest;
    let at = start;
    while (at < end) {
      const byte = bytes[at++]!;
      if (missing > 0) {
        if (byte < lowest || byte > highest) return this.#refuse();
        missing--;
        lowest = 0x80;
        highest = 0xbf;
      } else if (byte < 0x80) {
        at = skipAscii(bytes, at, end);
      } else if (byte >= 0xc2 && byte <= 0xdf) {
        missing = 1;
      } else if (byte >= 0xe0 && byte <= 0xef) {
        missing = 2;
        if (byte === 0xe0) lowest = 0xa0;
        if (byte === 0xed) highest = 0x9f;
      } else if (byte >= 0xf0 && byte <= 0xf4) {
        missing = 3;
        if (byte === 0xf0) lowest = 0x90;
        if (byte === 0xf4) highest = 0x8f;
      } else {
        return this.#refuse();
      }
    }
    this.#missing = missing;
    this.#lowest = lowest;
    this.#highest = highest;
    return true;
  }

  /** True when all was valid so far and no sequence is left unfinished. */
  get complete(): boolean {
    return this.#missing === 0;
  }

  /** Forgets what came before. */
  reset(): void {
    this.#missing = 0;
    this.#lowest = 0x80;
    this.#highest = 0xbf;
  }

  #refuse(): false {
    this.#missing = -1;
    return false;
  }
}

function skipAscii(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at + 4 <= end && (bytes[at]! | bytes[at + 1]! | bytes[at + 2]! | bytes[at + 3]!) < 0x80) at += 4;
  while (at < end && bytes[at]! < 0x80) at++;
  return at;
}

/** True when these bytes are a whole valid UTF-8 text. */
export function isValidUtf8(bytes: Uint8Array, start: number = 0, end: number = bytes.length): boolean {
  const validator = new Utf8Validator();
  return validator.push(bytes, start, end) && validator.complete;
}

/**
 * The longest beginning of `bytes` that is at most `maxBytes` long and cuts no character in two.
 *
 * `bytes` must be valid UTF-8. The result is a view of `bytes`, not a copy.
 */
export function truncateUtf8(bytes: Uint8Array, maxBytes: number): Uint8Array {
  if (bytes.length <= maxBytes) return bytes;
  let end = Math.max(0, Math.floor(maxBytes));
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}
