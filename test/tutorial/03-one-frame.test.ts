import { expect, it } from 'vitest';
import { describeChapter } from './chapter.ts';
import { clientFrame } from './talk.ts';

describeChapter('03-one-frame', (stage) => {
  it.each([
    [0x81, 0, 'FIN 1, opcode 1, MASK 1, 0 bytes'],
    [0x02, 7, 'FIN 0, opcode 2, MASK 1, 7 bytes'],
    [0x8a, 125, 'FIN 1, opcode 10, MASK 1, 125 bytes'],
  ])('reads a first byte of %i and %i bytes', async (firstByte, length, told) => {
    const seen = await stage().run(
      `npx tsx docs/tutorial/wire.ts 8080 handshake ${clientFrame(firstByte, Buffer.alloc(length)).toString('hex')}`,
    );
    const digits = seen.slice(seen.indexOf('\n\n')).replaceAll(/\s/g, '');
    expect(Buffer.from(digits, 'hex').subarray(9).toString()).toBe(told);
  });
});
