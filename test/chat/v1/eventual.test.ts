import { describe, expect, test } from 'vitest';
import { Chat } from '../../../src/chat/chat.ts';
import type { Broker } from '../../../src/rooms/index.ts';
import { MemoryBroker } from '../../../src/rooms/index.ts';
import { Client, ManualClock } from '../stage.ts';
import { V1Client } from './v1-stage.ts';

/** A broker whose answers come later, each after those that were asked for before, as those of another machine. */
function far(near: Broker): Broker {
  let before: Promise<unknown> = Promise.resolve();
  return new Proxy(near, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      return (...args: unknown[]) => {
        const answer: unknown = Reflect.apply(member, target, args);
        if (typeof answer !== 'object' || answer === null) return answer;
        const later = before.then(() => answer);
        before = later;
        return later;
      };
    },
  });
}

function distant() {
  const clock = new ManualClock();
  let epochs = 0;
  const memory = new MemoryBroker({ now: clock.now, newEpoch: () => `e${++epochs}` });
  let nodes = 0;
  const node = () => {
    const name = `n-${++nodes}`;
    const ports = { prepare: (json: string) => json, now: clock.now, schedule: clock.schedule };
    return new Chat<string>(ports, { broker: (events) => far(memory.connect(name, events)) });
  };
  return { clock, memory, node };
}

/** Waits until everything is done that was said. */
const done = async (...clients: (V1Client | Client)[]) => {
  for (const { session } of clients) await session.receive('{');
  for (const client of clients) if (client instanceof V1Client) client.heard.pop();
};

describe('with a broker whose answers come later', () => {
  test('what is sent in one go is done in its order, whatever each has to wait for', async () => {
    const { node } = distant();
    const ann = new V1Client(node());
    ann.say({ type: 'hello', username: 'ann' });
    for (const room of ['a', 'b']) ann.say({ type: 'join', room, id: room });
    for (let text = 0; text < 6; text++) {
      ann.say({ type: 'message', room: text % 2 === 0 ? 'a' : 'b', message: `${text}`, id: `m-${text}` });
    }
    ann.say({ type: 'ping', id: 'p' });
    await done(ann);
    expect(ann.texts).toEqual(['0', '1', '2', '3', '4', '5']);
    const answers = ann.heard.flatMap((message) => (message.type !== 'message' && 'id' in message ? [message.id] : []));
    expect(answers).toEqual(['a', 'b', 'm-0', 'm-1', 'm-2', 'm-3', 'm-4', 'm-5', 'p']);
    expect(ann.heard[0]?.type).toBe('welcome');
  });

  test('somebody comes back with the name and all that was missed, and the other connection goes', async () => {
    const { clock, node } = distant();
    const [here, there] = [node(), node()];
    const [ann, bob] = [new V1Client(here), new V1Client(there)];
    for (const [client, username] of [
      [ann, 'ann'],
      [bob, 'bob'],
    ] as const) {
      client.say({ type: 'hello', username }).say({ type: 'join' });
    }
    await done(ann, bob);
    const { session, inbox } = ann.last('welcome');
    const { epoch, seq } = ann.last('joined');
    bob.say({ type: 'message', message: 'one', id: '1' }).say({ type: 'direct', to: 'ann', message: 'two', id: '2' });
    await done(bob);
    const back = new V1Client(there).say({ type: 'hello', session, inbox, rooms: [{ room: 'lobby', epoch, seq }] });
    await done(back);
    clock.advance(100);
    await done(bob, back);
    expect(ann.closedWith?.code).toBe(4409);
    expect(back.last('welcome')).toMatchObject({ resumed: true, username: 'ann' });
    expect(back.last('joined').recovered).toBe(true);
    expect(back.texts).toEqual(['one']);
    expect(back.last('direct').message).toBe('two');
  });

  test('a connection that is lost at any moment leaves nobody behind in a room', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const { clock, node } = distant();
      const chat = node();
      const clients = [new V1Client(chat), new Client(chat)];
      for (const client of clients) {
        client.say({ type: 'join', username: `user-${clients.indexOf(client)}` });
        client.say({ type: 'message', message: 'hi' });
      }
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      for (const { session } of clients) session.end(true);
      for (let turn = 0; turn < 200; turn++) await Promise.resolve();
      clock.advance(10_000);
      expect([turns, chat.rooms, chat.node.sizes.members, chat.size]).toEqual([turns, [], 0, 0]);
      chat.stop();
      expect(clock.alarms).toBe(0);
    }
  });

  test('those who know four fields have names and rooms as ever', async () => {
    const { node } = distant();
    const [ann, bob] = [new Client(node()), new Client(node())];
    ann.say({ type: 'join', username: 'ann' });
    await ann.session.receive('{"type":"message","message":"hi"}');
    await bob.session.receive('{"type":"join","username":"ANN"}');
    expect(bob.takeCode()).toBe('name-taken');
    await bob.session.receive('{"type":"join","username":"bob"}');
    await bob.session.receive('{"type":"message","message":"ho"}');
    expect(ann.take().map(({ type, username, message }) => [type, username, message])).toEqual([
      ['join', 'ann', undefined],
      ['message', 'ann', 'hi'],
      ['join', 'bob', undefined],
      ['message', 'bob', 'ho'],
    ]);
  });
});
