import { encodeFrame, Opcode } from '../../src/codec/index.ts';

/** Masks and payloads of what is measured: nothing random, so that every run does the same. */
export const MASK_KEY = 0x37fa213d;

/** One kind of stream of binary messages. */
export interface Stream {
  readonly name: string;
  readonly bytes: number;
  readonly masked: boolean;
  /** How many messages it holds. */
  readonly messages: number;
  readonly chunks: readonly Uint8Array[];
}

/** What one read of a socket gives at most in Node. */
const READ_BYTES = 65_536;
/** A prime near the payload of a TCP segment, so that cuts fall everywhere. */
const SEGMENT_BYTES = 1447;

/** Messages of so many bytes: a read full of them, or one; in chunks as reads give them, or cut as segments are. */
export function streamOf(bytes: number, masked: boolean, cut: boolean): Stream {
  const messages = Math.max(1, Math.floor(READ_BYTES / (bytes + 8)));
  const frame = encodeFrame(Opcode.BINARY, payloadOf(bytes), { maskKey: masked ? MASK_KEY : undefined });
  const wire = Buffer.concat(Array.from({ length: messages }, () => frame));
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < wire.length; at += cut ? SEGMENT_BYTES : READ_BYTES)
    chunks.push(Buffer.from(wire.subarray(at, at + (cut ? SEGMENT_BYTES : READ_BYTES))));
  const name = `${sizeName(bytes)}, ${masked ? 'masked' : 'not masked'}${cut ? ', cut into segments' : ''}`;
  return { name, bytes, masked, messages, chunks };
}

export function payloadOf(bytes: number): Uint8Array {
  return new Uint8Array(bytes).map((_, i) => (i * 7 + (i >> 8)) & 0xff);
}

export function sizeName(bytes: number): string {
  return bytes < 1024 ? `${bytes} B` : bytes < 1024 ** 2 ? `${bytes / 1024} KiB` : `${bytes / 1024 ** 2} MiB`;
}
