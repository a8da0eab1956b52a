import { writeUint32 } from './bytes.ts';
import { type Masker, simdMasker } from './simd-mask.ts';

// Below this many bytes the plain loop beats setting up a view of 32-bit words.
const WORDWISE_FROM = 64;

// Four bytes and the word that they are on this machine, whatever its byte order.
const KEY_BYTES = new Uint8Array(4);
const KEY_WORD = new Int32Array(KEY_BYTES.buffer);

/** What masks large payloads. Tests set it; it is no part of the API. */
export const masking: { from: number; simd: Masker | false | undefined } = {
  // From here on SIMD pays for its two copies (docs/performance.md).
  from: 512,
  // Compiled with the first payload that is large enough; false where that failed.
  simd: undefined,
};

/**
 * XORs `bytes[start]` to `bytes[end - 1]` with the key, in place: masks plain bytes and unmasks masked ones.
 *
 * @param key the four key bytes as a 32-bit integer, first byte on top
 * @param phase how many bytes of the same payload came before, modulo 4: 0 at the start of a payload
 * @returns the phase for the bytes that follow, so that a payload can be masked piece by piece
 *
 * RFC 6455 §5.3.
 */
export function applyMask(
  bytes: Uint8Array,
  key: number,
  phase: number = 0,
  start: number = 0,
  end: number = bytes.length,
): number {
  if (key !== 0) {
    const word = rotated(key, phase);
    if (end - start < WORDWISE_FROM) maskBytes(bytes, word, start, end);
    else maskLong(bytes, word, start, end);
  }
  return (phase + end - start) & 3;
}

/** The key as it applies behind `phase` bytes. */
function rotated(key: number, phase: number): number {
  const rotation = (phase & 3) * 8;
  // Shifts count modulo 32, so a rotation by 0 comes out right.
  return (key << rotation) | (key >>> (32 - rotation));
}

// Of its own, and short: only so does the engine put it where it is called, for 5 % of a small message's time.
function maskBytes(bytes: Uint8Array, key: number, start: number, end: number): void {
  let at = start;
  for (; at + 4 <= end; at += 4) {
    bytes[at] = bytes[at]! ^ (key >>> 24);
    bytes[at + 1] = bytes[at + 1]! ^ (key >>> 16);
    bytes[at + 2] = bytes[at + 2]! ^ (key >>> 8);
    bytes[at + 3] = bytes[at + 3]! ^ key;
  }
  for (; at < end; at++) bytes[at] = bytes[at]! ^ rotated(key, at - start + 1);
}

function maskLong(bytes: Uint8Array, key: number, start: number, end: number): void {
  if (end - start >= masking.from) {
    masking.simd ??= simdMasker() ?? false;
    if (masking.simd) {
      masking.simd(bytes, key, start, end);
      return;
    }
  }
  const aligned = start + (-(bytes.byteOffset + start) & 3);
  maskBytes(bytes, key, start, aligned);
  const word = rotated(key, aligned - start);
  maskBytes(bytes, word, maskWords(bytes, aligned, end, word), end);
}

/** Masks whole groups of four words from an aligned `at` on and gives the offset behind the last one. */
function maskWords(bytes: Uint8Array, at: number, end: number, word: number): number {
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + at, ((end - at) >> 4) * 4);
  writeUint32(KEY_BYTES, 0, word);
  const key = KEY_WORD[0]!;
  for (let i = 0; i < words.length; i += 4) {
    words[i] = words[i]! ^ key;
    words[i + 1] = words[i + 1]! ^ key;
    words[i + 2] = words[i + 2]! ^ key;
    words[i + 3] = words[i + 3]! ^ key;
  }
  return at + words.length * 4;
}
