import { describe, expect, test } from 'vitest';
import type { V1Client } from './v1-stage.ts';
import { v1Stage } from './v1-stage.ts';

/** What a client says to go on where it was. */
const hello = (client: V1Client, rooms: readonly string[] = ['lobby']) => {
  const { session, inbox } = client.last('welcome');
  const places = rooms.map((room) => {
    const joined = client.heard.find((message) => message.type === 'joined' && message.room === room);
    if (joined?.type !== 'joined') throw new Error(`never in ${room}`);
    const seqs = client.heard.map((message) => (message.type === 'message' && message.room === room ? message.seq : 0));
    return { room, epoch: joined.epoch, seq: Math.max(joined.seq, ...seqs) };
  });
  return { type: 'hello', session, rooms: places, inbox };
};

describe('coming back after a lost connection', () => {
  test('brings back the user, the name and exactly what was missed, and others saw nothing of it', () => {
    const { client, clock, member } = v1Stage();
    const [ann, bob] = [member('ann'), member('bob')];
    bob.say({ type: 'message', message: 'one' });
    clock.advance(200);
    bob.take();
    ann.session.end();
    for (const message of ['two', 'three']) bob.say({ type: 'message', message });
    const back = client().say(hello(ann));
    expect(back.take()).toMatchObject([
      { type: 'welcome', resumed: true, username: 'ann', user: ann.last('welcome').user },
      { type: 'joined', room: 'lobby', recovered: true, history: [], seq: 1, count: 2 },
      { type: 'message', message: 'two', seq: 2 },
      { type: 'message', message: 'three', seq: 3 },
    ]);
    clock.advance(10_000);
    expect(bob.takeTypes()).toEqual(['message', 'message']);
    bob.say({ type: 'message', message: 'four' });
    expect(back.texts).toEqual(['four']);
  });

  test('closes the former connection with 4409 if it is still there, which takes no part any more', () => {
    const { client, clock, member } = v1Stage();
    const [ann, bob] = [member('ann'), member('bob')];
    clock.advance(200);
    for (const one of [ann, bob]) one.heard.splice(0, one.heard.length, ...one.heard.slice(0, 2));
    const back = client().say(hello(ann));
    expect(ann.closedWith?.code).toBe(4409);
    expect(ann.session.ended).toBe(true);
    ann.say({ type: 'message', message: 'from beyond' });
    back.say({ type: 'message', message: 'here', id: 'm' });
    expect(back.texts).toEqual(['here']);
    clock.advance(10_000);
    expect(bob.heard.slice(2).map(({ type }) => type)).toEqual(['message']);
  });

  test('works on another node, where the former connection is told to go', () => {
    const { client, member, node } = v1Stage();
    const other = node();
    const ann = member('ann');
    const bob = member('bob', 'lobby', other);
    ann.say({ type: 'message', message: 'one' });
    const back = client({}, other).say(hello(ann));
    bob.say({ type: 'message', message: 'two' });
    expect(ann.closedWith?.code).toBe(4409);
    expect(back.last('welcome')).toMatchObject({ resumed: true, username: 'ann' });
    expect(back.texts).toEqual(['two']);
  });

  test('to a log that is not the one it was says so, and gives the latest history: never a part of it in silence', () => {
    const { client, memory, member } = v1Stage();
    const [ann, bob] = [member('ann'), member('bob')];
    for (const message of ['one', 'two', 'three']) bob.say({ type: 'message', message });
    const place = hello(ann);
    ann.session.end();
    memory.loseEnd('lobby', 1);
    bob.say({ type: 'message', message: 'new' });
    const joined = client().say(place).last('joined');
    expect(joined.recovered).toBe(false);
    expect(joined.history.map((message) => 'message' in message && message.message)).toEqual(['one', 'new']);
    const stranger = client().say({
      ...place,
      session: ann.last('welcome').session,
      rooms: [{ room: 'lobby', epoch: 'x', seq: 1 }],
    });
    expect(stranger.last('joined').recovered).toBe(false);
  });

  test('is asked for by the rules of the room again: who was banned meanwhile stays out', () => {
    const { client, member } = v1Stage();
    const [owner, ann] = [member('owner', 'den'), member('ann', 'den')];
    const place = hello(ann, ['den']);
    ann.session.end();
    owner.say({ type: 'ban', username: 'ann', forMs: 60_000 });
    const back = client().say(place);
    expect(back.take()).toMatchObject([
      { type: 'welcome', resumed: true, username: 'ann' },
      { type: 'error', code: 'banned', room: 'den', retryAfterMs: 60_000 },
    ]);
  });

  test('ten minutes later, or with a key that is none, is coming anew', () => {
    const { client, clock, member } = v1Stage();
    const ann = member('ann');
    const place = hello(ann);
    ann.session.end();
    clock.advance(10 * 60_000 + 1);
    for (const session of [place.session, 'nonsense', '']) {
      const welcome = client()
        .say({ ...place, session })
        .last('welcome');
      expect(welcome).toMatchObject({ resumed: false, username: null });
      expect(welcome.user).not.toBe(ann.last('welcome').user);
    }
  });

  test('is possible for as long as the connection has lasted, and ten minutes more', () => {
    const { client, clock, member } = v1Stage();
    const ann = member('ann');
    for (let minute = 0; minute < 60; minute++) clock.advance(60_000);
    const place = hello(ann);
    ann.session.end();
    clock.advance(9 * 60_000);
    expect(client().say(place).last('welcome')).toMatchObject({ resumed: true, username: 'ann' });
  });

  test('is over once the client said goodbye with 1000, which sets its name free', () => {
    const { client, member } = v1Stage();
    const ann = member('ann');
    const place = hello(ann);
    ann.session.end(true);
    expect(member('ann').last('welcome').username).toBe('ann');
    expect(client().say(place).last('welcome').resumed).toBe(false);
  });

  test('keeps the name from others meanwhile', () => {
    const { client, member } = v1Stage();
    member('ann').session.end();
    expect(client().say({ type: 'hello', username: 'Ann' }).code).toBe('name-taken');
  });

  test('by two connections at once leaves one of them, and a third takes it from that', () => {
    const { client, member, node } = v1Stage();
    const ann = member('ann');
    const place = hello(ann);
    const [second, third] = [client({}, node()).say(place), client({}, node()).say(place)];
    expect([ann.closedWith?.code, second.closedWith?.code, third.closedWith]).toEqual([4409, 4409, undefined]);
    expect(third.say({ type: 'message', message: 'me', id: 'm' }).last('ack').id).toBe('m');
  });

  test('under the key of somebody else’s session makes no difference to the rate limits of that user', () => {
    const { client, clock, member } = v1Stage();
    const ann = member('ann');
    for (let text = 0; text < 10; text++) ann.say({ type: 'message', message: `${text}` });
    let last = ann;
    for (let again = 0; again < 5; again++) {
      const back = client().say(hello(last));
      expect(back.say({ type: 'message', message: 'more' }).last('error')).toMatchObject({ code: 'rate-limited' });
      last = back;
    }
    clock.advance(1000);
    expect(last.say({ type: 'message', message: 'now' }).texts).toEqual(['now']);
  });
});

describe('coming back into many rooms', () => {
  test('brings them one by one, as fast as the connection takes them', async () => {
    const { client, named } = v1Stage();
    const ann = named('ann');
    for (const room of ['a', 'b', 'c']) ann.say({ type: 'join', room });
    const place = hello(ann, ['a', 'b', 'c']);
    ann.session.end();
    const back = client();
    back.status = 'pressured';
    const done = back.session.receive(JSON.stringify(place));
    for (const count of [1, 2, 3]) {
      expect(back.heard.filter(({ type }) => type === 'joined')).toHaveLength(count);
      back.session.drained();
      for (let turn = 0; turn < 10; turn++) await Promise.resolve();
    }
    await done;
    expect(back.take().map((message) => ('room' in message ? message.room : message.type))).toEqual([
      'welcome',
      'a',
      'b',
      'c',
    ]);
  });
});

describe('while the broker is away', () => {
  test('members are told, messages are refused rather than lost, and it ends by itself', () => {
    const { memory, member } = v1Stage();
    const [ann, bob] = [member('ann'), member('bob')];
    for (const client of [ann, bob]) client.take();
    memory.setState('degraded');
    ann.say({ type: 'message', message: 'hi', id: 'm' });
    expect(ann.take()).toMatchObject([
      { type: 'state', state: 'degraded' },
      { type: 'error', code: 'unavailable', id: 'm' },
    ]);
    memory.setState('up');
    ann.say({ type: 'message', message: 'hi', id: 'm' });
    expect(bob.take()).toMatchObject([
      { type: 'state', state: 'degraded' },
      { type: 'state', state: 'up' },
      { type: 'message', message: 'hi' },
    ]);
  });

  test('nobody is let in under a new identity: the connection is to come back later', () => {
    const { client, memory } = v1Stage();
    memory.setState('degraded');
    const ann = client().say({ type: 'hello', username: 'ann', id: 'h' });
    expect(ann.take()).toMatchObject([{ type: 'error', code: 'unavailable', id: 'h' }]);
    expect(ann.closedWith?.code).toBe(1013);
  });
});
