import type { Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runBench } from '../../../src/bench/run/bench.ts';
import { endServers, invalidGates, serve, upgrade } from './bad-server.ts';
import { BRIEF, FREE_URL, PATIENCE } from './own-echo.ts';

afterEach(endServers);

describe('a server that goes wrong while it is measured is counted by kind', PATIENCE, () => {
  const CLOSE_1011 = Buffer.from([0x88, 2, 0x03, 0xf3]);
  const cases: [what: string, each: (chunk: Buffer, socket: Socket) => void, exitCode: number, reason: RegExp][] = [
    ['never sends anything back', () => undefined, 3, /^faults: wrong data: \d+ lost/],
    ['closes', (_, socket) => void socket.end(CLOSE_1011), 4, /^errors: errors: 4 closed 1011/],
    [
      'masks its frames',
      (chunk, socket) => void socket.write(chunk),
      4,
      /^errors: errors: 4 violation mask-unexpected/,
    ],
    [
      'sends no frames',
      (_, socket) => void socket.write('HTTP/1.1 200 OK\r\n\r\n'),
      4,
      /^errors: errors: 4 violation reserved-bit/,
    ],
    [
      'sends other bytes back',
      (chunk, socket) =>
        void socket.write(Buffer.concat([Buffer.from([0x82, chunk.length - 6]), Buffer.alloc(chunk.length - 6, 'x')])),
      3,
      /^faults: wrong data: \d+ (?:lost|corrupted)/,
    ],
  ];
  it.each(cases)('when it %s', async (_what, each, exitCode, reason) => {
    const report = await runBench({ ...BRIEF, url: await serve(upgrade(each)), timeoutMs: 400 });
    expect(report).toMatchObject({ exitCode, verdict: 'INVALID' });
    expect(invalidGates(report)).toContainEqual(expect.stringMatching(reason));
  });

  it('and when its command ends in the middle', async () => {
    const script = `
      const { WebSocketServer } = require('ws');
      new WebSocketServer({ host: '127.0.0.1', port: Number(process.env.PORT) }).on('connection', (socket) => {
        let left = 50;
        socket.on('message', (data) => (left-- > 0 ? socket.send(data) : (console.error('out of memory'), process.exit(9))));
      });`;
    const report = await runBench({
      ...BRIEF,
      url: FREE_URL,
      command: [process.execPath, '-e', script],
      warmupMs: 0,
      durationMs: 2_000,
    });
    expect(report.exitCode).not.toBe(0);
    expect(invalidGates(report)).toContainEqual(
      expect.stringMatching(/^server: the server ended with code 9; .*out of memory/),
    );
  });
});
