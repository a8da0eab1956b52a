import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ChatServer, ChatServerOptions } from '../../src/chat/chat-server.ts';
import { createChatServer } from '../../src/chat/chat-server.ts';
import { WireClient } from './wire-client.ts';

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
const servers: ChatServer[] = [];

const start = async (options?: ChatServerOptions) => {
  const server = createChatServer(options);
  servers.push(server);
  const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
  const at = (path: string) => `ws://127.0.0.1:${port}${path}`;
  return { server, port, at, chat: at('/chat') };
};
const echo = async (url: string, data: string | Uint8Array) => {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, 'open');
  socket.send(data);
  const [answer, isBinary] = (await once(socket, 'message')) as [Buffer, boolean];
  socket.terminate();
  return { answer, isBinary };
};

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.shutdown({ deadlineMs: 200 })));
});

describe('/chat', () => {
  test('lets two strangers’ clients talk with four fields', async () => {
    const { chat } = await start();
    const ann = await WireClient.join(chat, 'ann');
    const bob = await WireClient.join(chat, 'bob');
    expect(await ann.next()).toMatchObject({ type: 'join', room: 'lobby', username: 'bob' });
    bob.socket.send('{"type":"message","message":"hi"}');
    for (const client of [ann, bob]) {
      const heard = await client.next();
      expect(heard).toEqual({
        type: 'message',
        room: 'lobby',
        username: 'bob',
        message: 'hi',
        timestamp: expect.stringMatching(ISO),
      });
    }
    bob.socket.terminate();
    expect(await ann.next()).toMatchObject({ type: 'leave', room: 'lobby', username: 'bob' });
  });

  test('answers bad input with an error, text and binary, and lives on', async () => {
    const { chat } = await start();
    const ann = await WireClient.join(chat, 'ann');
    ann.socket.send('{');
    ann.socket.send(Buffer.from('{"type":"leave"}'), { binary: true });
    ann.say({ type: 'message', message: 'hi' });
    expect(await ann.next()).toMatchObject({ type: 'error', code: 'bad-json' });
    expect(await ann.next()).toMatchObject({ type: 'error', code: 'not-text' });
    expect(await ann.next()).toMatchObject({ type: 'message', message: 'hi' });
  });

  test('closes with 1008 after fifty refusals, all of them answered', async () => {
    const { chat } = await start();
    const ann = await WireClient.connect(chat);
    for (let message = 0; message < 60; message++) ann.socket.send('{');
    expect((await ann.closed).code).toBe(1008);
    expect(ann.heard).toHaveLength(50);
  });

  test('takes 16 KiB as a message, and closes with 1009 above', async () => {
    const { chat } = await start({ maxMessageBytes: 1024 * 1024 });
    const ann = await WireClient.join(chat, 'ann');
    ann.socket.send('x'.repeat(16 * 1024));
    expect(await ann.next()).toMatchObject({ code: 'bad-json' });
    ann.socket.send('x'.repeat(16 * 1024 + 1));
    expect((await ann.closed).code).toBe(1009);
  });

  test('takes no more than a server that was told less', async () => {
    const { chat } = await start({ maxMessageBytes: 100 });
    const ann = await WireClient.join(chat, 'ann');
    ann.socket.send('x'.repeat(101));
    expect((await ann.closed).code).toBe(1009);
  });

  test('puts out a member that stopped reading, and nobody else misses a text', async () => {
    const { server, chat } = await start({ chat: { rateLimit: { capacity: Infinity } } });
    const ann = await WireClient.join(chat, 'ann');
    const slow = await WireClient.join(chat, 'slow');
    slow.socket.pause();
    // Kernels on loopback swallow 4 MiB and more; 16 MiB of text overflow them and the 1 MiB that the server queues.
    const texts = 4096;
    const text = 'x'.repeat(4000);
    for (let index = 0; index < texts; index++) ann.say({ type: 'message', message: `${index} ${text}` });
    let queued = 0;
    for (let index = 0; index < texts; index++) {
      for (const { bufferedBytes } of server.connections) queued = Math.max(queued, bufferedBytes);
      const heard = await ann.until(({ type }) => type === 'message');
      expect(heard.message?.startsWith(`${index} `)).toBe(true);
    }
    expect(ann.heard.filter(({ type }) => type === 'leave')).toMatchObject([{ username: 'slow' }]);
    expect(queued).toBeGreaterThan(256 * 1024);
    expect(queued).toBeLessThanOrEqual(1024 * 1024 + 8 * 1024);
    slow.socket.terminate();
  });

  test('frees rooms and names of connections that are gone', async () => {
    const { server, chat } = await start();
    const ann = await WireClient.join(chat, 'ann', 'den');
    expect(server.chat.rooms).toEqual(['den']);
    const witness = await WireClient.join(chat, 'bob', 'den');
    ann.socket.close();
    await witness.until(({ type }) => type === 'leave');
    await WireClient.join(chat, 'ann', 'den');
    expect(server.connections.size).toBe(2);
  });
});

describe('/ws', () => {
  test('takes pages of any origin, a file on disk too, while /chat takes only its own', async () => {
    const { at } = await start({ origin: 'same' });
    for (const origin of ['null', 'https://elsewhere.example']) {
      const socket = new WebSocket(at('/ws'), { origin });
      await once(socket, 'open');
      socket.terminate();
      const refused = new WebSocket(at('/chat'), { origin });
      const [error] = (await once(refused, 'error')) as [Error];
      expect(error.message).toContain('403');
    }
  });

  test('echoes text as text and binary as binary', async () => {
    const { at } = await start();
    expect(await echo(at('/ws'), 'héllo 😀')).toEqual({ answer: Buffer.from('héllo 😀'), isBinary: false });
    expect(await echo(at('/ws'), '')).toEqual({ answer: Buffer.alloc(0), isBinary: false });
    expect(await echo(at('/ws'), Uint8Array.of(0, 255, 128))).toEqual({
      answer: Buffer.of(0, 255, 128),
      isBinary: true,
    });
  });

  test('echoes a megabyte, beyond what the chat takes', async () => {
    const { at } = await start();
    const bytes = Buffer.alloc(1024 * 1024, 'ws101');
    expect((await echo(at('/ws'), bytes)).answer.equals(bytes)).toBe(true);
  });

  test('loses nothing when a peer sends 16 MiB before it reads', async () => {
    const { at } = await start();
    const socket = new WebSocket(at('/ws'), { perMessageDeflate: false });
    await once(socket, 'open');
    socket.pause();
    const message = Buffer.alloc(64 * 1024, 7);
    // 2 MiB of it are on their way before the first echo is read; the rest waits here, in the kernel and in the server.
    const underWay = new Promise((resolve) => {
      for (let index = 0; index < 256; index++) socket.send(message, index === 31 ? resolve : undefined);
    });
    await underWay;
    let echoed = 0;
    const all = new Promise<void>((resolve) => {
      socket.on('message', (data: Buffer) => {
        if (data.equals(message)) echoed++;
        if (echoed === 256) resolve();
      });
    });
    socket.resume();
    await all;
    socket.terminate();
  });
});

describe('the server around them', () => {
  test('serves the page for a plain request', async () => {
    const { port } = await start();
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  });

  test('has no other WebSocket', async () => {
    const { at } = await start();
    const socket = new WebSocket(at('/nowhere'));
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('404');
  });

  test('closes everybody with 1001 when it shuts down', async () => {
    const { server, at, chat } = await start();
    const people = [await WireClient.join(chat, 'ann'), await WireClient.join(chat, 'bob')];
    const clients = [...people, await WireClient.connect(at('/ws'))];
    const [codes] = await Promise.all([Promise.all(clients.map(({ closed }) => closed)), server.shutdown()]);
    expect(codes.map(({ code }) => code)).toEqual([1001, 1001, 1001]);
    expect([server.connections.size, server.chat.rooms]).toEqual([0, []]);
  });

  test('refuses options that it does not know, and a fallback, which is the page', () => {
    expect(() => createChatServer({ maxMesageBytes: 1 } as object)).toThrow('maxMesageBytes');
    expect(() => createChatServer({ chat: { rate: {} } } as object)).toThrow('rate');
    expect(() => createChatServer({ fallback() {} } as object)).toThrow('fallback');
  });
});
