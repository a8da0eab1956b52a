import { expect, it } from 'vitest';
import { describeChapter } from './chapter.ts';
import { clientFrame, REQUEST, talk, talkBothWays } from './talk.ts';

describeChapter('06-lengths', (stage) => {
  it.each([
    [0, '8200'],
    [125, '827d'],
    [126, '827e007e'],
    [127, '827e007f'],
    [65_535, '827effff'],
    [65_536, '827f0000000000010000'],
  ])('carries %i bytes', async (length, head) => {
    const { port } = await stage().server();
    const answer = await talk(port, [REQUEST, clientFrame(0x82, Buffer.alloc(length, 1))]);
    expect(answer).toBe(head + '01'.repeat(length));
  });

  it('gives the same answer when the length is cut', async () => {
    const { port } = await stage().server();
    const [whole, cut] = await talkBothWays(port, clientFrame(0x82, Buffer.alloc(300, 1)));
    expect(whole).toBe(`827e012c${'01'.repeat(300)}`);
    expect(cut).toBe(whole);
  });

  it.each([
    ['a length in two bytes that fits into one', '82fe007d00000000'],
    ['a length in eight bytes that fits into two', '82ff000000000000ffff00000000'],
    ['a length with its highest bit set', '82ff800000000000000000000000'],
  ])('refuses %s', async (_name, header) => {
    const { port } = await stage().server();
    const bytes = Buffer.concat([Buffer.from(header, 'hex'), clientFrame(0x81, Buffer.from('after'))]);
    expect(await talk(port, [Buffer.concat([REQUEST, bytes])])).toBe('');
    expect(await stage().latest.line()).toMatch(/^1002 /);
  });
});
