import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createChatServer } from '../../src/chat/chat-server.ts';
import { ANNOUNCEMENT_LIMITS } from '../../src/rooms/announcement-batch.ts';
import { WireClient } from './wire-client.ts';

const CLIENTS = 1000;
const SENDERS = 4;
const TEXTS_EACH = 5;

/** Connects in waves, as the backlog of a listening socket bears no thousand at once on every system. */
async function crowd(url: string): Promise<WireClient[]> {
  const clients: WireClient[] = [];
  while (clients.length < CLIENTS) {
    const wave = Array.from({ length: 100 }, (_, index) => WireClient.join(url, `user-${clients.length + index}`));
    clients.push(...(await Promise.all(wave)));
  }
  return clients;
}

test('a thousand clients in one room: twenty texts of four senders reach each of them once, in one order', async () => {
  const start = performance.now();
  const server = createChatServer();
  const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
  try {
    const clients = await crowd(`ws://127.0.0.1:${port}/chat`);
    clients.slice(0, SENDERS).forEach((sender, who) => {
      for (let text = 0; text < TEXTS_EACH; text++) sender.say({ type: 'message', message: `${who}-${text}` });
    });
    const received = await Promise.all(
      clients.map(async (client) => {
        const texts: string[] = [];
        while (texts.length < SENDERS * TEXTS_EACH) {
          const { username, message } = await client.until(({ type }) => type === 'message');
          texts.push(`${username}: ${message}`);
        }
        return texts;
      }),
    );
    const sent = Array.from({ length: SENDERS }, (_, who) =>
      Array.from({ length: TEXTS_EACH }, (_, text) => `user-${who}: ${who}-${text}`),
    );
    const [order = []] = received;
    expect([...order].sort()).toEqual(sent.flat().sort());
    for (const texts of received) expect(texts).toEqual(order);
    for (const [who, own] of sent.entries()) {
      expect(order.filter((text) => text.startsWith(`user-${who}:`))).toEqual(own);
    }

    // A last text behind them: whatever came twice would have come before it.
    clients[SENDERS]?.say({ type: 'message', message: 'the end' });
    await Promise.all(clients.map((client) => client.until(({ message }) => message === 'the end')));
    for (const { heard } of clients) {
      expect(heard.filter(({ type }) => type === 'message')).toHaveLength(SENDERS * TEXTS_EACH + 1);
      expect(heard.filter(({ type }) => type === 'error')).toEqual([]);
    }

    // One by one the announcements alone would be 500,500. The first hundred members hear of each other at once, and from then on
    // everybody hears at most once in 100 ms of those who came meanwhile.
    const batches = (performance.now() - start) / ANNOUNCEMENT_LIMITS.intervalMs + 1;
    const atOnce = ANNOUNCEMENT_LIMITS.immediateMembers ** 2;
    const announcements = clients.reduce(
      (sum, { heard }) => sum + heard.filter(({ type }) => type === 'join').length,
      0,
    );
    expect(announcements).toBeLessThan(atOnce + CLIENTS * batches);
    for (const { socket } of clients) socket.terminate();
  } finally {
    await server.shutdown({ deadlineMs: 1000 });
  }
}, 60_000);
