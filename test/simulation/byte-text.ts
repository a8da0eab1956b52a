import { isUtf8 } from 'node:buffer';
import type { TextPort } from '../../src/protocol/index.ts';

/** Text through Node's buffers: a simulation calls this millions of times. */
export const byteText: TextPort = {
  byteLength: (text) => Buffer.byteLength(text),
  write(text, target, offset) {
    Buffer.from(target.buffer, target.byteOffset, target.length).write(text, offset);
  },
  decode(bytes, start, end) {
    const view = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start);
    return isUtf8(view) ? view.toString('utf8') : undefined;
  },
};
