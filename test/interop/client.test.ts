import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocketServer as WsServer } from 'ws';
import { WebSocketServer } from '../../src/node/index.ts';
import { logged } from '../node/client-log.ts';
import { describeWithPeer, PYTHON, pythonWebsockets } from '../support/peers.ts';

/** A server of some make, that echoes and obeys `close CODE REASON`, `fragments` and `ping`. */
interface EchoServer {
  readonly port: number;
  stop(): Promise<void>;
}

async function startWs(): Promise<EchoServer> {
  const server = new WsServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'echo.v1' });
  server.on('connection', (socket) => {
    socket.on('message', (data, isBinary) => {
      const text = isBinary ? '' : String(data);
      const [command, code, ...reason] = text.split(' ');
      if (command === 'close') socket.close(Number(code), reason.join(' '));
      else if (text === 'fragments') {
        for (const part of ['frag', 'men', '', 'ts']) socket.send(part, { fin: part === 'ts' });
      } else if (text === 'ping') {
        socket.once('pong', (payload) => socket.send(String(payload) === 'payload' ? 'ponged' : 'wrong payload'));
        socket.ping('payload');
      } else socket.send(data, { binary: isBinary });
    });
  });
  await once(server, 'listening');
  const stop = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { port: (server.address() as AddressInfo).port, stop };
}

async function startPython(): Promise<EchoServer> {
  const script = fileURLToPath(new URL('peers/echo_server.py', import.meta.url));
  const child = spawn(PYTHON, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    exited.then(() => Promise.reject(new Error('the server on python3-websockets did not start'))),
  ]);
  return {
    port: Number(line),
    async stop() {
      child.kill();
      await exited;
    },
  };
}

async function startOwn(): Promise<EchoServer> {
  const server = new WebSocketServer().route('/', {
    protocols: ['echo.v1'],
    maxMessageBytes: 4 * 1024 * 1024,
    message(connection, data) {
      const [command, code, ...reason] = typeof data === 'string' ? data.split(' ') : [];
      if (command === 'close') connection.close(Number(code), reason.join(' '));
      else if (data === 'fragments') connection.send('fragments');
      else if (data === 'ping') connection.ping(Buffer.from('payload'));
      else connection.send(data);
    },
    pong: (connection, payload) => connection.send(String(Buffer.from(payload)) === 'payload' ? 'ponged' : 'wrong'),
  });
  const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
  return { port, stop: () => server.shutdown({ deadlineMs: 1 }) };
}

/** The same conversations with each server. */
function converse(start: () => Promise<EchoServer>): void {
  let server: EchoServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server?.stop());
  const connect = (options = {}) =>
    logged(`ws://127.0.0.1:${server.port}/`, { protocols: 'echo.v1', maxMessageBytes: 4 * 1024 * 1024, ...options });

  it('agrees to the subprotocol, and to no extension', async () => {
    const { socket, opened, closed } = connect();
    await opened;
    expect([socket.protocol, socket.extensions]).toEqual(['echo.v1', '']);
    socket.close(1000);
    expect(await closed).toEqual([['open'], ['close', 1000, '', true]]);
  });

  it.each([0, 1, 125, 126, 127, 65_535, 65_536, 1024 * 1024])('echoes text and bytes of length %i', async (length) => {
    const client = connect();
    await client.opened;
    client.socket.binaryType = 'arraybuffer';
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31) & 0xff);
    const text = '€'.repeat(length / 3) + 'x'.repeat(length % 3);
    client.socket.send(text);
    client.socket.send(bytes);
    client.socket.send(new Blob([bytes]));
    const [sameText, ...sameBytes] = await client.messages(3);
    expect(sameText === text).toBe(true);
    for (const same of sameBytes) expect(Buffer.from(same as ArrayBuffer).equals(bytes)).toBe(true);
    client.socket.close();
    await client.closed;
  });

  it('keeps a thousand messages in order', async () => {
    const client = connect();
    await client.opened;
    const sent = Array.from({ length: 1000 }, (_, i) => `message ${i}`);
    for (const text of sent) client.socket.send(text);
    expect(await client.messages(1000)).toEqual(sent);
    client.socket.close();
    await client.closed;
  });

  it('puts fragments together and answers pings', async () => {
    const client = connect();
    await client.opened;
    client.socket.send('fragments');
    client.socket.send('ping');
    expect(await client.messages(2)).toEqual(['fragments', 'ponged']);
    client.socket.close();
    await client.closed;
  });

  it.each([1000, 1001, 1003, 1011, 3000, 4999])('is closed by the server with %i', async (code) => {
    const { socket, opened, closed } = connect();
    await opened;
    socket.send(`close ${code} because é`);
    expect(await closed).toEqual([['open'], ['close', code, 'because é', true]]);
  });

  it.each([
    [1000, ''],
    [3000, 'é'.repeat(61)],
    [4999, 'done'],
  ])('closes with %i, and hears it back', async (code, reason) => {
    const { socket, opened, closed } = connect();
    await opened;
    socket.close(code, reason);
    const [, close] = await closed;
    expect(close?.[1]).toBe(code);
    expect(close?.[3]).toBe(true);
  });

  it('is told with 1009 that a message is too long for it, which fails it', async () => {
    const { socket, opened, closed } = connect({ maxMessageBytes: 1000 });
    await opened;
    socket.send('x'.repeat(1001));
    expect((await closed).map(([type, what]) => (type === 'close' ? what : type))).toEqual(['open', 'error', 1006]);
  });
}

describe('the client and the server of ws', () => converse(startWs));
describe('the client and the server of this project', () => converse(startOwn));
describeWithPeer(pythonWebsockets(), 'the client and a server on python3-websockets', () => converse(startPython));
