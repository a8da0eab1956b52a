import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import type { CloseInfo } from '../../src/node/index.ts';
import { leaveNothingBehind, startServer } from '../node/running-server.ts';
import { describeWithPeer, PYTHON, pythonWebsockets } from '../support/peers.ts';

leaveNothingBehind();

const SCRIPT = fileURLToPath(new URL('peers/echo-client.py', import.meta.url));

describeWithPeer(pythonWebsockets(), "Python's websockets as a client of our server", () => {
  it('text, binary, 1 MiB, fragments, ping, close codes both ways, 404, subprotocol', async () => {
    const infos: CloseInfo[] = [];
    const { port, server, errors } = await startServer((one) =>
      one
        .route('/echo', {
          protocols: ['chat'],
          message: (connection, data) => connection.send(data),
          close: (_, info) => void infos.push(info),
        })
        .route('/bye', { open: (connection) => connection.close(4321, 'auf Wiedersehen') }),
    );
    const { stdout } = await promisify(execFile)(PYTHON, [SCRIPT, `ws://127.0.0.1:${port}`], { timeout: 30_000 });
    const seen = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(seen).toEqual([
      ['text', 'grüße 👋'],
      ['binary', Array.from({ length: 256 }, (_, i) => i)],
      ['empty', ''],
      ['large', true],
      ['long text', true],
      ['fragments', 'one two three'],
      ['binary fragments', true],
      ['pong', true],
      ['close', [3001, 'done']],
      ['closed by server', [4321, 'auf Wiedersehen']],
      ['refused', 404],
      ['subprotocol', 'chat'],
    ]);
    expect(infos).toEqual([
      { code: 3001, reason: 'done', clean: true, by: 'remote' },
      { code: 1000, reason: '', clean: true, by: 'remote' },
    ]);
    expect(server.connections.size).toBe(0);
    expect(errors).toEqual([]);
  });
});
