import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { SEED, seeded } from '../support/wire.ts';
import { describeChapter } from './chapter.ts';
import { clientFrame, REQUEST, talk } from './talk.ts';

const strict = new TextDecoder('utf-8', { fatal: true });
// Those at the edges of the ranges, where mistakes are.
const EDGES = [
  0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee, 0xef,
  0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
];

function isText(bytes: Uint8Array): boolean {
  try {
    strict.decode(bytes);
    return true;
  } catch {
    return false;
  }
}

describeChapter('08-utf-8', (stage) => {
  it(`takes what is UTF-8 and refuses what is not, in fragments of one byte, WS101_SEED=${SEED}`, async () => {
    const { port } = await stage().server();
    const random = seeded(SEED);
    const samples = Array.from({ length: 150 }, () => {
      const length = 1 + Math.floor(random() * 4);
      return Uint8Array.from({ length }, () => EDGES[Math.floor(random() * EDGES.length)] ?? 0);
    });
    samples.push(
      Buffer.from('κόσμε 𝄞 ok'),
      Uint8Array.of(0xf4, 0x8f, 0xbf, 0xbf),
      Uint8Array.of(0xf4, 0x90, 0x80, 0x80),
    );
    for (const sample of samples) {
      const frames = Array.from(sample, (byte, index) => clientFrame(index === 0 ? 0x01 : 0x00, Uint8Array.of(byte)));
      const bytes = Buffer.concat([REQUEST, ...frames, clientFrame(0x80, Buffer.alloc(0))]);
      const hex = Buffer.from(sample).toString('hex');
      const echo = `81${sample.length.toString(16).padStart(2, '0')}${hex}`;
      expect(await talk(port, [bytes]), hex).toBe(isText(sample) ? echo : '');
    }
  });

  it('refuses a message at its first wrong byte, before the rest has come', async () => {
    const { port } = await stage().server();
    const socket = connect(port, '127.0.0.1');
    socket.resume();
    socket.write(Buffer.concat([REQUEST, clientFrame(0x01, Uint8Array.of(0xf4, 0x90))]));
    await once(socket, 'close'); // by the server: nothing else was sent
    expect(socket.bytesRead).toBeGreaterThan(0);
  });

  it('looks at no byte of a binary message', async () => {
    const { port } = await stage().server();
    expect(await talk(port, [REQUEST, clientFrame(0x82, Uint8Array.of(0xff, 0xc3))])).toBe('8202ffc3');
  });
});
