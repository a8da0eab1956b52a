import { byteLength } from './text.js';

/** @type {(byte: number) => string} */
const hex = (byte) => byte.toString(16).toUpperCase().padStart(2, '0');

/**
 * What a browser puts around a short text: FIN and opcode 1, the mask bit and the length in its shortest form, four bytes
 * of masking key, then the payload (RFC 6455 §5.2). Longer chat texts than 64 KiB do not exist.
 *
 * @param {string} payload the JSON that is sent
 */
export function describeFrame(payload) {
  const length = byteLength(payload);
  const lengthBytes = length < 126 ? [length] : [126, length >> 8, length & 0xff];
  const [first = 0, ...more] = lengthBytes;
  const header = [0x81, 0x80 | first, ...more];
  return { header: header.map(hex).join(' '), payloadBytes: length, totalBytes: header.length + 4 + length };
}
