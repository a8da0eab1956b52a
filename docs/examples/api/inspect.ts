// What a frame says, field by field, and which rule the next one breaks.
import { inspect } from 'ws101/inspect';

const bytes = Uint8Array.of(0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58, 0xc1, 0x80, 1, 2, 3, 4);
const { role, parts, violation } = inspect(bytes);
console.log('received by a', role);
for (const { title, spans } of parts) {
  console.log(title);
  for (const { offset, bits, field, value, section } of spans) console.log(' ', offset, bits, field, value, section);
}
console.log(violation?.code, violation?.section);
