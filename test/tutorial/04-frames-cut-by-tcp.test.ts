import { expect, it } from 'vitest';
import { describeChapter } from './chapter.ts';
import { clientFrame, talkBothWays } from './talk.ts';

const hex = (text: string): string => Buffer.from(text).toString('hex');

describeChapter('04-frames-cut-by-tcp', (stage) => {
  it('gives the same answers however the bytes are cut, the request among them', async () => {
    const { port } = await stage().server();
    const bytes = Buffer.concat([clientFrame(0x81, Buffer.from('one')), clientFrame(0x02, Buffer.alloc(100))]);
    const first = `8120${hex('FIN 1, opcode 1, MASK 1, 3 bytes')}`;
    const second = `8122${hex('FIN 0, opcode 2, MASK 1, 100 bytes')}`;
    const [whole, cut] = await talkBothWays(port, bytes);
    expect(whole).toBe(first + second);
    expect(cut).toBe(whole);
  });
});
