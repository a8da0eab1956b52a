import { Buffer, isUtf8 } from 'node:buffer';
import type { TextPort } from '../protocol/index.ts';

// Below this length one look at each byte costs less than two calls into native code.
const ASCII_LOOP_UP_TO = 24;

function toBuffer(bytes: Uint8Array, start: number, end: number): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
}

/** Text to UTF-8 and back through Node's native code. */
export const nodeText: TextPort = {
  byteLength: (text) => Buffer.byteLength(text),
  write(text, target, offset) {
    const buffer = target instanceof Buffer ? target : toBuffer(target, 0, target.length);
    buffer.write(text, offset);
  },
  decode(bytes, start, end) {
    if (end - start <= ASCII_LOOP_UP_TO) {
      let text = '';
      let at = start;
      for (; at < end && bytes[at]! < 0x80; at++) text += String.fromCharCode(bytes[at]!);
      if (at === end) return text;
    }
    const buffer = toBuffer(bytes, start, end);
    return isUtf8(buffer) ? buffer.toString('utf8') : undefined;
  },
};
