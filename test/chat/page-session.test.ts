import { beforeEach, describe, expect, test } from 'vitest';
import type { Clock, OutgoingText, Session, SessionEvents, SocketLike } from '../../src/chat/page/types.ts';
import { FakeClock, FakeSocket, loadPageModule } from './page-stage.ts';

interface SessionModule {
  createSession(options: {
    openSocket: () => SocketLike;
    clock: Clock;
    random: () => number;
    events: SessionEvents;
  }): Session;
}
const { createSession } = await loadPageModule<SessionModule>('session');

const timestamp = '2026-11-23T08:00:00.000Z';
let clock: FakeClock;
let sockets: FakeSocket[];
let seen: unknown[][];
let outgoing: readonly OutgoingText[];
let session: Session;

const last = () => sockets.at(-1) as FakeSocket;
const sent = () => last().sent.map((text) => JSON.parse(text) as Record<string, unknown>);
const server = (message: Record<string, unknown>) => last().say(JSON.stringify(message));
const texts = () => outgoing.map(({ text, state }) => [text, state]);
const seenOf = (name: string) => seen.filter(([event]) => event === name).map(([, ...rest]) => rest);
const echo = (message: string, username = 'ann', room = 'lobby') =>
  server({ type: 'message', room, username, message, timestamp });
const admit = (username = 'ann', room = 'lobby') => server({ type: 'join', room, username, timestamp });
const enter = () => {
  session.enter({ username: 'ann', room: 'lobby' });
  last().open();
  admit();
};

beforeEach(() => {
  clock = new FakeClock();
  sockets = [];
  seen = [];
  outgoing = [];
  const note =
    (name: string) =>
    (...rest: unknown[]) => {
      seen.push([name, ...rest]);
    };
  session = createSession({
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    clock,
    random: () => 0,
    events: {
      connection: note('connection'),
      joined: note('joined'),
      presence: note('presence'),
      message: note('message'),
      refused: note('refused'),
      switchRefused: note('switchRefused'),
      notice: note('notice'),
      outgoing: (next) => {
        outgoing = next;
      },
    },
  });
});

describe('joining', () => {
  test('asks for the seat once the connection is open, and takes the name as the server writes it', () => {
    session.enter({ username: ' Ａnn', room: 'lobby' });
    expect(sent()).toEqual([]);
    last().open();
    expect(sent()).toEqual([{ type: 'join', username: ' Ａnn', room: 'lobby' }]);
    expect(session.joined).toBe(false);
    admit('Ann');
    expect(session.joined).toBe(true);
    expect(seenOf('joined')).toEqual([[{ username: 'Ann', room: 'lobby' }, false]]);
    expect(seenOf('presence')).toEqual([]);
  });

  test('is done, too, when the own name stands in a batch or a message comes first', () => {
    session.enter({ username: 'ann', room: 'lobby' });
    last().open();
    server({ type: 'join', room: 'lobby', username: 'bea', usernames: ['bea', 'ann'], count: 150, timestamp });
    expect(session.joined).toBe(true);
    expect(seenOf('presence')).toEqual([
      [{ type: 'join', room: 'lobby', usernames: ['bea', 'ann'], unnamed: 148, timestamp }],
    ]);
    last().lose();
    clock.advance(500);
    last().open();
    echo('hi', 'bea');
    expect(session.joined).toBe(true);
    expect(seenOf('message')).toHaveLength(1);
  });

  test.each([
    ['name-taken', 'name'],
    ['name-reserved', 'name'],
    ['room-full', 'room'],
    ['too-many-rooms', 'room'],
    ['bad-json', 'other'],
  ])('says at which field %s is to be mended, and hangs up', (code, field) => {
    session.enter({ username: 'ann', room: 'lobby' });
    last().open();
    server({ type: 'error', code, message: 'No.' });
    expect(seenOf('refused')).toEqual([[field, 'No.']]);
    expect([session.seat, last().closed, clock.pending]).toEqual([undefined, true, 0]);
  });

  test('waits as long as a rate limit asks, then asks again', () => {
    session.enter({ username: 'ann', room: 'lobby' });
    last().open();
    server({ type: 'error', code: 'rate-limited', message: 'Slowly.', retryAfterMs: 700 });
    clock.advance(699);
    expect(sent()).toHaveLength(1);
    clock.advance(1);
    expect(sent()).toHaveLength(2);
  });

  test('connects anew when the server does not answer within 10 s', () => {
    session.enter({ username: 'ann', room: 'lobby' });
    last().open();
    clock.advance(10_000);
    expect(last().closed).toBe(true);
    clock.advance(500);
    expect(sockets).toHaveLength(2);
  });
});

describe('after a lost connection', () => {
  test('joins the same room under the same name, and says that it is back', () => {
    enter();
    last().lose();
    expect(session.joined).toBe(false);
    clock.advance(500);
    last().open();
    expect(sent()).toEqual([{ type: 'join', username: 'ann', room: 'lobby' }]);
    admit();
    expect(seenOf('joined').map(([, again]) => again)).toEqual([false, true]);
  });

  test('waits for the server to notice that the former connection is dead, but not for ever', () => {
    enter();
    last().lose();
    clock.advance(500);
    last().open();
    for (let tries = 0; seenOf('refused').length === 0; tries += 1) {
      expect(tries).toBeLessThan(30);
      server({ type: 'error', code: 'name-taken', message: 'Taken.' });
      clock.advance(3000);
    }
    expect(sent().length).toBeGreaterThan(15);
    expect(seenOf('refused')).toEqual([['name', 'Taken.']]);
  });
});

describe('a text on its way', () => {
  test('goes out at once and is done with the server’s copy', () => {
    enter();
    session.say('hi');
    expect(sent().at(-1)).toEqual({ type: 'message', message: 'hi', room: 'lobby' });
    expect(texts()).toEqual([['hi', 'sending']]);
    echo('hi');
    expect(texts()).toEqual([]);
    expect(seenOf('message')).toEqual([
      [{ type: 'message', room: 'lobby', username: 'ann', message: 'hi', timestamp }, true],
    ]);
  });

  test('waits for the one before it, so that each answer is known to be about it', () => {
    enter();
    session.say('one');
    session.say('two');
    expect(sent().filter(({ type }) => type === 'message')).toHaveLength(1);
    echo('someone else', 'bea');
    expect(texts()).toEqual([
      ['one', 'sending'],
      ['two', 'waiting'],
    ]);
    echo('one');
    expect(texts()).toEqual([['two', 'sending']]);
  });

  test('is kept while there is no connection, and sent after joining again', () => {
    enter();
    last().lose();
    session.say('patience');
    expect(texts()).toEqual([['patience', 'waiting']]);
    clock.advance(500);
    last().open();
    expect(sent()).toHaveLength(1);
    admit();
    expect(sent().at(-1)).toEqual({ type: 'message', message: 'patience', room: 'lobby' });
  });

  test('is never sent twice by itself: one that was cut off waits for a person', () => {
    enter();
    session.say('heard?');
    last().lose();
    expect(texts()).toEqual([['heard?', 'unconfirmed']]);
    clock.advance(500);
    last().open();
    admit();
    expect(sent()).toHaveLength(1);
    session.sayAgain(outgoing[0]?.id ?? 0);
    expect(sent().at(-1)).toMatchObject({ message: 'heard?' });
  });

  test('that the server refuses is kept with its reason, can be taken back, and holds up nothing', () => {
    enter();
    session.say('bad');
    session.say('good');
    server({ type: 'error', code: 'malformed-text', message: 'Half a pair.' });
    expect(outgoing.map(({ state, note }) => [state, note])).toEqual([
      ['refused', 'Half a pair.'],
      ['sending', ''],
    ]);
    expect(session.takeBack(outgoing[0]?.id ?? 0)).toBe('bad');
    expect(texts()).toEqual([['good', 'sending']]);
  });

  test('that came too fast is sent again when its time has come, before the later ones', () => {
    enter();
    session.say('one');
    session.say('two');
    server({ type: 'error', code: 'rate-limited', message: 'Slowly.', retryAfterMs: 2500 });
    session.say('three');
    clock.advance(2499);
    expect(sent().filter(({ message }) => message === 'one')).toHaveLength(1);
    clock.advance(1);
    expect(sent().filter(({ message }) => message === 'one')).toHaveLength(2);
    expect(texts()).toEqual([
      ['one', 'sending'],
      ['two', 'waiting'],
      ['three', 'waiting'],
    ]);
  });

  test('that gets no answer within 10 s ends the connection and stays', () => {
    enter();
    session.say('hello?');
    clock.advance(10_000);
    expect(last().closed).toBe(true);
    expect(texts()).toEqual([['hello?', 'unconfirmed']]);
  });
});

describe('switching rooms', () => {
  const goodbye = () => server({ type: 'leave', room: 'lobby', username: 'ann', timestamp });

  test('leaves the one, then joins the other, and hears nothing of the former', () => {
    enter();
    session.switchRoom('tea');
    expect(sent().at(-1)).toEqual({ type: 'leave', room: 'lobby' });
    echo('late', 'bea');
    goodbye();
    expect(sent().at(-1)).toEqual({ type: 'join', username: 'ann', room: 'tea' });
    echo('later', 'bea');
    expect(seenOf('message')).toEqual([]);
    admit('ann', 'tea');
    expect(session.seat).toEqual({ username: 'ann', room: 'tea' });
    expect(seenOf('joined').at(-1)).toEqual([{ username: 'ann', room: 'tea' }, false]);
  });

  test('goes back when the other room does not take it', () => {
    enter();
    session.switchRoom('tea');
    goodbye();
    server({ type: 'error', code: 'room-full', message: 'Full.' });
    expect(seenOf('switchRefused')).toEqual([['Full.']]);
    expect(sent().at(-1)).toEqual({ type: 'join', username: 'ann', room: 'lobby' });
    admit();
    expect(session.seat).toEqual({ username: 'ann', room: 'lobby' });
  });

  test('leaves again when the leave itself came too fast', () => {
    enter();
    session.switchRoom('tea');
    server({ type: 'error', code: 'rate-limited', message: 'Slowly.', retryAfterMs: 900 });
    clock.advance(900);
    expect(sent().filter(({ type }) => type === 'leave')).toHaveLength(2);
    goodbye();
    expect(sent().at(-1)).toMatchObject({ type: 'join', room: 'tea' });
  });

  test('keeps a text for the room that it was written for', () => {
    enter();
    last().lose();
    session.say('for the lobby');
    session.switchRoom('tea');
    clock.advance(500);
    last().open();
    admit('ann', 'tea');
    expect(sent()).toEqual([{ type: 'join', username: 'ann', room: 'tea' }]);
    expect(texts()).toEqual([['for the lobby', 'waiting']]);
  });
});

describe('what the server says', () => {
  test.each([
    '',
    '{',
    '[]',
    'null',
    '7',
    '"x"',
    '{"type":7}',
    '{"type":"welcome"}',
    '{"type":"join"}',
    '{"__proto__":1}',
  ])('does no harm as %j', (text) => {
    enter();
    last().say(text);
    expect(session.joined).toBe(true);
    expect(seenOf('message')).toEqual([]);
    expect(seenOf('presence')).toEqual([]);
  });

  test('is shown as a notice when it is an error about nothing in particular', () => {
    enter();
    server({ type: 'error', code: 'maintenance', message: 'Back at noon.' });
    expect(seenOf('notice')).toEqual([['Back at noon.']]);
  });
});

test('leaving says so, hangs up and leaves no alarm behind', () => {
  enter();
  session.leave();
  expect(sent().at(-1)).toEqual({ type: 'leave', room: 'lobby' });
  expect([last().closed, session.seat, session.joined, clock.pending]).toEqual([true, undefined, false, 0]);
});
