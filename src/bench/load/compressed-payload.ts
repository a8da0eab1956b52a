import type { DeflateAgreement } from '../../handshake/index.ts';
import { type Compression, deflateMessage, inflateMessage } from '../../node/index.ts';
import { NUMBER_WIDTH, writeNumber } from './number.ts';
import type { Pattern } from './pattern.ts';

/** A message compressed beforehand, with a place for its number. */
export interface CompressedPayload {
  readonly payload: Uint8Array;
  /** Where the number stands in {@link payload}, as plain bytes. */
  readonly at: number;
}

/** Ends a flushed piece of DEFLATE data, so that another one can follow it; a message leaves it out (RFC 7692 §7.2.1). */
const FLUSH = [0x00, 0x00, 0xff, 0xff];
const LEVEL = 3;
const ATTEMPTS = 64;
const NO_MASK = new Uint8Array(NUMBER_WIDTH);
const NO_BYTES = new Uint8Array(0);

/**
 * A pattern compressed so that its number can be stamped in afterwards: the number stands in a stored block of its own, and
 * no other block refers to it (RFC 1951 §3.2.4).
 *
 * @param agreement says how long the window of the client is
 * @param follows the same message went before and its window is kept (RFC 7692 §7.2.3.2)
 */
export function compressPattern(pattern: Pattern, agreement: DeflateAgreement, follows: boolean): CompressedPayload {
  const compression = { windowBits: agreement.clientMaxWindowBits, level: LEVEL, memLevel: 8 };
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const compressed = compressAround(pattern, compression, 255 - attempt, follows);
    if (isIndependent(pattern, compressed, compression.windowBits, follows)) return compressed;
  }
  throw new TypeError('the message could not be compressed beforehand; choose another one');
}

/** @param placeholder stands for the number, so that, where the rest does not have it, nothing refers to it */
function compressAround(
  { bytes, at, width }: Pattern,
  compression: Compression,
  placeholder: number,
  follows: boolean,
): CompressedPayload {
  const number = new Uint8Array(width).fill(placeholder);
  const before = bytes.subarray(0, at);
  const behind = bytes.subarray(at + width);
  const previous = follows ? Buffer.concat([before, number, behind]) : NO_BYTES;
  if (width === 0) return { payload: deflateMessage(bytes, compression, previous), at: 0 };
  const pieces: Uint8Array[] = [];
  if (before.length > 0) pieces.push(deflateMessage(before, compression, previous), Uint8Array.from(FLUSH));
  pieces.push(Uint8Array.of(0x00, width, 0, ~width, 0xff));
  const numberAt = pieces.reduce((sum, { length }) => sum + length, 0);
  pieces.push(number);
  // A message ends in a flush even when there is nothing left to compress: the one byte of it that is sent.
  const rest = behind.length > 0 ? deflateMessage(behind, compression, Buffer.concat([previous, before, number])) : [0];
  return { payload: Buffer.concat([...pieces, Uint8Array.from(rest)]), at: numberAt };
}

/** Whether the message comes out right with any number in it and in the one before it. */
function isIndependent(
  { bytes, at, width }: Pattern,
  compressed: CompressedPayload,
  windowBits: number,
  follows: boolean,
): boolean {
  const payload = Uint8Array.from(compressed.payload);
  for (const [number, previous] of [
    [0, 1],
    [0x123_4567, 0x3_1234_5678],
  ] as const) {
    const expected = Uint8Array.from(bytes);
    const earlier = Uint8Array.from(bytes);
    writeNumber(expected, at, width, number, NO_MASK);
    writeNumber(earlier, at, width, previous, NO_MASK);
    writeNumber(payload, compressed.at, width, number, NO_MASK);
    const plain = inflateMessage(payload, windowBits, expected.length + 1, follows ? earlier : undefined);
    if (Buffer.compare(plain, expected) !== 0) return false;
  }
  return true;
}
