import { encodeHeaderInto, headerSize } from './header.ts';
import { applyMask } from './mask.ts';

/** What {@link encodeFrame} sets beside opcode and payload. */
export interface FrameOptions {
  /** Default true. */
  readonly fin?: boolean;
  /** The reserved bits, 0 to 7. Default 0. */
  readonly rsv?: number;
  /**
   * Masks the frame with these four bytes, given as a 32-bit integer, first byte on top. A client must take a new one
   * from a strong source of randomness for every frame (RFC 6455 §5.3); a server gives none.
   */
  readonly maskKey?: number | undefined;
}

/**
 * One whole frame: header and payload in an array of its own. `payload` is copied and left as it is.
 *
 * It writes what it is told, reserved bits and opcodes too, so that tests and tools can build illegal frames.
 *
 * @throws RangeError when the opcode or the bits do not fit a header. RFC 6455 §5.2.
 */
export function encodeFrame(opcode: number, payload: Uint8Array, options: FrameOptions = {}): Uint8Array {
  const { fin = true, rsv = 0, maskKey } = options;
  const { length } = payload;
  const frame = new Uint8Array(headerSize(length, maskKey !== undefined) + length);
  const start = encodeHeaderInto(frame, 0, { opcode, length, fin, rsv, maskKey });
  frame.set(payload, start);
  applyMask(frame, maskKey ?? 0, 0, start);
  return frame;
}
