import { expect, it } from 'vitest';
import { describeChapter } from './chapter.ts';
import { talkBothWays } from './talk.ts';

describeChapter('05-masking', (stage) => {
  it.each([
    ['text', '818637fa213d7f9f4d51582b', '810648656c6c6fd1'],
    ['binary, which stays binary', '8283ffffffff000102', '8203fffefd'],
    ['nothing', '818037fa213d', '8100'],
  ])('unmasks %s, however it is cut', async (_name, sent, back) => {
    const { port } = await stage().server();
    expect(await talkBothWays(port, Buffer.from(sent, 'hex'))).toEqual([back, back]);
  });
});
