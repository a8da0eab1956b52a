import { expect, it } from 'vitest';
import { describeChapter } from './chapter.ts';
import { clientFrame, REQUEST, talk, talkBothWays } from './talk.ts';

const A = Buffer.from('a');

describeChapter('07-fragments-and-control-frames', (stage) => {
  it('joins fragments around pings, however they are cut', async () => {
    const { port } = await stage().server();
    const bytes = Buffer.concat([
      clientFrame(0x02, A),
      clientFrame(0x89, Buffer.alloc(125, 1)),
      clientFrame(0x00, Buffer.alloc(0)),
      clientFrame(0x8a, A),
      clientFrame(0x80, A),
      clientFrame(0x81, A),
    ]);
    const answer = `8a7d${'01'.repeat(125)}82026161810161`;
    expect(await talkBothWays(port, bytes)).toEqual([answer, answer]);
  });

  it.each([
    ['RSV1', clientFrame(0xc1, A)],
    ['RSV2', clientFrame(0xa1, A)],
    ['RSV3', clientFrame(0x91, A)],
    ['an opcode for messages to come', clientFrame(0x83, A)],
    ['an opcode for control frames to come', clientFrame(0x8b, A)],
    ['a ping in fragments', clientFrame(0x09, A)],
    ['a ping that is too long', clientFrame(0x89, Buffer.alloc(126))],
    ['a message inside a message', Buffer.concat([clientFrame(0x01, A), clientFrame(0x81, A)])],
  ])('refuses %s', async (_name, bytes) => {
    const { port } = await stage().server();
    expect(await talk(port, [Buffer.concat([REQUEST, bytes, clientFrame(0x81, A)])])).toBe('');
    expect(await stage().latest.line()).toMatch(/^1002 /);
  });
});
