import { readUint32, writeUint32 } from './bytes.ts';

/** The first 2 to 14 bytes of a frame, as values (RFC 6455 §5.2). Fresh for each frame and never written again. */
export interface FrameHeader {
  /** The last, or only, frame of its message. */
  readonly fin: boolean;
  /** The three reserved bits as a number from 0 to 7: RSV1 is 4, RSV2 is 2, RSV3 is 1. */
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  /** How many bits the payload length was written in: 7, 16 or 64. */
  readonly lengthBits: number;
  /**
   * Payload length in bytes. Exact up to 2^53; larger ones are rounded down, which no limit can tell apart.
   * While its bytes are still missing it is -1; only {@link decodeHeaderPrefix} gives such a header.
   */
  readonly length: number;
  /** The four key bytes as a signed 32-bit integer, first byte on top; 0 when not masked. */
  readonly maskKey: number;
  /** How many bytes the whole header takes: 2 to 14. */
  readonly size: number;
}

/** The longest header there is: 2 bytes, a 64-bit length, a mask key. */
export const MAX_HEADER_BYTES = 14;

/**
 * The header that starts at `bytes[start]`, or `undefined` when not all of it lies before `end`.
 *
 * It only reads: whether the header is legal is the question of `checkHeader`. RFC 6455 §5.2.
 */
export function decodeHeader(
  bytes: Uint8Array,
  start: number = 0,
  end: number = bytes.length,
): FrameHeader | undefined {
  const header = decodeHeaderPrefix(bytes, start, end);
  return header !== undefined && end - start >= header.size ? header : undefined;
}

/**
 * What the bytes there are already tell about a header, from the second byte on: `length` is -1 and `maskKey` 0 while
 * their bytes are missing. It lets a decoder refuse an illegal header before the rest of it arrives.
 */
export function decodeHeaderPrefix(bytes: Uint8Array, start: number, end: number): FrameHeader | undefined {
  const available = end - start;
  if (available < 2) return undefined;
  const first = bytes[start]!;
  const second = bytes[start + 1]!;
  const masked = second >= 0x80;
  let length = second & 0x7f;
  let lengthBits = 7;
  let size = 2;
  if (length === 126) {
    lengthBits = 16;
    size = 4;
    length = available < 4 ? -1 : (bytes[start + 2]! << 8) | bytes[start + 3]!;
  } else if (length === 127) {
    lengthBits = 64;
    size = 10;
    length = available < 10 ? -1 : readUint64(bytes, start + 2);
  }
  let maskKey = 0;
  if (masked) {
    if (available >= size + 4) maskKey = readUint32(bytes, start + size) | 0;
    size += 4;
  }
  return {
    fin: first >= 0x80,
    rsv: (first >> 4) & 0x7,
    opcode: first & 0xf,
    masked,
    lengthBits,
    length,
    maskKey,
    size,
  };
}

function readUint64(bytes: Uint8Array, at: number): number {
  const high = readUint32(bytes, at);
  const low = readUint32(bytes, at + 4);
  // From 2^53 on a double has no room for up to 11 low bits; rounded up, 2^63 - 1 would gain the top bit.
  return high * 0x1_0000_0000 + (high < 0x20_0000 ? low : low - (low & 0x7ff));
}

/** What {@link encodeHeaderInto} writes. Without `maskKey` the frame is unmasked. */
export interface HeaderFields {
  readonly opcode: number;
  /** Payload length in bytes, at most `Number.MAX_SAFE_INTEGER`. */
  readonly length: number;
  /** Default true. */
  readonly fin?: boolean;
  /** Default 0. */
  readonly rsv?: number;
  /** The four key bytes as a 32-bit integer, first byte on top. */
  readonly maskKey?: number | undefined;
}

/** How many header bytes a frame of this payload length takes: 2, 4 or 10, and 4 more for a mask key. */
export function headerSize(length: number, masked: boolean): number {
  return (length < 126 ? 2 : length < 0x1_0000 ? 4 : 10) + (masked ? 4 : 0);
}

/**
 * Writes a header at `target[offset]` and gives the offset behind it, where the payload belongs.
 *
 * The length takes the shortest of its three forms. The caller has made room: 2 to 14 bytes. RFC 6455 §5.2.
 *
 * @throws RangeError when `opcode`, `rsv` or `length` cannot be written in a header, or `target` is too short.
 */
export function encodeHeaderInto(target: Uint8Array, offset: number, fields: HeaderFields): number {
  const { opcode, length, fin = true, rsv = 0, maskKey } = fields;
  checkRange('opcode', opcode, 0xf);
  checkRange('rsv', rsv, 7);
  checkRange('length', length, Number.MAX_SAFE_INTEGER); // @rfc 6455-5.2-4
  const size = headerSize(length, maskKey !== undefined);
  checkRange('offset', offset, target.length);
  if (offset + size > target.length) {
    throw new RangeError(`no room for ${size} header bytes at ${offset} of ${target.length}`);
  }
  return writeHeader(target, offset, (fin ? 0x80 : 0) | (rsv << 4) | opcode, length, maskKey);
}

/** @throws RangeError for what is no whole number from 0 to `most` */
export function checkRange(name: string, value: number, most: number): void {
  if (!(Number.isInteger(value) && value >= 0 && value <= most)) {
    throw new RangeError(`${name} must be 0 to ${most}, not ${value}`);
  }
}

/** {@link encodeHeaderInto} without its checks, for callers that computed every value themselves. */
export function writeHeader(
  target: Uint8Array,
  offset: number,
  firstByte: number,
  length: number,
  maskKey: number | undefined,
): number {
  const maskBit = maskKey === undefined ? 0 : 0x80; // @rfc 6455-5.3-1
  let at = offset;
  target[at++] = firstByte;
  // @rfc 6455-5.2-5
  if (length < 126) {
    target[at++] = maskBit | length;
  } else if (length < 0x1_0000) {
    target[at++] = maskBit | 126;
    target[at++] = length >> 8;
    target[at++] = length;
  } else {
    target[at++] = maskBit | 127;
    at = writeUint32(target, at, Math.floor(length / 0x1_0000_0000));
    at = writeUint32(target, at, length);
  }
  return maskKey === undefined ? at : writeUint32(target, at, maskKey);
}
