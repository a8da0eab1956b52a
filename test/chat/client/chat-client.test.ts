import { describe, expect, test } from 'vitest';
import { Dice } from '../../support/dice.ts';
import { v1Stage } from '../v1/v1-stage.ts';
import { LossyClient } from './lossy-stage.ts';

const PLENTY = { rateLimit: { capacity: Infinity, refillPerSecond: 1 } };

const member = (stage: ReturnType<typeof v1Stage>, username: string, room = 'lobby'): LossyClient =>
  new LossyClient(stage, username).ask({ type: 'join', room }).open().settle();

describe('a client of ws101.chat.v1', () => {
  test('says what it was asked to say before there was a connection, once it is in the room', () => {
    const stage = v1Stage();
    const ann = new LossyClient(stage, 'ann');
    ann.ask({ type: 'join', room: 'den' }).ask({ type: 'message', room: 'den', message: 'hi' });
    expect(ann.client.pending).toBe(2);
    ann.open().settle();
    expect(ann.events.map(({ kind }) => kind)).toEqual(['welcome', 'joined', 'done', 'entry', 'done']);
    expect(ann.of('entry')).toMatchObject([{ own: true, message: { message: 'hi', seq: 1 } }]);
    expect(ann.client.pending).toBe(0);
  });

  test('sends again what no answer came for, under the same id, and everybody hears it once', () => {
    const stage = v1Stage();
    const [ann, bob] = [member(stage, 'ann'), member(stage, 'bob')];
    ann.ask({ type: 'message', room: 'lobby', message: 'one' });
    ann.up();
    ann.cut();
    ann.ask({ type: 'message', room: 'lobby', message: 'two' }).open().settle();
    bob.settle();
    for (const each of [ann, bob]) expect(each.texts('lobby')).toEqual(['one', 'two']);
    expect(ann.of('resumed')).toEqual([{ kind: 'resumed', room: 'lobby' }]);
    expect(ann.of('welcome').map(({ resumed }) => resumed)).toEqual([false, true]);
    expect(ann.client.pending).toBe(0);
  });

  test('waits as long as it is asked to before it sends again, and nothing overtakes', () => {
    const stage = v1Stage({ rateLimit: { capacity: 2, refillPerSecond: 1 } });
    const ann = member(stage, 'ann');
    for (const message of ['one', 'two', 'three', 'four']) ann.ask({ type: 'message', room: 'lobby', message });
    ann.settle();
    expect(ann.texts('lobby')).toEqual(['one', 'two']);
    expect(ann.of('delayed')).toMatchObject([{ code: 'rate-limited', request: { message: 'three' } }]);
    while (ann.client.dueAt !== undefined) {
      stage.clock.advance(ann.client.dueAt - stage.clock.now());
      ann.wake();
      ann.settle();
    }
    expect(ann.texts('lobby')).toEqual(['one', 'two', 'three', 'four']);
    expect(ann.of('refused')).toEqual([]);
  });

  test('says what was refused and what to do, and goes on with the rest', () => {
    const ann = member(v1Stage(), 'ann');
    ann
      .ask({ type: 'direct', to: 'nobody', message: 'psst' })
      .ask({ type: 'message', room: 'lobby', message: 'x'.repeat(5000) });
    ann
      .ask({ type: 'message', room: 'elsewhere', message: 'hi' })
      .ask({ type: 'message', room: 'lobby', message: 'hi' });
    ann.settle();
    expect(
      ann
        .of('refused')
        .map(({ code }) => code)
        .sort(),
    ).toEqual(['no-such-user', 'not-joined', 'text-too-long']);
    for (const { remedy } of ann.of('refused')) expect(remedy).not.toBe('');
    expect(ann.texts('lobby')).toEqual(['hi']);
  });

  test('says that it cannot have its name, and asks for nothing more', () => {
    const stage = v1Stage();
    member(stage, 'ann');
    const second = member(stage, 'Ann');
    expect(second.events.map(({ kind }) => kind)).toEqual(['nameless']);
    expect(second.of('nameless')).toMatchObject([{ code: 'name-taken' }]);
  });

  test('leaves a room and comes back to it in the order in which it was asked to', () => {
    const stage = v1Stage();
    const ann = member(stage, 'ann');
    member(stage, 'bob');
    ann.ask({ type: 'leave', room: 'lobby' });
    ann.ask({ type: 'join', room: 'lobby', history: 0 }).ask({ type: 'message', room: 'lobby', message: 'again' });
    ann.settle();
    expect(ann.of('refused')).toEqual([]);
    expect(ann.texts('lobby')).toEqual(['again']);
    expect(ann.client.rooms).toEqual(['lobby']);
  });

  test('is told that it was put out, and that what it still had to say there will not be said', () => {
    const stage = v1Stage();
    const [owner, ann] = [member(stage, 'owner', 'den'), member(stage, 'ann', 'den')];
    ann.ask({ type: 'message', room: 'den', message: 'one' }).ask({ type: 'message', room: 'den', message: 'two' });
    owner.toServer.push('{"type":"ban","username":"ann"}');
    owner.settle();
    ann.settle();
    expect(ann.of('told')).toMatchObject([{ message: { type: 'left', room: 'den', reason: 'banned' } }]);
    expect(ann.of('refused').map(({ request }) => request)).toMatchObject([{ message: 'one' }, { message: 'two' }]);
    expect(ann.client.rooms).toEqual([]);
    ann.cut();
    ann.ask({ type: 'join', room: 'den' }).open().settle();
    expect(ann.of('refused').at(-1)).toMatchObject({ code: 'banned' });
  });

  test('shows of the latest history only what it has not shown, when a part was lost for good', () => {
    const stage = v1Stage(PLENTY);
    const [ann, bob] = [member(stage, 'ann'), member(stage, 'bob')];
    bob.ask({ type: 'message', room: 'lobby', message: 'first' }).settle();
    ann.settle().cut();
    for (let text = 0; text < 1_100; text++) bob.ask({ type: 'message', room: 'lobby', message: `${text}` }).settle();
    ann.open().settle();
    expect(ann.of('resumed')).toEqual([]);
    const [missed] = ann.of('missed');
    expect(missed?.room).toBe('lobby');
    expect(missed?.latest.map((entry) => 'message' in entry && entry.message).at(-1)).toBe('1099');
    bob.ask({ type: 'message', room: 'lobby', message: 'last' }).settle();
    expect(ann.settle().texts('lobby')).toEqual(['first', 'last']);
  });

  test('ignores what is no message of the protocol, and rooms that it never asked for', () => {
    const ann = member(v1Stage(), 'ann');
    const before = ann.events.length;
    const joined = ann.of('joined')[0]?.message;
    for (const json of ['', '[]', '{"type":"party"}', '{"type":"ack"}', JSON.stringify({ ...joined, room: 'other' })])
      ann.hear(json);
    ann.hear(
      '{"type":"message","room":"other","epoch":"e1","seq":1,"user":"u","username":"x","message":"hi","timestamp":"2025-01-31T12:00:00.000Z"}',
    );
    expect(ann.events.slice(before)).toEqual([]);
    expect(ann.client.rooms).toEqual(['lobby']);
  });
});

describe('clients whose connections are cut anywhere', () => {
  const seeds = Array.from({ length: 20 }, (_, index) => 1_000 + index);

  test.each(seeds)('show the same, each text once and in the order of its sender: seed %i', (seed) => {
    const dice = new Dice(seed);
    const stage = v1Stage(dice.chance(0.5) ? PLENTY : { rateLimit: { capacity: 5, refillPerSecond: 5 } });
    const names = ['ann', 'bob', 'cleo'];
    const all = names.map((name) => member(stage, name));
    const said: { who: string; to: string | undefined; text: string }[] = [];
    for (let step = 0; step < 600; step++) {
      const who = dice.pick(all);
      const roll = dice.below(100);
      if (roll < 12) {
        const to = dice.chance(0.2) ? dice.pick(names) : undefined;
        const text = `${who.client.username} ${step}`;
        said.push({ who: who.client.username, to, text });
        if (to === undefined) who.ask({ type: 'message', room: 'lobby', message: text });
        else who.ask({ type: 'direct', to, message: text });
      } else if (roll < 45) who.up();
      else if (roll < 80) who.down();
      else if (roll < 84) who.cut();
      else if (roll < 94) who.open();
      else if (roll < 96) stage.memory.setState(dice.chance(0.3) ? 'degraded' : 'up');
      else stage.clock.advance(dice.below(400));
      for (const each of all) each.wake();
    }
    stage.memory.setState('up');
    do {
      stage.clock.advance(1_000);
      for (const each of all) {
        each.open().wake();
        each.settle();
      }
    } while (all.some(({ client, toClient }) => client.pending > 0 || toClient.length > 0));

    const [first] = all;
    const order = first?.texts('lobby') ?? [];
    expect([...order].sort()).toEqual(said.flatMap(({ to, text }) => (to === undefined ? [text] : [])).sort());
    for (const each of all) {
      const name = each.client.username;
      expect(each.texts('lobby')).toEqual(order);
      const own = said.filter(({ who, to }) => who === name && to === undefined).map(({ text }) => text);
      expect(order.filter((text) => text?.startsWith(`${name} `))).toEqual(own);
      const mail = said.filter(({ who, to }) => to !== undefined && (to === name || who === name));
      expect(each.texts(undefined).sort()).toEqual(mail.map(({ text }) => text).sort());
      expect([...each.of('missed'), ...each.of('refused')]).toEqual([]);
    }
  });
});
