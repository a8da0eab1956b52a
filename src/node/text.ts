import { Buffer, isAscii, isUtf8 } from 'node:buffer';
import type { TextPort } from '../protocol/index.ts';
import { NativeTextValidator } from './text-validator.ts';
import { bufferOf, bufferOfLatest } from './to-buffer.ts';

// Up to this length one look at each byte or character costs less than the calls into native code that it saves.
const ASCII_LOOP_UP_TO = 64;

// The array that was written to last is most often the next one, too: that which all connections fill.
const bufferToFill = bufferOfLatest(64 * 1024);

function isAsciiText(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false;
  return true;
}

function areAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at]! >= 0x80) return false;
  return true;
}

/** Text to UTF-8 and back through Node's native code. */
export const nodeText: TextPort = {
  byteLength(text) {
    return text.length <= ASCII_LOOP_UP_TO && isAsciiText(text) ? text.length : Buffer.byteLength(text);
  },
  write(text, target, offset) {
    let at = 0;
    if (text.length <= ASCII_LOOP_UP_TO) {
      for (let code = 0; at < text.length; at++) {
        code = text.charCodeAt(at);
        if (code >= 0x80) break;
        target[offset + at] = code;
      }
      if (at === text.length) return;
    }
    bufferToFill(target).write(text, offset);
  },
  decode(bytes, start, end) {
    if (end - start <= ASCII_LOOP_UP_TO && bytes instanceof Buffer && areAscii(bytes, start, end)) {
      return bytes.toString('latin1', start, end);
    }
    const buffer = bufferOf(bytes, start, end);
    if (isAscii(buffer)) return buffer.toString('latin1');
    return isUtf8(buffer) ? buffer.toString('utf8') : undefined;
  },
  validator: () => new NativeTextValidator(),
};
