// Not the global one: that is a getter, which the engine calls each time.
import { Buffer } from 'node:buffer';

/** `bytes[start]` to `bytes[end - 1]` as a `Buffer` of the same memory. */
export function bufferOf(bytes: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
}

/** Gives whole arrays as {@link bufferOf}, and the same again for the one asked for last, if it has at most `keepUpTo` bytes. */
export function bufferOfLatest(keepUpTo: number): (bytes: Uint8Array) => Buffer {
  let latest: Uint8Array = new Uint8Array(0);
  let latestBuffer: Buffer = Buffer.alloc(0);
  return (bytes) => {
    if (bytes === latest) return latestBuffer;
    const buffer = bufferOf(bytes, 0, bytes.length);
    if (bytes.length <= keepUpTo) {
      latest = bytes;
      latestBuffer = buffer;
    }
    return buffer;
  };
}

// What is kept between calls stays small.
const ofMany = bufferOfLatest(16 * 1024);

/** `bytes` as a `Buffer` of the same memory: a socket would make one by itself, one for each of many who are sent the same. */
export function toBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : ofMany(bytes);
}
