import type { TextPort } from '../../src/protocol/index.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Text and UTF-8 through what every platform has: `TextEncoder` and `TextDecoder`. */
export const webText: TextPort = {
  byteLength: (text) => encoder.encode(text).length,
  write(text, target, offset) {
    encoder.encodeInto(text, target.subarray(offset));
  },
  decode(bytes, start, end) {
    try {
      return decoder.decode(bytes.subarray(start, end));
    } catch {
      return undefined;
    }
  },
};
