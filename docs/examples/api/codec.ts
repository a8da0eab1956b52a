// A masked frame that arrives one byte at a time, and one that breaks a rule.
import { encodeFrame, FrameDecoder, Opcode, ProtocolViolation } from 'ws101/codec';

const frame = encodeFrame(Opcode.BINARY, Uint8Array.of(1, 2, 3), { maskKey: 0x37fa213d });
const decoder = new FrameDecoder({ role: 'server' });
const sink = {
  header: ({ opcode, length, fin }: { opcode: number; length: number; fin: boolean }) =>
    console.log({ opcode, length, fin }),
  payload(bytes: Uint8Array, start: number, end: number, last: boolean) {
    console.log(bytes.slice(start, end).join(), last ? 'and no more' : 'and more');
    return false; // true would stop behind these bytes
  },
};
for (const byte of frame) decoder.push(Uint8Array.of(byte), sink);

try {
  decoder.push(encodeFrame(Opcode.TEXT, Uint8Array.of(72, 105)), sink);
} catch (error) {
  if (error instanceof ProtocolViolation) console.log(error.code, error.closeCode, error.section);
}
