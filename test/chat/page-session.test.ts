import { beforeEach, describe, expect, test } from 'vitest';
import type { Clock, Keepsake, OutgoingText, Session, SessionEvents, SocketLike } from '../../src/chat/page/types.ts';
import { FakeClock, FakeSocket, loadPageModule } from './page-stage.ts';

interface SessionModule {
  createSession(options: {
    openSocket: () => SocketLike;
    clock: Clock;
    random: () => number;
    idPrefix: string;
    events: SessionEvents;
  }): Session;
}
type Fields = Record<string, unknown>;

const { createSession } = await loadPageModule<SessionModule>('session');

const timestamp = '2026-11-23T08:00:00.000Z';
let clock: FakeClock;
let sockets: FakeSocket[];
let seen: unknown[][];
let outgoing: readonly OutgoingText[];
let session: Session;

const last = () => sockets.at(-1) as FakeSocket;
const sent = () => last().sent.map((text) => JSON.parse(text) as Fields);
const sentOf = (type: string) => sent().filter((message) => message.type === type);
const server = (message: Fields) => last().say(JSON.stringify(message));
const texts = () => outgoing.map(({ text, state }) => [text, state]);
const seenOf = (name: string) => seen.filter(([event]) => event === name).map(([, ...rest]) => rest);

const welcome = (fields: Fields = {}) =>
  server({
    type: 'welcome',
    version: 1,
    user: 'a-1',
    username: 'ann',
    session: 'secret',
    resumed: false,
    state: 'up',
    inbox: { epoch: 'm', seq: 3 },
    ...fields,
  });
const joined = (room = 'lobby', fields: Fields = {}) =>
  server({
    type: 'joined',
    room,
    epoch: 'e',
    seq: 5,
    history: [],
    first: 1,
    count: 1,
    members: [],
    role: 'member',
    id: sentOf('join')
      .reverse()
      .find((asked) => asked.room === room)?.id,
    ...fields,
  });
const entry = (seq: number, fields: Fields = {}) =>
  server({ type: 'message', room: 'lobby', epoch: 'e', seq, user: 'b', username: 'bea', timestamp, ...fields });
const refuse = (to: Fields | undefined, code: string, fields: Fields = {}) =>
  server({ type: 'error', code, message: 'No.', id: to?.id, ...fields });
const enter = (rooms = ['lobby'], earlier?: Keepsake) => {
  session.enter('ann', rooms, earlier);
  last().open();
  welcome(earlier ? { resumed: true } : {});
  for (const room of rooms) joined(room);
};
const loseAndOpen = () => {
  last().lose();
  clock.advance(500);
  last().open();
};

beforeEach(() => {
  clock = new FakeClock();
  sockets = [];
  seen = [];
  outgoing = [];
  const names = ['connection', 'welcome', 'joined', 'entry', 'reset', 'missed', 'left', 'joinRefused', 'presence'];
  names.push('typing', 'state', 'back', 'refused', 'notice', 'expiring', 'latency');
  const notes = names.map((name) => [name, (...rest: unknown[]) => void seen.push([name, ...rest])]);
  session = createSession({
    openSocket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    clock,
    random: () => 0,
    idPrefix: 'p',
    events: {
      ...(Object.fromEntries(notes) as SessionEvents),
      outgoing: (next) => {
        outgoing = next;
      },
    },
  });
});

describe('greeting and joining', () => {
  test('says who one is, takes the name as the server writes it, then goes into the rooms', () => {
    session.enter(' Ａnn', ['lobby', 'tea']);
    expect(sockets[0]?.sent).toEqual([]);
    last().open();
    expect(sent()).toEqual([{ type: 'hello', username: ' Ａnn', id: expect.any(String) }]);
    welcome({ username: 'Ann' });
    expect(sentOf('join').map(({ room, history }) => [room, history])).toEqual([
      ['lobby', 50],
      ['tea', 50],
    ]);
    joined('lobby');
    joined('tea');
    expect(seenOf('joined').map(([message, how]) => [(message as Fields).room, how])).toEqual([
      ['lobby', 'new'],
      ['tea', 'new'],
    ]);
    expect(session.keepsake()).toMatchObject({ key: 'secret', username: 'Ann', rooms: ['lobby', 'tea'] });
  });

  test.each([
    ['name-taken', 'name'],
    ['name-reserved', 'name'],
    ['token-invalid', 'other'],
  ])('says at which field %s is to be mended, and hangs up', (code, field) => {
    session.enter('ann', ['lobby']);
    last().open();
    welcome({ username: null });
    refuse(sent()[0], code);
    expect(seenOf('refused')).toEqual([[field, 'No.']]);
    expect([last().closed, clock.pending, session.keepsake()]).toEqual([true, 0, undefined]);
  });

  test('waits as long as a rate limit asks, then greets or joins again', () => {
    session.enter('ann', ['lobby']);
    last().open();
    refuse(sent()[0], 'rate-limited', { retryAfterMs: 700 });
    clock.advance(699);
    expect(sentOf('hello')).toHaveLength(1);
    clock.advance(1);
    expect(sentOf('hello')).toHaveLength(2);
    welcome();
    refuse(sentOf('join')[0], 'rate-limited', { retryAfterMs: 500 });
    clock.advance(500);
    expect(sentOf('join')).toHaveLength(2);
    joined();
    expect(seenOf('joined')).toHaveLength(1);
  });

  test('tells which room cannot be entered, and stays in the others', () => {
    enter();
    session.join('den', true);
    expect(sentOf('join').at(-1)).toMatchObject({ room: 'den', private: true });
    refuse(sentOf('join').at(-1), 'private-room');
    expect(seenOf('joinRefused')).toEqual([['den', 'private-room', 'No.']]);
    expect(session.keepsake()?.rooms).toEqual(['lobby']);
  });

  test('connects anew when an answer does not come within 10 s', () => {
    session.enter('ann', ['lobby']);
    last().open();
    clock.advance(10_000);
    expect(last().closed).toBe(true);
    clock.advance(500);
    expect(sockets).toHaveLength(2);
  });

  test('measures how long an answer takes, again and again', () => {
    enter();
    clock.advance(40);
    server({ type: 'pong', id: sentOf('ping')[0]?.id, timestamp });
    clock.advance(15_000);
    clock.advance(7);
    server({ type: 'pong', id: sentOf('ping')[1]?.id, timestamp });
    expect(seenOf('latency')).toEqual([[40], [47]]);
  });
});

describe('after a lost connection', () => {
  test('goes on with the session from the place where it was, and reads nothing twice', () => {
    enter(['lobby', 'tea']);
    entry(6, { message: 'one' });
    last().lose();
    clock.advance(500);
    last().open();
    expect(sentOf('hello')).toEqual([
      {
        type: 'hello',
        username: 'ann',
        session: 'secret',
        inbox: { epoch: 'm', seq: 3 },
        rooms: [
          { room: 'lobby', epoch: 'e', seq: 6, timestamp },
          { room: 'tea', epoch: 'e', seq: 5 },
        ],
        id: expect.any(String),
      },
    ]);
    welcome({ resumed: true });
    joined('lobby', { recovered: true, seq: 7 });
    expect(seenOf('back')).toEqual([]);
    entry(6, { message: 'one' });
    entry(7, { message: 'two' });
    joined('tea', { recovered: false, epoch: 'f', seq: 9 });
    expect(seenOf('joined').map(([, how]) => how)).toEqual(['new', 'new', 'resumed', 'missed']);
    expect(seenOf('entry').map(([message]) => (message as Fields).message)).toEqual(['one', 'two']);
    expect(seenOf('back')).toEqual([[{ resumed: true, missed: ['tea'], lost: [] }]]);
  });

  test('says which rooms it may not come back to, and asks again where that passes', () => {
    enter(['lobby', 'tea']);
    loseAndOpen();
    welcome({ resumed: true });
    server({ type: 'error', code: 'banned', message: 'Out.', room: 'lobby' });
    server({ type: 'error', code: 'unavailable', message: 'Later.', room: 'tea', retryAfterMs: 100 });
    expect(sentOf('join')).toMatchObject([{ room: 'tea', epoch: 'e', seq: 5 }]);
    expect(seenOf('left')).toEqual([['lobby', 'left']]);
    expect(seenOf('back')).toEqual([[{ resumed: true, missed: [], lost: [{ room: 'lobby', sentence: 'Out.' }] }]]);
    joined('tea', { recovered: true });
    expect(seenOf('joined').at(-1)?.[1]).toBe('resumed');
  });

  test.each([4401, 4409, 1008])('does not come back by itself after %i, not even when the network does', (code) => {
    enter();
    last().lose(code, 'No.');
    clock.advance(600_000);
    session.hurry();
    expect(sockets).toHaveLength(1);
    expect(seenOf('connection').at(-1)).toEqual([{ phase: 'refused', code, reason: 'No.' }]);
    session.retryNow();
    last().open();
    expect(sentOf('hello')).toMatchObject([{ session: 'secret' }]);
  });

  test('waits as long as a server that goes down asked for, and says why', () => {
    enter();
    server({ type: 'bye', retryAfterMs: 4_000, reason: 'Going down.' });
    last().lose(1001, 'away');
    expect(seenOf('connection').at(-1)).toMatchObject([{ phase: 'waiting', reason: 'Going down.' }]);
    clock.advance(3_999);
    expect(sockets).toHaveLength(1);
    clock.advance(1);
    expect(sockets).toHaveLength(2);
  });

  test('after a reload shows the mailbox from its beginning, as the same user', () => {
    const inbox = { epoch: 'm', seq: 3 };
    enter(['lobby'], { key: 'old', user: 'a-1', username: 'ann', inbox, rooms: ['lobby'] });
    expect(sentOf('hello')).toMatchObject([{ session: 'old', inbox: { epoch: 'm', seq: 0 } }]);
    expect(seenOf('welcome')[0]?.[1]).toBe(true);
    server({ type: 'direct', epoch: 'm', seq: 1, user: 'b', from: 'bea', to: 'ann', message: 'psst', timestamp });
    expect(seenOf('entry')).toMatchObject([[{ type: 'direct', message: 'psst' }]]);
  });
});

describe('what is said', () => {
  test('goes out one after the other in each conversation, and is done when it is acknowledged or stands in the log', () => {
    enter();
    session.say('lobby', 'one');
    session.say('lobby', 'two');
    session.say('@bea', 'psst');
    expect(sentOf('message')).toMatchObject([{ room: 'lobby', message: 'one' }]);
    expect(sentOf('direct')).toMatchObject([{ to: 'bea', message: 'psst' }]);
    const [first] = sentOf('message');
    server({ type: 'ack', id: first?.id, epoch: 'e', seq: 6, room: 'lobby' });
    expect(texts()).toEqual([
      ['two', 'sending'],
      ['psst', 'sending'],
    ]);
    entry(7, { user: 'a-1', username: 'ann', message: 'two', id: sentOf('message')[1]?.id });
    expect(texts()).toEqual([['psst', 'sending']]);
  });

  test('is sent again under the same id after a lost connection, before what came later', () => {
    enter();
    session.say('lobby', 'one');
    session.say('lobby', 'two');
    const [first] = sentOf('message');
    loseAndOpen();
    expect(texts()).toEqual([
      ['one', 'waiting'],
      ['two', 'waiting'],
    ]);
    welcome({ resumed: true });
    joined('lobby', { recovered: true });
    expect(sentOf('message')).toEqual([first]);
  });

  test('is left to a person when the server does not know who said it any more', () => {
    enter();
    session.say('lobby', 'one');
    session.say('lobby', 'two');
    loseAndOpen();
    welcome({ user: 'a-2' });
    joined('lobby', { recovered: false });
    expect(texts()).toEqual([
      ['one', 'unconfirmed'],
      ['two', 'sending'],
    ]);
    const id = outgoing[0]?.id ?? '';
    session.sayAgain(id);
    server({ type: 'ack', id: sentOf('message')[0]?.id });
    expect(sentOf('message')[1]).toMatchObject({ message: 'one', id });
  });

  test('waits out slow mode and rate limits, and fails with a word when it is refused for good', () => {
    enter();
    session.say('lobby', 'one');
    refuse(sentOf('message')[0], 'slow-mode', { retryAfterMs: 3_000 });
    expect(outgoing[0]).toMatchObject({ state: 'waiting', note: 'The room is in slow mode. Sent in 3 s.' });
    session.say('lobby', 'two');
    expect(sentOf('message')).toHaveLength(1);
    clock.advance(3_000);
    expect(sentOf('message')[1]).toEqual(sentOf('message')[0]);
    refuse(sentOf('message')[1], 'muted');
    expect(texts()).toEqual([
      ['one', 'failed'],
      ['two', 'sending'],
    ]);
    expect(outgoing[0]?.note).toBe('No.');
    expect(session.takeBack(outgoing[0]?.id ?? '')).toBe('one');
  });

  test('waits while there is no room to say it in, and fails when one was put out', () => {
    enter();
    last().lose();
    session.say('lobby', 'kept');
    expect(texts()).toEqual([['kept', 'waiting']]);
    clock.advance(500);
    last().open();
    welcome({ resumed: true });
    expect(texts()).toEqual([['kept', 'waiting']]);
    joined('lobby', { recovered: true });
    server({ type: 'left', room: 'lobby', reason: 'kicked' });
    expect(texts()).toEqual([['kept', 'failed']]);
    expect(seenOf('left')).toEqual([['lobby', 'kicked']]);
  });
});

test('what is not understood changes nothing, and a refusal that answers nothing is told', () => {
  enter();
  const before = seen.length;
  for (const text of ['', '[]', 'null', '{"type":"later"}', '{"type":"__proto__"}', '{"type":"message"}'])
    last().say(text);
  server({ type: 'error', code: 'rate-limited', message: 'Typing too fast.', id: 'typing' });
  server({
    type: 'message',
    room: 'elsewhere',
    epoch: 'e',
    seq: 1,
    user: 'b',
    username: 'bea',
    message: 'x',
    timestamp,
  });
  expect(seen).toHaveLength(before);
  server({ type: 'error', code: 'bad-json', message: 'What?' });
  expect(seenOf('notice')).toEqual([['What?']]);
});

test('leaving a room and signing out end what waits, and set the name free', () => {
  enter(['lobby', 'tea']);
  session.leave('tea');
  server({ type: 'left', room: 'tea', reason: 'left', id: sentOf('leave')[0]?.id });
  expect(seenOf('left')).toEqual([['tea', 'left']]);
  session.leave('lobby');
  last().lose();
  expect(seenOf('left')).toEqual([
    ['tea', 'left'],
    ['lobby', 'left'],
  ]);
  session.signOut();
  expect([clock.pending, session.keepsake()]).toEqual([0, undefined]);
});
