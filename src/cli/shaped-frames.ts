import { randomBytes } from 'node:crypto';
import { encodeFrame, isValidCloseCode, MAX_CLOSE_REASON_BYTES, Opcode } from '../codec/index.ts';
import { type FrameShape, isPlain, type Outgoing, opcodeOf } from './outgoing.ts';
import { UsageError } from './usage-error.ts';

const MOST_CONTROL_BYTES = 125;

/**
 * The bytes for the wire where a connection could or would not send them itself: frames of a shape, pongs, close frames
 * with a code that may not be sent. Undefined for what it sends.
 *
 * Throws a `UsageError` for what cannot be written at all.
 */
export function bytesFor(outgoing: Outgoing): Uint8Array | undefined {
  switch (outgoing.kind) {
    case 'raw':
      return outgoing.bytes;
    case 'message':
      if (isPlain(outgoing.shape)) return undefined;
      return framesOf(opcodeOf(outgoing.payload), bytesOf(outgoing.payload), outgoing.shape);
    case 'pong':
      return framesOf(Opcode.PONG, outgoing.payload, outgoing.shape);
    case 'ping':
      if (isPlain(outgoing.shape) && outgoing.payload.length <= MOST_CONTROL_BYTES) return undefined;
      return framesOf(Opcode.PING, outgoing.payload, outgoing.shape);
    case 'close':
      return closeFrame(outgoing.code, outgoing.reason);
  }
}

function closeFrame(code: number | undefined, text: string): Uint8Array | undefined {
  const reason = bytesOf(text);
  if (code === undefined || (isValidCloseCode(code) && reason.length <= MAX_CLOSE_REASON_BYTES)) return undefined;
  const payload = new Uint8Array(2 + reason.length);
  payload.set([code >> 8, code & 0xff]);
  payload.set(reason, 2);
  return framesOf(Opcode.CLOSE, payload, {});
}

function framesOf(opcode: number, payload: Uint8Array, shape: FrameShape): Uint8Array {
  const { fragment = Math.max(1, payload.length), mask = true, rsv = 0, fin = true } = shape;
  const pieces = Math.max(1, Math.ceil(payload.length / fragment));
  if (pieces > MOST_FRAMES)
    throw new UsageError(`that would be ${pieces} frames; at most ${MOST_FRAMES} are sent at once`);
  const frames = Array.from({ length: pieces }, (_, i) =>
    encodeFrame(
      i === 0 ? (shape.opcode ?? opcode) : Opcode.CONTINUATION,
      payload.subarray(i * fragment, (i + 1) * fragment),
      {
        fin: fin && i === pieces - 1,
        rsv: i === 0 ? rsv : 0,
        maskKey: mask ? randomBytes(4).readInt32BE() : undefined,
      },
    ),
  );
  return new Uint8Array(Buffer.concat(frames));
}

// Each is an array of its own until they are joined.
const MOST_FRAMES = 100_000;

/** The UTF-8 of a text; bytes as they are. */
export function bytesOf(payload: string | Uint8Array): Uint8Array {
  return typeof payload === 'string' ? new TextEncoder().encode(payload) : payload;
}
