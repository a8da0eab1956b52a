import { createHash, randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { acceptKey } from '../../src/handshake/index.ts';
import { connect, WebSocketServer } from '../../src/node/index.ts';
import type { ScriptedPeer } from '../../src/testing/index.ts';
import { selfSigned } from '../node/certificate.ts';
import { Stage, upgrade } from './stage.ts';
import { down, up } from './talk.ts';

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

  test('a conversation that is cut at every byte arrives byte for byte', async () => {
    const frames = Buffer.concat([up(1, 'Hello'), up(9, 'x'), up(8, Uint8Array.of(3, 232))]);
    const arrived: Buffer[] = [];
    const port = await stage.target(async (peer) => {
      await peer.accept();
      const received = Buffer.from(await peer.readEnd());
      arrived.push(received);
      await peer.sendBytewise(down(1, 'Hello'), down(8, Uint8Array.of(3, 232)));
      peer.end();
    });
    const proxy = await stage.inspect({ target: `ws://127.0.0.1:${port}/` });
    const viewer = await stage.viewer(proxy);
    const client = await stage.client(proxy);
    await client.sendBytewise(upgrade('/'));
    await client.readHead();
    await client.sendBytewise(frames);
    client.end();
    await client.expectFrame(1, 'Hello');
    await client.expectClose(1000);
    expect((await client.readEnd()).length).toBe(0);
    expect(arrived).toEqual([frames]);
    expect((await viewer.ended()).failed).toBe(false);
    expect(viewer.frames.map(({ from, opcode, violation }) => [from, opcode, violation])).toEqual([
      ['client', 1, null],
      ['client', 9, null],
      ['client', 8, null],
      ['server', 1, null],
      ['server', 8, null],
    ]);
  });

  test('a client of this house and a server of this house do not notice it, compression included', async () => {
    const server = new WebSocketServer({ deflate: true });
    server.route('/echo', { message: (connection, data) => connection.send(data, { compress: true }) });
    const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
    stage.also(() => server.shutdown({ deadlineMs: 100 }));
    const proxy = await stage.inspect({ target: `ws://127.0.0.1:${port}/echo` });
    const viewer = await stage.viewer(proxy);
    const connection = await connect(`ws://127.0.0.1:${proxy}/`, { deflate: true });
    for (const text of ['one', 'two '.repeat(500), 'three '.repeat(5000)]) {
      connection.send(text, { compress: true });
      expect(await connection.receive()).toBe(text);
    }
    connection.close(1000);
    await connection.closed;
    await viewer.ended();
    expect(viewer.totals!.violations).toBe(0);
    const plain = viewer.frames.filter(({ opcode }) => opcode === 1).map(({ message }) => message?.deflate?.plainBytes);
    // What compression would not shorten goes as it is.
    expect(plain).toEqual([undefined, undefined, 2000, 2000, 30_000, 30_000]);
  });
});

describe('a target that fails', () => {
  const failures: [what: string, target: () => Promise<string>, sentence: RegExp][] = [
    ['is not there', async () => `ws://127.0.0.1:${await unusedPort()}/`, /nobody listens at 127\.0\.0\.1/],
    ['speaks no HTTP', () => script((peer) => peer.send('SSH-2.0-x\r\n')), /does not speak HTTP/],
    ['leaves without an answer', () => script((peer) => peer.end()), /without an answer/],
    ['cuts the connection off', () => script((peer) => peer.reset()), /without an answer|cut the connection off/],
    [
      'speaks no TLS',
      async () => (await script((peer) => peer.send('hello'))).replace('ws:', 'wss:'),
      /does not speak TLS/,
    ],
  ];

  async function script(play: (peer: ScriptedPeer) => unknown): Promise<string> {
    return `ws://127.0.0.1:${await stage.target(async (peer) => {
      // A client with TLS sends no head; the first bytes are answer enough.
      await Promise.race([peer.readHead(), new Promise((resolve) => peer.transport.once('data', resolve))]);
      play(peer);
    })}/`;
  }

  async function unusedPort(): Promise<number> {
    const other = new Stage();
    const port = await other.listen(() => undefined);
    await other.close();
    return port;
  }

  test.each(failures)(
    '%s: the client gets 502 with one sentence, and the page shows it',
    async (_what, target, sentence) => {
      const proxy = await stage.inspect({ target: await target() });
      const viewer = await stage.viewer(proxy);
      const client = await stage.client(proxy);
      client.send(upgrade('/'));
      const received = Buffer.from(await client.readEnd()).toString();
      expect(received).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
      const body = received.split('\r\n\r\n')[1]!;
      expect(body).toMatch(sentence);
      expect(body.trim().split('\n')).toHaveLength(1);
      const end = await viewer.ended();
      expect(end).toMatchObject({ failed: true, note: expect.stringMatching(sentence) });
      client.end();
    },
  );

  test('answers as HTTP does, but opens no WebSocket: its answer reaches the client as it is', async () => {
    const answer = 'HTTP/1.1 404 Not Found\r\nContent-Length: 3\r\n\r\nno\n';
    const port = await stage.target(async (peer) => {
      await peer.readHead();
      peer.send(answer);
      peer.end();
    });
    const proxy = await stage.inspect({ target: `ws://127.0.0.1:${port}/` });
    const viewer = await stage.viewer(proxy);
    const client = await stage.client(proxy);
    client.send(upgrade('/'));
    expect(Buffer.from(await client.readEnd()).toString()).toBe(answer);
    client.end();
    await viewer.ended();
    expect(viewer.entries.filter(({ kind }) => kind === 'opaque')).toMatchObject([
      { note: expect.stringMatching(/404 Not Found/) },
      { note: expect.stringMatching(/404 Not Found/) },
    ]);
  });

  test('has a certificate that is not trusted: 502, and with insecure none of that', async () => {
    const server = new WebSocketServer();
    server.route('/', { message: (connection, data) => connection.send(data) });
    const address = (await server.listen({
      port: 0,
      host: '127.0.0.1',
      tls: selfSigned('IP:127.0.0.1'),
    })) as AddressInfo;
    stage.also(() => server.shutdown({ deadlineMs: 100 }));
    const target = `wss://127.0.0.1:${address.port}/`;
    const client = await stage.client(await stage.inspect({ target }));
    client.send(upgrade('/'));
    expect(Buffer.from(await client.readEnd()).toString()).toMatch(/ 502 .*certificate/s);
    client.end();
    const careless = await stage.client(await stage.inspect({ target, insecure: true }));
    careless.send(upgrade('/'));
    expect(await careless.readHead()).toMatch(/ 101 /);
    careless.sendFrame(1, 'over TLS');
    await careless.expectFrame(1, 'over TLS');
  });

  test('a request that breaks a rule of HTTP cannot be passed on: it is shown, and refused', async () => {
    const proxy = await stage.inspect({ target: await script(() => undefined) });
    const viewer = await stage.viewer(proxy);
    const client = await stage.client(proxy);
    client.send('GET / HTTP/1.1\r\nHost: a\r\n Upgrade: folded\r\n\r\n');
    expect(Buffer.from(await client.readEnd()).toString()).toMatch(/^HTTP\/1\.1 400 /);
    expect((await viewer.ended()).note).toMatch(/RFC 9112/);
    client.end();
  });
});

function sha(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
