import { describe, expect, test } from 'vitest';
import { CHAT_ERRORS } from '../../../src/chat/errors.ts';
import { v1Stage } from './v1-stage.ts';

const NOON = '2025-01-31T12:00:00.000Z';

describe('the greeting', () => {
  test('says who somebody is, with a secret to come back by, and what the limits are', () => {
    const { client } = v1Stage();
    const [welcome, ...others] = client().say({ type: 'hello', username: ' Ann ' }).take();
    expect(others).toEqual([]);
    expect(welcome).toEqual({
      type: 'welcome',
      version: 1,
      user: expect.stringMatching(/^a-[\w-]{22}$/),
      username: 'Ann',
      session: expect.stringMatching(/^[\w-]{43}$/),
      resumed: false,
      limits: { messageBytes: 16_384, textBytes: 4096, rooms: 20, historyPage: 100 },
      state: 'up',
      inbox: { epoch: expect.any(String), seq: 0 },
    });
  });

  test('may be left out: any other message comes after an empty one', () => {
    const { client } = v1Stage();
    expect(client().say({ type: 'join', username: 'ann' }).takeTypes()).toEqual(['welcome', 'joined']);
    const bob = client().say({ type: 'ping', id: 'p' });
    expect(bob.take()).toMatchObject([
      { type: 'welcome', username: null },
      { type: 'pong', id: 'p', timestamp: NOON },
    ]);
  });

  test('comes once, and first', () => {
    const { named } = v1Stage();
    expect(named('ann').say({ type: 'hello', username: 'eve', id: 'h' }).last('error')).toMatchObject({
      code: 'late-hello',
      id: 'h',
    });
  });

  test('under a name that is taken, or that is none, is a greeting without a name', () => {
    const { client, named } = v1Stage();
    named('ann');
    for (const [username, code] of [
      ['ANN', 'name-taken'],
      ['server', 'name-reserved'],
      ['x'.repeat(10_000), 'name-too-long'],
      ['\u202eann', 'name-invalid'],
    ] as const) {
      const eve = client().say({ type: 'hello', username, id: 'h' });
      expect(eve.take()).toMatchObject([
        { type: 'welcome', username: null },
        { type: 'error', code, id: 'h' },
      ]);
      expect(eve.say({ type: 'join' }).code).toBe('name-missing');
      expect(eve.say({ type: 'join', username: 'eve' }).last('joined').room).toBe('lobby');
      eve.session.end(true);
    }
  });
});

describe('messages', () => {
  test('have a seq without gaps, are the same for everybody, and are acknowledged to who gave an id', () => {
    const { member } = v1Stage();
    const [ann, bob] = [member('ann'), member('bob')];
    const { epoch, seq } = bob.last('joined');
    for (const client of [ann, bob]) client.take();
    ann.say({ type: 'message', message: 'one', id: 'm-1' }).say({ type: 'message', message: 'two' });
    const user = bob.last('message').user;
    const one = { type: 'message', room: 'lobby', epoch, seq: seq + 1, user, username: 'ann', message: 'one' };
    const two = { ...one, seq: seq + 2, message: 'two', timestamp: NOON };
    expect(bob.take()).toEqual([{ ...one, timestamp: NOON, id: 'm-1' }, two]);
    expect(ann.take()).toEqual([
      { ...one, timestamp: NOON, id: 'm-1' },
      { type: 'ack', id: 'm-1', epoch, seq: seq + 1, room: 'lobby' },
      two,
    ]);
  });

  test('sent again under the same id change nothing, cost nothing and are acknowledged as what they are', () => {
    const { member } = v1Stage();
    const ann = member('ann');
    for (let resend = 0; resend < 40; resend++) ann.say({ type: 'message', message: 'hi', id: 'm' });
    const acks = ann.heard.filter(({ type }) => type === 'ack');
    expect(ann.texts).toEqual(['hi']);
    expect(acks).toHaveLength(40);
    expect(new Set(acks.map((ack) => JSON.stringify({ ...ack, duplicate: true })))).toHaveProperty('size', 1);
    expect(acks[0]).not.toHaveProperty('duplicate');
    for (let text = 0; text < 9; text++) ann.say({ type: 'message', message: `${text}` });
    expect(ann.heard.some(({ type }) => type === 'error')).toBe(false);
  });

  test('sent again by another connection of the session are known by the broker, whatever the rate limit says', () => {
    const { client, member } = v1Stage();
    const ann = member('ann');
    for (let text = 0; text < 10; text++) ann.say({ type: 'message', message: `${text}`, id: `m-${text}` });
    const { session } = ann.last('welcome');
    const { seq: last } = ann.last('message');
    const again = client().say({ type: 'hello', session }).say({ type: 'join' });
    again.take();
    again.say({ type: 'message', message: '9', id: 'm-9' }).say({ type: 'message', message: 'new', id: 'm-10' });
    expect(again.take()).toMatchObject([
      { type: 'ack', id: 'm-9', seq: last, duplicate: true },
      { type: 'error', code: 'rate-limited', id: 'm-10', retryAfterMs: 1000 },
    ]);
  });

  test('are encoded once for all of one protocol', () => {
    const { encodings, member, plain } = v1Stage();
    const members = Array.from({ length: 20 }, (_, index) => member(`user-${index}`));
    for (let index = 0; index < 20; index++) plain().say({ type: 'join', username: `plain-${index}` });
    const before = encodings();
    members[0]?.say({ type: 'message', message: 'hi' });
    expect(encodings() - before).toBe(2);
  });

  test.each([
    ['{"type":"shout"}', 'unknown-type'],
    ['{"type":"message","message":"hi","__proto__":{}}', 'forbidden-key'],
    ['{"type":"message","message":{"constructor":1}}', 'forbidden-key'],
    ['{"type":"message","message":"\\ud800"}', 'malformed-text'],
    ['{"type":"message","message":"hi","x":[[[[]]]]}', 'too-deep'],
    ['{', 'bad-json'],
    ['{"type":"message","message":"hi","room":"elsewhere"}', 'not-joined'],
  ])('like %s are refused, and the connection lives on', (json, code) => {
    const { member } = v1Stage();
    const ann = member('ann').say(json);
    expect(ann.last('error')).toMatchObject({ code, message: CHAT_ERRORS[code as keyof typeof CHAT_ERRORS] });
    expect(ann.say({ type: 'message', message: 'hi' }).texts).toEqual(['hi']);
    expect(ann.closedWith).toBeUndefined();
  });

  test('of fifty unknown types in ten seconds end it with 1008', () => {
    const { named } = v1Stage();
    const ann = named('ann');
    for (let count = 0; count < 50; count++) ann.say('{"type":"shout"}');
    expect(ann.closedWith?.code).toBe(1008);
  });

  test('may be taken back by who said them and by moderators, and their text is gone from the history', () => {
    const { member } = v1Stage();
    const [owner, bob, eve] = [member('owner', 'den'), member('bob', 'den'), member('eve', 'den')];
    bob.say({ type: 'message', message: 'oops' }).say({ type: 'message', message: 'rude' });
    const [, rude] = bob.heard.filter((message) => message.type === 'message');
    expect(eve.say({ type: 'redact', seq: rude?.seq ?? 0, id: 'r' }).last('error')).toMatchObject({
      code: 'not-allowed',
      id: 'r',
    });
    bob.say({ type: 'redact', seq: (rude?.seq ?? 0) - 1, id: 'r-1' });
    owner.say({ type: 'redact', seq: rude?.seq ?? 0 });
    expect(bob.last('ack').id).toBe('r-1');
    expect(eve.last('redact')).toMatchObject({ target: rude?.seq, room: 'den' });
    eve.take();
    eve.say({ type: 'history', id: 'h' });
    expect(JSON.stringify(eve.heard)).not.toContain('oops');
    expect(eve.last('history').messages.map(({ type }) => type)).toEqual(['message', 'message', 'redact', 'redact']);
    expect(eve.last('history').messages[0]).toMatchObject({ redacted: true });
    expect(eve.say({ type: 'redact', seq: 999 }).code).toBe('no-such-message');
  });

  test('of history come in pages, newest first page, oldest first within it', () => {
    const { member } = v1Stage({ rateLimit: { capacity: Infinity } });
    const ann = member('ann');
    for (let text = 1; text <= 120; text++) ann.say({ type: 'message', message: `${text}` });
    ann.take();
    ann.say({ type: 'history', limit: 100, id: 'h' });
    const page = ann.last('history');
    expect(page).toMatchObject({ room: 'lobby', more: true, first: 1, id: 'h' });
    expect(page.messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 100 }, (_, index) => index + 21));
    ann.say({ type: 'history', before: 21 });
    expect(ann.last('history')).toMatchObject({ more: false });
    expect(ann.last('history').messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(member('bob').last('joined').history).toHaveLength(50);
  });
});

describe('typing', () => {
  test('is told to others, never to oneself, never to who knows four fields, and never kept', () => {
    const { member, plain } = v1Stage();
    const [ann, bob] = [member('ann'), member('bob')];
    const cleo = plain().say({ type: 'join', username: 'cleo' });
    for (const client of [ann, bob, cleo]) client.take();
    ann.say({ type: 'typing' }).say({ type: 'typing', on: false });
    const notice = { type: 'typing', room: 'lobby', user: expect.any(String), username: 'ann' };
    expect(bob.take()).toEqual([
      { ...notice, on: true },
      { ...notice, on: false },
    ]);
    expect([ann.take(), cleo.take()]).toEqual([[], []]);
    expect(member('dan').last('joined').history).toEqual([]);
  });
});

describe('a direct message', () => {
  test('reaches all connections of both, and nobody else', () => {
    const { named, node } = v1Stage();
    const [ann, bob, eve] = [named('ann'), named('bob', node()), named('eve')];
    for (const client of [ann, bob, eve]) client.take();
    ann.say({ type: 'direct', to: ' BOB', message: 'psst', id: 'd' });
    const said = { type: 'direct', user: expect.any(String), from: 'ann', to: 'BOB', message: 'psst', timestamp: NOON };
    expect(bob.take()).toEqual([{ ...said, epoch: expect.any(String), seq: 1, id: 'd' }]);
    expect(ann.take()).toEqual([
      { ...said, epoch: expect.any(String), seq: 1, id: 'd' },
      { type: 'ack', id: 'd', epoch: expect.any(String), seq: 1, to: 'BOB' },
    ]);
    expect(eve.take()).toEqual([]);
    ann.say({ type: 'direct', to: 'bob', message: 'psst', id: 'd' });
    expect([ann.last('ack').duplicate, bob.take()]).toEqual([true, []]);
  });

  test('waits for somebody who comes back later', () => {
    const { client, named } = v1Stage();
    const [ann, bob] = [named('ann'), named('bob')];
    const { session, inbox } = bob.last('welcome');
    bob.session.end();
    ann.say({ type: 'direct', to: 'bob', message: 'one', id: 'd' }).say({ type: 'direct', to: 'bob', message: 'two' });
    expect(ann.last('ack').id).toBe('d');
    const back = client().say({ type: 'hello', session, inbox });
    expect(back.take()).toMatchObject([
      { type: 'welcome', resumed: true, inbox: { seq: 2 } },
      { type: 'direct', from: 'ann', message: 'one', seq: 1 },
      { type: 'direct', from: 'ann', message: 'two', seq: 2 },
    ]);
    back.say({ type: 'history', inbox: true, limit: 1 });
    expect(back.last('history')).toMatchObject({ inbox: true, more: true, messages: [{ message: 'two' }] });
  });

  test('to nobody is refused', () => {
    const { named } = v1Stage();
    const ann = named('ann');
    for (const to of ['nobody', '', 'server', '\u202e']) {
      expect(ann.say({ type: 'direct', to, message: 'hi', id: 'd' }).last('error')).toMatchObject({
        code: 'no-such-user',
        id: 'd',
      });
    }
  });
});
