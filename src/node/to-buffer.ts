// Not the global one: that is a getter, which the engine calls each time.
import { Buffer } from 'node:buffer';

// What is kept between calls stays small.
const KEEP_UP_TO = 16 * 1024;

let latest: Uint8Array = new Uint8Array(0);
let latestBuffer: Buffer = Buffer.alloc(0);

/** `bytes` as a `Buffer` of the same memory: a socket would make one by itself, one for each of many who are sent the same. */
export function toBuffer(bytes: Uint8Array): Buffer {
  if (bytes instanceof Buffer) return bytes;
  if (bytes === latest) return latestBuffer;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length <= KEEP_UP_TO) {
    latest = bytes;
    latestBuffer = buffer;
  }
  return buffer;
}
