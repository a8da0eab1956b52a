import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { WebSocketServer as PeerServer } from 'ws';
import { WebSocketServer } from '../../src/node/index.ts';
import { RunningExample } from './run.ts';

const NAME = 'client-in-40-lines.ts';

describe(NAME, () => {
  it('has at most 40 lines of code', () => {
    const source = readFileSync(new URL(`../../docs/examples/${NAME}`, import.meta.url), 'utf8');
    const code = source.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//'));
    expect(code.length).toBeLessThanOrEqual(40);
  });

  it('talks to a server of this package', async () => {
    const server = new WebSocketServer();
    server.route('/ws', {
      message: (connection, data) => void connection.send(`${String(data)}, too`),
    });
    await server.listen({ port: 0, host: '127.0.0.1' });
    try {
      const { port } = server.address as AddressInfo;
      const example = new RunningExample(NAME, `ws://127.0.0.1:${port}/ws`, 'good day');
      expect(await example.toEnd()).toEqual(['good day, too', 'closed with 1000']);
    } finally {
      await server.shutdown({ deadlineMs: 1_000 });
    }
  });

  it('talks to a server of another make', async () => {
    const server = new PeerServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', (socket, { url }) => {
      socket.on('message', (data) => socket.send(`${url}: ${String(data)}`));
    });
    await new Promise((resolve) => server.once('listening', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      const example = new RunningExample(NAME, `ws://127.0.0.1:${port}/chat?room=1`, 'ünïcode');
      expect(await example.toEnd()).toEqual(['/chat?room=1: ünïcode', 'closed with 1000']);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});
