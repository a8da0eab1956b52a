import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHAT_ERRORS } from '../../src/chat/errors.ts';
import type { Client } from './stage.ts';
import { stage } from './stage.ts';

const ROOMS = ['a', 'b', 'c', 'lobby'] as const;
const GENEROUS = { rateLimit: { capacity: Infinity } } as const;

const operation = fc.record({
  kind: fc.constantFrom('join', 'join', 'say', 'say', 'say', 'leave', 'lose', 'wait', 'clog' as const),
  who: fc.nat(7),
  room: fc.constantFrom(...ROOMS),
});

type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

/** Plays operations and keeps its own book of who is where and who should hear which text. */
function play(operations: readonly Operation[]) {
  const { chat, clock, client } = stage({ ...GENEROUS, announcements: { immediateMembers: 3 } });
  const inside = new Map<Client, Set<string>>();
  const due = new Map<Client, string[]>();
  const everyone: Client[] = [];
  const seats: Client[] = [];
  const enter = (seat: number) => {
    const fresh = client();
    inside.set(fresh, new Set());
    due.set(fresh, []);
    everyone.push(fresh);
    seats[seat] = fresh;
    return fresh;
  };
  const hears = new Map<Client, Set<string>>();
  operations.forEach(({ kind, who, room }, index) => {
    const actor = seats[who] ?? enter(who);
    const rooms = inside.get(actor) ?? new Set();
    const everIn = hears.get(actor) ?? new Set();
    hears.set(actor, everIn);
    if (kind === 'join') {
      actor.say({ type: 'join', username: `user-${everyone.indexOf(actor)}`, room });
      rooms.add(room);
      everIn.add(room);
    } else if (kind === 'leave') {
      actor.say({ type: 'leave', room });
      rooms.delete(room);
    } else if (kind === 'say') {
      actor.say({ type: 'message', message: `${index}`, room });
      if (rooms.has(room)) {
        for (const [member, theirs] of inside) {
          if (!theirs.has(room) || member.session.ended) continue;
          due.get(member)?.push(`${room} ${index}`);
        }
      }
    } else if (kind === 'wait') clock.advance(60);
    else {
      if (kind === 'clog') actor.closedWith = { code: 1006, reason: 'gone before anybody noticed' };
      else actor.session.end();
      rooms.clear();
      enter(who);
    }
  });
  clock.advance(100);
  return { chat, everyone, due, hears };
}

describe('whatever people do', () => {
  test('each text reaches everybody who is in the room, once and in one order, and nobody else hears a thing of that room', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 120 }), (operations) => {
        const { everyone, due, hears } = play(operations);
        for (const client of everyone) {
          const heard = client.take();
          const texts = heard.filter(({ type }) => type === 'message');
          expect(texts.map(({ room, message }) => `${room} ${message}`)).toEqual(due.get(client));
          for (const { room } of heard) if (room !== undefined) expect(hears.get(client)?.has(room)).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  });

  test('over 10,000 operations in one chat a user of one room never receives anything of another', () => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 10_000, maxLength: 10_000 }), (operations) => {
        const { everyone, due, hears } = play(operations);
        for (const client of everyone) {
          for (const { type, room, message } of client.take()) {
            if (room !== undefined) expect(hears.get(client)?.has(room)).toBe(true);
            if (type === 'message') expect(due.get(client)?.shift()).toBe(`${room} ${message}`);
          }
          expect(due.get(client)).toEqual([]);
        }
      }),
      { numRuns: 2 },
    );
  });
});

describe('whatever a client sends', () => {
  test('nothing throws, each refusal is a typed error, and others are left in peace', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 100 }),
      fc.json({ maxDepth: 6 }),
      fc
        .record(
          {
            type: fc.constantFrom('join', 'leave', 'message', 'error', '__proto__'),
            username: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('ann', 'server', 'x')),
            message: fc.string({ unit: 'binary' }),
            room: fc.oneof(fc.string({ maxLength: 5 }), fc.constantFrom(...ROOMS)),
            extra: fc.jsonValue(),
          },
          { requiredKeys: ['type'] },
        )
        .map((value) => JSON.stringify(value)),
    );
    const data = fc.oneof({ weight: 9, arbitrary: text }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 50 }) });
    fc.assert(
      fc.property(fc.array(data, { maxLength: 45 }), (messages) => {
        const { client, member } = stage(GENEROUS);
        const witness = member('ann', 'quiet');
        const hostile = client();
        for (const message of messages) {
          hostile.session.receive(message);
          for (const { type, code } of hostile.take()) {
            if (type === 'error') expect(Object.hasOwn(CHAT_ERRORS, code ?? '')).toBe(true);
            else expect(['join', 'leave', 'message']).toContain(type);
          }
        }
        expect(hostile.closedWith).toBeUndefined();
        expect(witness.take().filter(({ room }) => room !== 'quiet')).toEqual([]);
        witness.say({ type: 'message', message: 'hi' });
        expect(witness.take().at(-1)).toMatchObject({ type: 'message', message: 'hi' });
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      { numRuns: 1500 },
    );
  });
});
