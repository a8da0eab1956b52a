import { isUtf8 } from 'node:buffer';
import { Utf8Validator } from '../codec/index.ts';
import type { TextValidator } from '../protocol/index.ts';

// Below this a look at each byte costs less than the call.
const NATIVE_FROM = 256;

/** Checks long pieces by Node's native code, and at their ends what they cut in two byte by byte. */
export class NativeTextValidator implements TextValidator {
  readonly #bytewise = new Utf8Validator();

  push(bytes: Uint8Array, start: number, end: number): boolean {
    const own = this.#bytewise;
    let at = start;
    while (at < end && !own.complete) if (!own.push(bytes, at, ++at)) return false;
    if (end - at >= NATIVE_FROM) {
      const cut = startOfLast(bytes, end);
      if (isUtf8(bytes.subarray(at, cut))) at = cut;
    }
    return own.push(bytes, at, end);
  }

  get complete(): boolean {
    return this.#bytewise.complete;
  }

  reset(): void {
    this.#bytewise.reset();
  }
}

/** Where the last character begins, of which the rest may be still to come. */
function startOfLast(bytes: Uint8Array, end: number): number {
  for (let at = end - 1; at > end - 4; at--) if ((bytes[at]! & 0xc0) !== 0x80) return at;
  return end - 4;
}
