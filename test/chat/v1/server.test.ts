import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { createTokenVerifier } from '../../../src/chat/auth/token-verifier.ts';
import type { ChatServer, ChatServerOptions } from '../../../src/chat/chat-server.ts';
import { createChatServer } from '../../../src/chat/chat-server.ts';
import type { ServerMessageOf, ServerMessageV1, ServerType } from '../../../src/chat/v1/messages.ts';
import { CHAT_PROTOCOL } from '../../../src/chat/v1/messages.ts';
import { readServerMessage } from '../../../src/chat/v1/read-message.ts';

const servers: ChatServer[] = [];
const sockets: WebSocket[] = [];
const secret = new TextEncoder().encode('a secret of more than thirty-two bytes, for tests alone');

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await Promise.all(servers.splice(0).map((server) => server.shutdown({ deadlineMs: 200 })));
});

/** A client of another library, which waits on messages and never on time. */
class Talker {
  readonly heard: ServerMessageV1[] = [];
  readonly socket: WebSocket;
  readonly closed: Promise<number>;
  #wake: (() => void) | undefined;

  constructor(url: string, protocols: readonly string[] = [CHAT_PROTOCOL], headers: Record<string, string> = {}) {
    this.socket = new WebSocket(url, [...protocols], { perMessageDeflate: false, headers });
    sockets.push(this.socket);
    this.closed = new Promise((resolve) => this.socket.on('close', (code) => resolve(code)));
    this.socket.on('error', () => {});
    this.socket.on('message', (data) => {
      const message = readServerMessage(String(data));
      if (message) this.heard.push(message);
      this.#wake?.();
    });
  }

  async opened(): Promise<this> {
    await once(this.socket, 'open');
    return this;
  }

  say(value: object): this {
    this.socket.send(JSON.stringify(value));
    return this;
  }

  /** The first message of a type, once it is there. */
  async first<Type extends ServerType>(type: Type, from = 0): Promise<ServerMessageOf<Type>> {
    for (;;) {
      const found = this.heard.slice(from).find((message) => message.type === type);
      if (found) return found as ServerMessageOf<Type>;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

async function start(options?: ChatServerOptions) {
  const server = createChatServer(options);
  servers.push(server);
  const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
  return { server, url: `ws://127.0.0.1:${port}/chat`, http: `http://127.0.0.1:${port}` };
}

const status = async (talker: Talker): Promise<number> => {
  const [, response] = (await once(talker.socket, 'unexpected-response')) as [unknown, { statusCode: number }];
  return response.statusCode;
};
const token = (exp = Date.now() / 1000 + 3600, name = 'ann') =>
  new SignJWT({ name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(name)
    .setExpirationTime(Math.floor(exp))
    .sign(secret);

describe('ws101.chat.v1 over sockets', () => {
  test('is agreed on when it is offered, and carries a talk, an acknowledgement and a return', async () => {
    const { url } = await start();
    const ann = await new Talker(url).opened();
    expect(ann.socket.protocol).toBe(CHAT_PROTOCOL);
    ann.say({ type: 'hello', username: 'ann' }).say({ type: 'join' });
    const { session } = await ann.first('welcome');
    const { epoch } = await ann.first('joined');
    const bob = (await new Talker(url).opened()).say({ type: 'join', username: 'bob' });
    await bob.first('joined');
    ann.socket.terminate();
    bob.say({ type: 'message', message: 'missed', id: 'm' });
    expect(await bob.first('ack')).toMatchObject({ id: 'm', seq: 1 });
    const back = (await new Talker(url).opened()).say({
      type: 'hello',
      session,
      rooms: [{ room: 'lobby', epoch, seq: 0 }],
    });
    expect(await back.first('joined')).toMatchObject({ recovered: true });
    expect(await back.first('message')).toMatchObject({ message: 'missed', seq: 1 });
    const taker = (await new Talker(url).opened()).say({ type: 'hello', session });
    expect(await back.closed).toBe(4409);
    expect(await taker.first('welcome')).toMatchObject({ resumed: true, username: 'ann' });
  });

  test('brings everybody bye and 1001 when the server goes, while they talk', async () => {
    const { server, url } = await start({ chat: { rateLimit: { capacity: Infinity } } });
    const talkers = await Promise.all(Array.from({ length: 5 }, () => new Talker(url).opened()));
    for (const [index, talker] of talkers.entries()) talker.say({ type: 'join', username: `user-${index}` });
    await Promise.all(talkers.map((talker) => talker.first('joined')));
    for (let text = 0; text < 100; text++) for (const one of talkers) one.say({ type: 'message', message: `${text}` });
    await talkers[0]?.first('message');
    await server.shutdown({ retryAfterMs: 700 });
    expect(await Promise.all(talkers.map(({ closed }) => closed))).toEqual([1001, 1001, 1001, 1001, 1001]);
    const byes = await Promise.all(talkers.map((talker) => talker.first('bye')));
    expect(byes.map(({ retryAfterMs }) => retryAfterMs).sort()).toEqual([1120, 1260, 700, 840, 980]);
    for (const talker of talkers) {
      const seqs = talker.heard.flatMap((message) => (message.type === 'message' ? [message.seq] : []));
      expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    }
  });

  test('closes a member that does not read with 1013 once its queue is full, and it comes back for all it missed', async () => {
    const { url, server } = await start({ chat: { rateLimit: { capacity: Infinity } } });
    const slow = (await new Talker(url).opened()).say({ type: 'join', username: 'slow' });
    const { session } = await slow.first('welcome');
    const { epoch } = await slow.first('joined');
    slow.socket.pause();
    const ann = (await new Talker(url).opened()).say({ type: 'join', username: 'ann' });
    await ann.first('joined');
    // Kernels on loopback swallow 4 MiB and more.
    const texts = 3000;
    for (let text = 1; text <= texts; text++)
      ann.say({ type: 'message', message: `${text} ${'x'.repeat(4000)}`, id: `${text}` });
    while (ann.heard.filter(({ type }) => type === 'ack').length < texts) await ann.first('ack', ann.heard.length);
    expect(server.metrics().dropped).toBeGreaterThan(0);
    const back = (await new Talker(url).opened()).say({
      type: 'hello',
      session,
      rooms: [{ room: 'lobby', epoch, seq: 0 }],
    });
    // So much is no longer kept: it is said, never a part of it in silence.
    const joined = await back.first('joined');
    expect(joined).toMatchObject({ recovered: false, seq: texts });
    expect(joined.history.at(-1)).toMatchObject({ seq: texts });
    slow.socket.terminate();
  });
});

describe('a server that asks for tokens', () => {
  const tokens = async () => start({ chat: { verify: await createTokenVerifier({ secret }) } });

  test('answers 401 in place of a connection to those without, with a wrong or an old one, or one in the address', async () => {
    const { server, url } = await tokens();
    const old = await token(Date.now() / 1000 - 10);
    const good = await token();
    const talkers = [
      new Talker(url),
      new Talker(url, [CHAT_PROTOCOL, 'ws101.bearer.nonsense']),
      new Talker(url, [CHAT_PROTOCOL], { Authorization: `Bearer ${old}` }),
      new Talker(`${url}?token=${good}`),
      new Talker(`${url}?ticket=nonsense`),
      new Talker(url, [], {}),
    ];
    expect(await Promise.all(talkers.map(status))).toEqual([401, 401, 401, 401, 401, 401]);
    expect(server.connections.size).toBe(0);
  });

  test('takes one in the field, among the subprotocols, or by a ticket that opens one connection', async () => {
    const { url, http } = await tokens();
    const good = await token();
    const byField = await new Talker(url, [CHAT_PROTOCOL], { Authorization: `Bearer ${good}` }).opened();
    const byProtocol = await new Talker(url, [CHAT_PROTOCOL, `ws101.bearer.${good}`]).opened();
    expect(byProtocol.socket.protocol).toBe(CHAT_PROTOCOL);
    const answer = await fetch(`${http}/chat/ticket`, { method: 'POST', headers: { Authorization: `Bearer ${good}` } });
    const { ticket, expiresInMs } = (await answer.json()) as { ticket: string; expiresInMs: number };
    expect([answer.status, expiresInMs]).toEqual([200, 30_000]);
    const byTicket = await new Talker(`${url}?ticket=${ticket}`).opened();
    expect(await status(new Talker(`${url}?ticket=${ticket}`))).toBe(401);
    const users = new Set<string>();
    for (const talker of [byField, byProtocol, byTicket]) {
      const welcome = await talker.say({ type: 'hello' }).first('welcome');
      expect(welcome).toMatchObject({ username: 'ann', expiresAt: expect.any(String) });
      users.add(welcome.user);
    }
    expect(users.size).toBe(1);
    const refused = await fetch(`${http}/chat/ticket`, { method: 'POST' });
    expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
    expect((await fetch(`${http}/chat/ticket`)).status).toBe(405);
  });

  test('writes no token and no ticket to its log, and no text to it', async () => {
    const lines: string[] = [];
    const log = (event: string, fields: object = {}) => void lines.push(JSON.stringify({ event, ...fields }));
    const { url, http } = await start({ chat: { verify: await createTokenVerifier({ secret }), log } });
    const good = await token();
    const answer = await fetch(`${http}/chat/ticket`, { method: 'POST', headers: { Authorization: `Bearer ${good}` } });
    const { ticket } = (await answer.json()) as { ticket: string };
    const talker = (await new Talker(`${url}?ticket=${ticket}`).opened()).say({ type: 'join' });
    const { session } = await talker.first('welcome');
    talker.say({ type: 'message', message: 'a private word', id: 'm' });
    await talker.first('ack');
    expect(await status(new Talker(`${url}?ticket=${ticket}`))).toBe(401);
    talker.socket.close(1000);
    await talker.closed;
    await servers.at(-1)?.shutdown({ deadlineMs: 200 });
    const all = lines.join('\n');
    for (const event of ['open', 'close', 'unauthorized', 'shutdown']) expect(all).toContain(`"event":"${event}"`);
    for (const hidden of [good, ticket, session, 'a private word']) expect(all).not.toContain(hidden);
  });
});

describe('endpoints for operators', () => {
  test('tell whether the server takes connections, and its figures', async () => {
    const { url, http, server } = await start();
    const ann = (await new Talker(url).opened()).say({ type: 'join', username: 'ann' });
    ann.say({ type: 'message', message: 'hi', id: 'm' }).say({ type: 'shout' });
    await ann.first('error');
    const health = await fetch(`${http}/healthz`);
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }]);
    const metrics = await fetch(`${http}/metrics`);
    expect(metrics.headers.get('content-type')).toContain('version=0.0.4');
    const text = await metrics.text();
    for (const line of [
      'ws101_connections 1',
      'ws101_chat_broker_up 1',
      'ws101_chat_members 1',
      'ws101_chat_rooms 1',
      'ws101_chat_published_total 1',
      'ws101_chat_sessions_opened_total 1',
      'ws101_chat_refusals_total{code="unknown-type"} 1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    for (const line of text.trim().split('\n'))
      expect(line).toMatch(/^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{[^}]*\})? \S+)$/);
    expect((await fetch(`${http}/healthz`, { method: 'HEAD' })).status).toBe(200);
    expect((await fetch(`${http}/metrics`, { method: 'POST' })).status).toBe(405);
    expect((await fetch(`${http}/chat/ticket`, { method: 'POST' })).status).not.toBe(200);
    await server.shutdown({ deadlineMs: 200 });
  });
});
