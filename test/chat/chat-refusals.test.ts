import { describe, expect, test } from 'vitest';
import { CHAT_ERRORS } from '../../src/chat/errors.ts';
import type { Client } from './stage.ts';
import { stage } from './stage.ts';

const hi = { type: 'message', message: 'hi' };

describe('what the chat refuses is answered, and the connection lives', () => {
  const inLobby = (say: unknown) => () => stage().member('ann').say(say);
  const fresh = (say: unknown) => () => stage().client().say(say);
  const cases: readonly [code: keyof typeof CHAT_ERRORS, make: () => Client][] = [
    ['bad-json', inLobby('{"type":')],
    ['not-an-object', inLobby('[]')],
    ['too-deep', inLobby('{"type":"leave","x":[[[[]]]]}')],
    ['forbidden-key', inLobby('{"type":"leave","__proto__":{}}')],
    ['malformed-text', inLobby('{"type":"message","message":"\\ud800"}')],
    ['unknown-type', inLobby({ type: 'shout', message: 'hi' })],
    ['field-missing', inLobby({ type: 'message' })],
    ['field-invalid', inLobby({ type: 'message', message: 7 })],
    ['empty-text', inLobby({ type: 'message', message: '' })],
    ['text-too-long', inLobby({ type: 'message', message: 'é'.repeat(2049) })],
    ['not-text', () => inLobby('[]')().say('[]')],
    ['name-missing', fresh({ type: 'join' })],
    ['name-empty', fresh({ type: 'join', username: ' ' })],
    ['name-too-long', fresh({ type: 'join', username: 'x'.repeat(33) })],
    ['name-invalid', fresh({ type: 'join', username: 'a\u200bnn' })],
    ['name-reserved', fresh({ type: 'join', username: 'Server' })],
    ['room-invalid', fresh({ type: 'join', username: 'ann', room: 'Lobby' })],
    ['already-joined', inLobby({ type: 'join', username: 'ann' })],
    ['name-fixed', inLobby({ type: 'join', username: 'bob' })],
    ['not-joined', fresh(hi)],
    ['not-joined', fresh({ type: 'leave' })],
    ['not-joined', inLobby({ ...hi, room: 'elsewhere' })],
    ['not-joined', inLobby({ type: 'leave', room: 'elsewhere' })],
    ['room-invalid', inLobby({ ...hi, room: '../lobby' })],
  ];

  test.each(cases.filter(([code]) => code !== 'not-text'))('%s', (code, make) => {
    const client = make();
    expect(client.take()).toEqual([{ type: 'error', code, message: CHAT_ERRORS[code] }]);
    expect(client.closedWith).toBeUndefined();
    client.say({ type: 'join', username: 'still here', room: 'other' });
    expect(['join', 'error']).toContain(client.take()[0]?.type);
    expect(client.session.ended).toBe(false);
  });

  test('not-text: a binary message', () => {
    const ann = stage().member('ann');
    ann.session.receive(new TextEncoder().encode('{"type":"leave"}'));
    expect(ann.takeCode()).toBe('not-text');
    expect(ann.say(hi).take()).toMatchObject([{ message: 'hi' }]);
  });

  test.each([
    '',
    ' ',
    'a b',
    'A',
    'é',
    'a'.repeat(65),
    'a\n',
    'a\r\nDEL x',
    '*',
    '{}',
    'a{b}',
    '\0',
    'x'.repeat(2 ** 20),
  ])('a room called %j is refused', (room) => {
    expect(stage().client().say({ type: 'join', username: 'ann', room }).takeCode()).toBe('room-invalid');
  });

  test('a room may be called by 64 characters', () => {
    stage().member('ann', 'a'.repeat(64));
  });

  test('room-limit, room-full, too-many-rooms: each at its figure', () => {
    const { client, member } = stage({ rooms: { rooms: 2, membersPerRoom: 2, roomsPerMember: 1 } });
    const ann = member('ann', 'a');
    expect(ann.say({ type: 'join', room: 'b' }).takeCode()).toBe('room-limit');
    member('bob', 'a');
    expect(client().say({ type: 'join', username: 'cleo', room: 'a' }).takeCode()).toBe('room-full');
    member('cleo', 'b');
    expect(client().say({ type: 'join', username: 'dan', room: 'c' }).takeCode()).toBe('too-many-rooms');
  });

  test('20 rooms are as many as one connection may be in', () => {
    const { member } = stage({ rateLimit: { capacity: 100 } });
    const ann = member('ann', 'r-0');
    for (let room = 1; room < 20; room++) ann.say({ type: 'join', room: `r-${room}` });
    expect(ann.take().filter(({ type }) => type === 'join')).toHaveLength(19);
    expect(ann.say({ type: 'join', room: 'r-20' }).takeCode()).toBe('room-limit');
  });

  test('nobody else hears of a refusal', () => {
    const { member } = stage();
    const [ann, bob] = [member('ann'), member('bob')];
    ann.take();
    bob.say('{').say({ type: 'shout' }).say({ type: 'join', username: 'bob' });
    expect(ann.take()).toEqual([]);
  });
});

describe('the rate limit', () => {
  test('lets ten texts through at once, the eleventh is told how long to wait, and then it passes', () => {
    const { clock, member } = stage();
    const [ann, bob] = [member('ann'), member('bob')];
    ann.take();
    for (let text = 0; text < 10; text++) ann.say(hi);
    expect(ann.take()).toHaveLength(10);
    clock.advance(400);
    expect(ann.say(hi).take()).toEqual([
      { type: 'error', code: 'rate-limited', message: CHAT_ERRORS['rate-limited'], retryAfterMs: 600 },
    ]);
    expect(bob.take()).toHaveLength(10);
    clock.advance(600);
    expect(ann.say(hi).take()).toMatchObject([{ message: 'hi' }]);
  });

  test('is each connection’s own', () => {
    const { member } = stage();
    const [ann, bob] = [member('ann'), member('bob')];
    for (let text = 0; text < 11; text++) ann.say(hi);
    bob.take();
    expect(bob.say(hi).take()).toMatchObject([{ type: 'message', username: 'bob' }]);
  });

  test('holds for joins and leaves too, in a bucket of their own', () => {
    const { member } = stage({ rateLimit: { capacity: 3, refillPerSecond: 2 } });
    const ann = member('ann');
    ann.say({ type: 'leave' }).say({ type: 'join', username: 'ann' }).take();
    expect(ann.say({ type: 'leave' }).take()).toMatchObject([{ code: 'rate-limited', retryAfterMs: 500 }]);
    expect(ann.say(hi).take()).toMatchObject([{ message: 'hi' }]);
  });

  test('is not used up by messages that are malformed', () => {
    const ann = stage().member('ann');
    for (let text = 0; text < 20; text++) ann.say('{');
    ann.take();
    expect(ann.say(hi).take()).toMatchObject([{ message: 'hi' }]);
  });
});

describe('fifty refusals within ten seconds', () => {
  test('close the connection with 1008, the fiftieth being answered, and its rooms hear that it left', () => {
    const { member } = stage();
    const [ann, bob] = [member('ann'), member('bob')];
    bob.take();
    for (let text = 0; text < 49; text++) ann.say('{');
    expect(ann.closedWith).toBeUndefined();
    ann.say('{');
    expect(ann.take()).toHaveLength(51);
    expect(ann.closedWith?.code).toBe(1008);
    expect(bob.take()).toMatchObject([{ type: 'leave', username: 'ann' }]);
  });

  test('may be refusals for any reason', () => {
    const { member } = stage();
    const ann = member('ann');
    for (let text = 0; text < 60; text++) ann.say(hi);
    expect(ann.closedWith?.code).toBe(1008);
  });

  test('and what follows them is not even read', () => {
    const { chat, member } = stage();
    const ann = member('ann');
    for (let text = 0; text < 50; text++) ann.say('{');
    ann.take();
    ann.say(hi).say('{').say({ type: 'join', username: 'ann' });
    expect([ann.take(), chat.rooms]).toEqual([[], []]);
    member('ann');
  });

  test('spread over more than that are borne', () => {
    const { clock, member } = stage();
    const ann = member('ann');
    for (let text = 0; text < 500; text++) {
      ann.say('{');
      clock.advance(205);
    }
    expect(ann.closedWith).toBeUndefined();
  });
});
