import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type { ChatServer, ServerMessageV1 } from '../../../src/chat/index.ts';
import { CHAT_PROTOCOL, createChatServer, readServerMessage } from '../../../src/chat/index.ts';
import type { SlowPolicy } from '../../../src/rooms/index.ts';

// Kernels on loopback swallow 4 MiB and more before the server queues a byte.
const OFFERED_BYTES = 10 * 1024 * 1024;
const TEXT = 'x'.repeat(4000);
const COUNT = Math.ceil(OFFERED_BYTES / TEXT.length);
const SENDERS = 7;
const AT_ONCE = 16;

let server: ChatServer | undefined;
const sockets: WebSocket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await server?.shutdown({ deadlineMs: 200 });
  server = undefined;
});

/** A member of the room `tea`, and what it has heard there since. */
class Reader {
  readonly socket: WebSocket;
  readonly heard: ServerMessageV1[] = [];
  readonly closed: Promise<number>;
  #wake: (() => void) | undefined;

  constructor(url: string) {
    this.socket = new WebSocket(url, CHAT_PROTOCOL, { perMessageDeflate: false });
    sockets.push(this.socket);
    this.closed = new Promise((resolve) => this.socket.on('close', resolve));
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data) => {
      const message = readServerMessage(String(data));
      if (message) this.heard.push(message);
      this.#wake?.();
    });
  }

  async join(username: string): Promise<this> {
    await once(this.socket, 'open');
    this.socket.send(JSON.stringify({ type: 'join', room: 'tea', username }));
    await this.until(({ type }) => type === 'joined');
    return this;
  }

  /** Waits until the last thing that it heard is of this sort. */
  async until(met: (last: ServerMessageV1) => boolean): Promise<void> {
    for (let last = this.heard.at(-1); !last || !met(last); last = this.heard.at(-1)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Every `seq` that it was given or told that it missed, in order. */
  get places(): number[] {
    return this.heard.flatMap((message) => {
      if (message.type === 'message') return [message.seq];
      if (message.type !== 'missed') return [];
      return Array.from({ length: message.to - message.from + 1 }, (_, index) => message.from + index);
    });
  }

  get given(): number {
    return this.heard.filter(({ type }) => type === 'message').length;
  }
}

const isEntry = (seq: number) => (message: ServerMessageV1) => message.type === 'message' && message.seq === seq;

/** Offers 10 MiB to a member that does not read, at the pace of one that does. */
async function offer(policy: SlowPolicy) {
  const running = createChatServer({ chat: { slowPolicyOf: () => policy } });
  server = running;
  const { port } = (await running.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
  const url = `ws://127.0.0.1:${port}/chat`;
  const slow = await new Reader(url).join('slow');
  const quick = await new Reader(url).join('quick');
  slow.socket.pause();
  const say = (seq: number): unknown => {
    const payload = JSON.stringify({ n: 'ann', t: TEXT });
    return running.chat.node.say('tea', { user: `u-${seq % SENDERS}`, payload });
  };
  for (let seq = 1; seq <= COUNT; seq++) {
    say(seq);
    if (seq % AT_ONCE === 0 || seq === COUNT) await quick.until(isEntry(seq));
  }
  const totals = running.chat.node.totalsOf('tea');
  return { running, slow, quick, totals, say };
}

describe('a member that is offered 10 MiB and does not read', () => {
  test('is closed with 1013 by `close`, and who reads has everything', async () => {
    const { slow, quick, totals } = await offer('close');
    expect(totals).toMatchObject({ dropped: 1, displaced: 0 });
    expect(quick.places).toEqual(Array.from({ length: COUNT }, (_, index) => index + 1));
    slow.socket.resume();
    expect(await slow.closed).toBe(1013);
  }, 60_000);

  test.each(['drop-newest', 'drop-oldest', 'conflate'] as const)(
    'stays by `%s`, is told what it missed, and goes on; who reads has everything',
    async (policy) => {
      const { running, slow, quick, totals, say } = await offer(policy);
      if (policy === 'drop-newest') expect(totals?.dropped).toBeGreaterThan(100);
      else expect(totals?.displaced).toBeGreaterThan(100);
      expect(quick.places).toEqual(Array.from({ length: COUNT }, (_, index) => index + 1));
      slow.socket.resume();
      // What waited has come once the kernel's and the server's queue are empty; then one more says what was missed.
      slow.socket.ping();
      await once(slow.socket, 'pong');
      say(COUNT + 1);
      await slow.until(isEntry(COUNT + 1));
      const missed = slow.heard.filter(({ type }) => type === 'missed');
      expect(missed.length).toBeGreaterThan(0);
      expect(new Set(slow.places).size).toBe(COUNT + 1);
      expect(slow.given).toBeLessThan(COUNT - 100);
      expect(running.connections.size).toBe(2);
    },
    60_000,
  );
});
