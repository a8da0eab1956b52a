// What a Protocol needs of the platform: text, random mask keys, a clock. The same in browsers, Node, Deno and Bun.
import type { TextPort } from 'ws101/protocol';

// #region text-port
const encoder = new TextEncoder();
// `ignoreBOM: true` keeps a byte order mark: it is part of the message like any other character.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text and UTF-8 with `TextEncoder` and `TextDecoder`. */
export const text: TextPort = {
  byteLength: (string) => encoder.encode(string).length,
  write(string, target, offset) {
    encoder.encodeInto(string, target.subarray(offset));
  },
  decode(bytes, start, end) {
    try {
      return decoder.decode(bytes.subarray(start, end));
    } catch {
      return undefined;
    }
  },
};
// #endregion

// #region mask-keys
/** A mask key that nobody can guess, for each frame that a client sends. */
export function nextMaskKey(): number {
  return crypto.getRandomValues(new Int32Array(1))[0] as number;
}
// #endregion

/** A steady clock, in milliseconds. */
export function now(): number {
  return performance.now();
}
