import { applyMask, headerSize, writeHeader } from '../codec/index.ts';

/** A frame that the other end sent. */
export interface ScriptedFrame {
  readonly fin: boolean;
  /** The three reserved bits as a number. */
  readonly rsv: number;
  readonly opcode: number;
  readonly masked: boolean;
  /** Unmasked. */
  readonly payload: Uint8Array;
}

/** How a frame is sent. Nothing of it is checked, so that wrong frames can be sent, too. */
export interface ScriptedFrameOptions {
  /** Default true. */
  readonly fin?: boolean;
  /** The three reserved bits as a number. Default 0. */
  readonly rsv?: number;
  /** Default: as the role has it. */
  readonly masked?: boolean;
  /** Default: a fixed one, so that a script sends the same bytes each time. */
  readonly maskKey?: number;
}

const MASK_KEY = 0x2b7e1516;

/** The bytes of a frame (RFC 6455 §5.2). A string becomes UTF-8. */
export function frameBytes(
  opcode: number,
  payload: string | Uint8Array,
  { fin = true, rsv = 0, masked = false, maskKey = MASK_KEY }: ScriptedFrameOptions,
): Uint8Array {
  const body = Buffer.from(payload as string);
  const bytes = new Uint8Array(headerSize(body.length, masked) + body.length);
  const firstByte = (fin ? 0x80 : 0) | ((rsv & 7) << 4) | (opcode & 15);
  const start = writeHeader(bytes, 0, firstByte, body.length, masked ? maskKey : undefined);
  bytes.set(body, start);
  if (masked) applyMask(bytes, maskKey, 0, start, bytes.length);
  return bytes;
}

/** The frame at the start of `bytes` and its length there; undefined when it is not whole yet. */
export function takeFrame(bytes: Buffer): [frame: ScriptedFrame, length: number] | undefined {
  if (bytes.length < 2) return undefined;
  const [first = 0, second = 0] = bytes;
  const short = second & 0x7f;
  const lengthBytes = short < 126 ? 0 : short === 126 ? 2 : 8;
  const masked = second >= 0x80;
  const start = 2 + lengthBytes + (masked ? 4 : 0);
  if (bytes.length < start) return undefined;
  const long = lengthBytes === 8 ? Number(bytes.readBigUInt64BE(2)) : 0;
  const length = lengthBytes === 2 ? bytes.readUInt16BE(2) : lengthBytes === 8 ? long : short;
  if (bytes.length < start + length) return undefined;
  const payload = Uint8Array.from(bytes.subarray(start, start + length));
  if (masked) applyMask(payload, bytes.readInt32BE(start - 4));
  return [{ fin: first >= 0x80, rsv: (first >> 4) & 7, opcode: first & 15, masked, payload }, start + length];
}
