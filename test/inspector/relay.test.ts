import { createHash, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acceptKey } from '../../src/handshake/index.ts';
import { Stage, upgrade } from './stage.ts';

let stage: Stage;
beforeEach(() => {
  stage = new Stage();
});
afterEach(() => stage.close());

const ACCEPT = acceptKey('dGhlIHNhbXBsZSBub25jZQ==');
const ANSWER = `HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nX-Odd:  kept   \r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${ACCEPT}\r\n\r\n`;

describe('the relay', () => {
  test('names the target in Host, asks for its path in place of /, and changes nothing else', async () => {
    const requests: string[] = [];
    const port = await stage.target(async (peer) => {
      requests.push(await peer.accept());
    });
    const proxy = await stage.inspect({ target: `ws://127.0.0.1:${port}/deep/path?a=b` });
    const client = await stage.client(proxy);
    client.send(
      'GET / HTTP/1.1\r\nhOSt:inspector.test:1 \r\nX-Order:  1 \r\nUpgrade: websocket\r\nConnection: Upgrade\r\n',
    );
    client.send('Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nCookie: a=1\r\n\r\n');
    await client.readHead();
    expect(requests[0]).toBe(
      `GET /deep/path?a=b HTTP/1.1\r\nhOSt:127.0.0.1:${port} \r\nX-Order:  1 \r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\nCookie: a=1`,
    );
    const viewer = await stage.viewer(proxy);
    const head = viewer.entries.find((entry) => entry.kind === 'head');
    expect(head?.kind === 'head' && head.changes).toEqual([
      'the request target / became /deep/path?a=b',
      `Host: inspector.test:1 became 127.0.0.1:${port}`,
    ]);
  });

  test('asks for any other path as the client did', async () => {
    const requests: string[] = [];
    const port = await stage.target(async (peer) => {
      requests.push(await peer.accept());
    });
    const client = await stage.client(await stage.inspect({ target: `ws://127.0.0.1:${port}/deep` }));
    client.send(upgrade('/other?x'));
    await client.readHead();
    expect(requests[0]).toMatch(/^GET \/other\?x HTTP\/1\.1\r\n/);
  });

  test('passes random traffic on unchanged, both ways at once, to the end of each', async () => {
    const up = randomBytes(3 * 1024 * 1024 + 7);
    const down = randomBytes(2 * 1024 * 1024 + 5);
    const arrived: string[] = [];
    const port = await stage.target(async (peer) => {
      await peer.readHead();
      peer.send(ANSWER, down);
      peer.end();
      arrived.push(sha(await peer.readEnd()));
    });
    const proxy = await stage.inspect({ target: `ws://127.0.0.1:${port}/` });
    const client = await stage.client(proxy);
    client.send(upgrade('/'));
    client.send(up);
    client.end();
    const received = await client.readEnd();
    expect(Buffer.from(received.subarray(0, ANSWER.length)).toString('latin1')).toBe(ANSWER);
    expect(sha(received.subarray(ANSWER.length))).toBe(sha(down));
    await expect.poll(() => arrived).toEqual([sha(up)]);
  });
});

function sha(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
