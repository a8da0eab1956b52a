import { describe, expect, test } from 'vitest';
import type { Identity } from '../../../src/chat/identity.ts';
import { seededRandom } from '../../../src/testing/index.ts';
import { SEED } from '../../support/wire.ts';
import { randomMessages } from './random-messages.ts';
import { v1Stage } from './v1-stage.ts';

const hi = { type: 'message', message: 'hi' };
const FREE = { capacity: Infinity, refillPerSecond: 1 };

describe('a rate limit', () => {
  test('holds for all connections of one user together, and says when to go on', () => {
    const { client, clock } = v1Stage();
    const identity: Identity = { user: `u-${'a'.repeat(22)}`, name: 'ann', admin: false, expiresAt: clock.now() + 9e6 };
    const tabs = [client({ identity }).say({ type: 'join' }), client({ identity }).say({ type: 'join' })];
    for (let text = 0; text < 5; text++) for (const tab of tabs) tab.say(hi);
    for (const tab of tabs) {
      expect(tab.texts).toHaveLength(10);
      expect(tab.say({ ...hi, id: 'm' }).last('error')).toMatchObject({ code: 'rate-limited', retryAfterMs: 1000 });
    }
  });

  test('holds for all connections of one address together, where there is one, and a new connection does not refill it', () => {
    const address = { messages: { capacity: 3, refillPerSecond: 1 } };
    const { client } = v1Stage({ rateLimits: { address } });
    const here = { address: '192.0.2.1' };
    for (let again = 0; again < 4; again++) {
      const one = client(here)
        .say({ type: 'hello', username: `ann-${again}` })
        .say({ type: 'join' })
        .say(hi);
      if (again < 3) expect(one.texts).toEqual(['hi']);
      else expect(one.code).toBe('rate-limited');
    }
    const elsewhere = client({ address: '192.0.2.2' }).say({ type: 'join', username: 'bob', room: 'b' }).say(hi);
    const exempt = client().say({ type: 'join', username: 'cleo', room: 'c' }).say(hi);
    expect([elsewhere.texts, exempt.texts]).toEqual([['hi'], ['hi']]);
  });

  test('takes nothing from any bucket when one of them is empty', () => {
    const user = { messages: { capacity: 2, refillPerSecond: 1 } };
    const address = { messages: { capacity: 1, refillPerSecond: 1 } };
    const { client, clock } = v1Stage({ rateLimits: { user, address } });
    const ann = client({ address: '192.0.2.1' }).say({ type: 'join', username: 'ann' }).say(hi);
    for (let text = 0; text < 20; text++) ann.say(hi);
    expect(ann.texts).toHaveLength(1);
    clock.advance(1000);
    expect(ann.say(hi).texts).toHaveLength(2);
  });

  test.each([
    ['typing', { type: 'typing' }],
    ['joins', { type: 'leave', room: 'a' }],
    ['requests', { type: 'ping' }],
    ['bytes', { type: 'ping', padding: 'x'.repeat(10) }],
  ])('of %s has a bucket of its own', (kind, request) => {
    const { client } = v1Stage({ rateLimits: { user: { [kind]: { capacity: 200, refillPerSecond: 1 } } } });
    const ann = client().say({ type: 'join', username: 'ann' });
    const cost = kind === 'bytes' ? JSON.stringify(request).length : 1;
    let sent = 0;
    while (!ann.heard.some((message) => message.type === 'error' && message.code === 'rate-limited')) {
      ann.say(request);
      sent++;
      if (sent % 40 === 0) ann.take();
      if (sent > 300 || ann.closedWith) break;
    }
    if (kind === 'joins') expect(ann.closedWith?.code ?? 1008).toBe(1008);
    else expect(ann.last('error')).toMatchObject({ code: 'rate-limited', retryAfterMs: expect.any(Number) });
    expect(sent).toBeLessThanOrEqual(200 / cost + 1);
  });

  test('that cannot be is refused by name', () => {
    expect(() => v1Stage({ rateLimits: { user: { mesages: FREE } as object } })).toThrow('mesages');
    expect(() => v1Stage({ rateLimits: { everybody: {} } as object })).toThrow('everybody');
    expect(() => v1Stage({ rateLimits: { address: { typing: { capacity: 0, refillPerSecond: 1 } } } })).toThrow(
      RangeError,
    );
  });
});

describe('a token', () => {
  const identity = (until: number): Identity => ({
    user: `u-${'a'.repeat(22)}`,
    name: 'Ann',
    admin: false,
    expiresAt: until,
  });

  test('gives the name, and a minute before it ends its holder is told, and put out with 4401 when it does', () => {
    const { client, clock } = v1Stage();
    const end = clock.now() + 3_600_000;
    const ann = client({ identity: identity(end) }).say({ type: 'join' });
    expect(ann.last('welcome')).toMatchObject({ username: 'Ann', expiresAt: new Date(end).toISOString() });
    clock.advance(3_539_999);
    ann.take();
    clock.advance(1);
    expect(ann.take()).toEqual([{ type: 'expiring', inMs: 60_000 }]);
    clock.advance(59_999);
    expect(ann.closedWith).toBeUndefined();
    clock.advance(1);
    expect(ann.closedWith?.code).toBe(4401);
  });

  test('of the same user that comes in time lets the connection live; another one is refused', async () => {
    let end = 0;
    const tokens = new Map<string, Identity>();
    const { client, clock } = v1Stage({ verify: async (token) => tokens.get(token) });
    end = clock.now() + 60_000;
    const ann = client({ identity: identity(end) }).say({ type: 'join' });
    tokens.set('new', identity(end + 60_000)).set('other', { ...identity(end + 60_000), user: `u-${'b'.repeat(22)}` });
    for (const [token, type] of [
      ['none', 'error'],
      ['other', 'error'],
      ['new', 'renewed'],
    ] as const) {
      ann.take();
      await ann.session.receive(JSON.stringify({ type: 'renew', token, id: 'r' }));
      expect(ann.take()).toMatchObject([{ type, id: 'r' }]);
    }
    clock.advance(60_000);
    expect(ann.closedWith).toBeUndefined();
    clock.advance(60_000);
    expect(ann.closedWith?.code).toBe(4401);
  });

  test('without tokens is nothing to renew', () => {
    const { named } = v1Stage();
    expect(named('ann').say({ type: 'renew', token: 'x' }).code).toBe('token-invalid');
  });
});

describe('the end of a node', () => {
  test('is announced to everybody, and sessions outlive it', () => {
    const { chat, client, member, node } = v1Stage();
    const ann = member('ann');
    const { session } = ann.last('welcome');
    chat.sayBye(2500);
    expect(ann.last('bye')).toMatchObject({ retryAfterMs: 2500 });
    ann.session.end();
    chat.stop();
    expect(client({}, node()).say({ type: 'hello', session }).last('welcome')).toMatchObject({ resumed: true });
  });

  test('leaves no appointment with the clock behind', () => {
    const { chat, client, clock, member } = v1Stage();
    const identity: Identity = { user: `u-${'a'.repeat(22)}`, name: 'x', admin: false, expiresAt: clock.now() + 9e6 };
    const all = [member('ann'), member('bob', 'den'), client({ identity }).say({ type: 'join' })];
    for (const one of all) one.session.end();
    chat.stop();
    expect(clock.alarms).toBe(0);
  });
});

describe('whatever clients do', () => {
  test('nothing throws, each answer is one of the table, and nobody hears a byte of a room that they are not in', () => {
    const { chat, client, clock, member } = v1Stage({ rateLimit: { capacity: Infinity } });
    const witness = member('witness', 'quiet');
    const { next } = seededRandom(SEED);
    const text = randomMessages(SEED);
    const rooms = ['a', 'b', 'c', 'quiet-2'];
    const clients = Array.from({ length: 8 }, (_, index) => client().say({ type: 'hello', username: `user-${index}` }));
    const inside = clients.map(() => new Set<string>());
    for (let count = 0; count < 10_000; count++) {
      const who = Math.floor(next() * clients.length);
      const room = rooms[Math.floor(next() * rooms.length)] ?? 'a';
      const dice = next();
      const one = clients[who];
      if (dice < 0.2) one?.say(text());
      else if (dice < 0.4) one?.say({ type: 'join', room, history: 5 });
      else if (dice < 0.5) one?.say({ type: 'leave', room });
      else if (dice < 0.51) clock.advance(100);
      else if (dice < 0.512) one?.session.end();
      else one?.say({ type: next() < 0.9 ? 'message' : 'typing', room, message: room });
      for (const [index, reader] of clients.entries()) {
        for (const message of reader.take()) {
          if (message.type === 'joined') inside[index]?.add(message.room);
          const told = message.type === 'message' || message.type === 'typing' || message.type === 'presence';
          if (told && !inside[index]?.has(message.room)) throw new Error(`seed ${SEED}: ${JSON.stringify(message)}`);
          if (message.type === 'left') inside[index]?.delete(message.room);
        }
        if (!reader.session.ended && !reader.closedWith) continue;
        clients[index] = client().say({ type: 'hello', username: `again-${count}` });
        inside[index] = new Set();
      }
    }
    clock.advance(20_000);
    expect(witness.take().filter(({ type }) => type === 'message')).toEqual([]);
    expect(chat.rooms).toContain('quiet');
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});
