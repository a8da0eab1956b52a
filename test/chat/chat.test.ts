import { describe, expect, test } from 'vitest';
import { stage } from './stage.ts';

const NOON = '2025-01-31T12:00:00.000Z';

describe('taking part with four fields', () => {
  test('a join without a room enters the lobby, and is announced to everybody, the newcomer too', () => {
    const { client, member } = stage();
    const ann = member('ann');
    const bob = client().say('{"type":"join","username":"bob"}');
    const notice = { type: 'join', room: 'lobby', username: 'bob', timestamp: NOON };
    expect(ann.take()).toEqual([notice]);
    expect(bob.take()).toEqual([notice]);
  });

  test('a text reaches everybody, the sender too, stamped by the server', () => {
    const { clock, member } = stage();
    const [ann, bob] = [member('ann'), member('bob')];
    ann.take();
    clock.advance(1500);
    ann.say('{"type":"message","message":"hi"}');
    const text = {
      type: 'message',
      room: 'lobby',
      username: 'ann',
      message: 'hi',
      timestamp: '2025-01-31T12:00:01.500Z',
    };
    expect(ann.take()).toEqual([text]);
    expect(bob.take()).toEqual([text]);
  });

  test('a leave is announced to everybody, the leaver too, who hears nothing afterwards', () => {
    const { member } = stage();
    const [ann, bob] = [member('ann'), member('bob')];
    ann.take();
    bob.say({ type: 'leave' });
    const notice = { type: 'leave', room: 'lobby', username: 'bob', timestamp: NOON };
    expect(bob.take()).toEqual([notice]);
    expect(ann.take()).toEqual([notice]);
    ann.say({ type: 'message', message: 'alone' });
    expect(bob.take()).toEqual([]);
  });

  test('a lost connection leaves all its rooms', () => {
    const { chat, member } = stage();
    const [ann, bob] = [member('ann', 'a'), member('bob', 'a')];
    bob.say({ type: 'join', room: 'b' }).take();
    ann.take();
    bob.session.end();
    expect(ann.take()).toEqual([{ type: 'leave', room: 'a', username: 'bob', timestamp: NOON }]);
    expect(chat.rooms).toEqual(['a']);
    bob.session.end();
    bob.say({ type: 'message', message: 'from beyond' });
    expect(ann.take()).toEqual([]);
  });

  test('a text arrives exactly as it was sent', () => {
    const { member } = stage();
    const ann = member('ann');
    for (const message of ['  <b>hi</b> & "you"\n', '__proto__', '\u202eabc\u0000', '😀\u2028']) {
      ann.say({ type: 'message', message });
      expect(ann.take()).toMatchObject([{ message }]);
    }
  });

  test('a text is encoded once, however many hear it', () => {
    const { encodings, member } = stage();
    const members = Array.from({ length: 50 }, (_, index) => member(`user-${index}`));
    const before = encodings();
    members[0]?.say({ type: 'message', message: 'hi' });
    expect(encodings() - before).toBe(1);
  });

  test('room names of an object’s own machinery are rooms like others', () => {
    const { chat, member } = stage();
    member('ann', '__proto__').say({ type: 'message', message: 'hi', room: '__proto__' });
    member('bob', 'constructor');
    expect(chat.rooms).toEqual(['__proto__', 'constructor']);
  });
});

describe('names', () => {
  test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'user names of an object’s own machinery are names like others: %s',
    (name) => {
      const { client, member } = stage();
      const first = member(name).say({ type: 'message', message: 'hi' });
      expect(first.take()).toMatchObject([{ type: 'message', username: name, message: 'hi' }]);
      expect(client().say({ type: 'join', username: name }).takeCode()).toBe('name-taken');
    },
  );

  test('the name in a text is never believed', () => {
    const { member } = stage();
    const ann = member('ann');
    ann.say({ type: 'message', message: 'hi', username: 'bob' });
    expect(ann.take()).toMatchObject([{ username: 'ann' }]);
  });

  test.each(['ann', 'ANN', ' aNn ', 'ＡＮＮ'])('while ann is here, %j is taken', (username) => {
    const { client, member } = stage();
    member('ann', 'elsewhere');
    expect(client().say({ type: 'join', username }).takeCode()).toBe('name-taken');
  });

  test('a name is free again once its owner has left the last room or is lost', () => {
    const { member } = stage();
    const first = member('ann', 'a').say({ type: 'join', room: 'b' });
    first.say({ type: 'leave', room: 'a' });
    expect(() => member('ANN')).toThrow('name-taken');
    first.say({ type: 'leave', room: 'b' });
    const second = member('ANN');
    second.session.end();
    member('ann');
  });

  test('a refused join takes no name', () => {
    const { client, member } = stage({ rooms: { membersPerRoom: 1 } });
    member('bob', 'full');
    expect(client().say({ type: 'join', username: 'ann', room: 'full' }).takeCode()).toBe('room-full');
    member('ann', 'other');
  });

  test('a further room is joined with the same name, in any case, or none; another one is refused', () => {
    const { member } = stage();
    const ann = member('Ann', 'a');
    expect(ann.say({ type: 'join', room: 'b' }).take()).toMatchObject([{ type: 'join', room: 'b', username: 'Ann' }]);
    expect(ann.say({ type: 'join', room: 'c', username: 'ANN' }).take()).toMatchObject([{ username: 'Ann' }]);
    expect(ann.say({ type: 'join', room: 'd', username: 'bob' }).takeCode()).toBe('name-fixed');
    ann.say({ type: 'leave', room: 'a' }).say({ type: 'leave', room: 'b' }).say({ type: 'leave', room: 'c' }).take();
    expect(ann.say({ type: 'join', username: 'bob' }).take()).toMatchObject([{ username: 'bob' }]);
  });

  test('the join says the form of the name that others see', () => {
    const { client } = stage();
    expect(client().say({ type: 'join', username: ' ａｎｎ  lee' }).take()).toMatchObject([{ username: 'ann lee' }]);
  });
});

describe('which room is meant when none is named', () => {
  test('the only one', () => {
    const { member } = stage();
    const ann = member('ann', 'a');
    expect(ann.say({ type: 'message', message: 'hi' }).take()).toMatchObject([{ room: 'a' }]);
    expect(ann.say({ type: 'leave' }).take()).toMatchObject([{ type: 'leave', room: 'a' }]);
  });

  test('of several the lobby', () => {
    const { member } = stage();
    const ann = member('ann', 'a');
    ann.say({ type: 'join' }).take();
    expect(ann.say({ type: 'message', message: 'hi' }).take()).toMatchObject([{ room: 'lobby' }]);
  });

  test('of several without the lobby none', () => {
    const { member } = stage();
    const ann = member('ann', 'a');
    ann.say({ type: 'join', room: 'b' }).take();
    expect(ann.say({ type: 'message', message: 'hi' }).takeCode()).toBe('room-missing');
    expect(ann.say({ type: 'leave' }).takeCode()).toBe('room-missing');
  });
});

describe('a member that does not read', () => {
  test('is closed with 1013 when its queue is full, leaves its rooms, and delays nobody', () => {
    const { member } = stage();
    const [ann, slow, bob] = [member('ann'), member('slow'), member('bob')];
    for (const client of [ann, slow, bob]) client.take();
    slow.status = 'dropped';
    ann.say({ type: 'message', message: 'hi' });
    expect(slow.closedWith).toEqual({ code: 1013, reason: 'Too slow.' });
    for (const client of [ann, bob]) {
      expect(client.take()).toMatchObject([
        { type: 'message', message: 'hi' },
        { type: 'leave', username: 'slow' },
      ]);
    }
    member('slow');
  });

  test('is only noted while it is merely behind', () => {
    const { member } = stage();
    const ann = member('ann');
    ann.status = 'pressured';
    ann.say({ type: 'message', message: 'hi' });
    expect([ann.take().length, ann.closedWith]).toEqual([1, undefined]);
  });

  test('is closed as well when there is no place for an error answer', () => {
    const { member } = stage();
    const ann = member('ann');
    ann.status = 'dropped';
    ann.say('{');
    expect(ann.closedWith?.code).toBe(1013);
    expect(ann.session.ended).toBe(true);
  });

  test('takes others along in one go: many full queues over many rooms end without a deep stack', () => {
    const { chat, member } = stage({ rooms: { rooms: Infinity } });
    const clients = Array.from({ length: 5000 }, (_, index) =>
      member(`user-${index}`, `room-${index}`).say({ type: 'join', room: `room-${index + 1}` }),
    );
    for (const client of clients) client.status = 'dropped';
    clients[0]?.say({ type: 'message', message: 'hi', room: 'room-0' });
    expect(clients.every(({ closedWith }) => closedWith?.code === 1013)).toBe(true);
    expect(chat.rooms).toEqual([]);
  });
});

describe('options', () => {
  test('that the chat does not know are refused by name', () => {
    expect(() => stage({ rooms: { romms: 1 } as object })).toThrow('romms');
    expect(() => stage({ rate: {} } as object)).toThrow('rate');
    expect(() => stage({ rateLimit: { burst: 1 } as object })).toThrow('burst');
    expect(() => stage({ announcements: { everyMs: 1 } as object })).toThrow('everyMs');
    expect(() => stage({ rateLimit: { capacity: 0 } })).toThrow(RangeError);
  });
});
