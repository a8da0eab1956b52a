import { describe, expect, test } from 'vitest';
import type { MemoryBrokerLimits } from '../../src/rooms/index.ts';
import { MemoryBroker } from '../../src/rooms/index.ts';
import { accepted, describeBroker, payloads } from './broker-contract.ts';
import { Recorder } from './recorder.ts';

const stage = (limits: Partial<MemoryBrokerLimits> = {}) => {
  let now = 1_000_000;
  let epochs = 0;
  const memory = new MemoryBroker({ now: () => now, newEpoch: () => `epoch-${++epochs}` }, limits);
  return {
    memory,
    pass: (ms: number) => {
      now += ms;
    },
    connect: (node: string, events = new Recorder()) => memory.connect(node, events),
  };
};

describeBroker('the memory broker', {
  entriesPerRoom: 20,
  nodeTtlMs: 15_000,
  dedupMs: 600_000,
  async open() {
    const { memory, pass } = stage({ entriesPerRoom: 20 });
    return {
      connect: async (node, events) => memory.connect(node, events),
      kill: async () => {},
      pass: async (ms) => pass(ms),
      loseEnd: async (room, seq) => memory.loseEnd(room, seq),
      close: async () => {},
    };
  },
});

const FOUNDING = { rules: '', listed: true };
const words = (payload: string) => ({ kind: 'message', sender: 'u', payload }) as const;

describe('the memory broker', () => {
  test('answers at once, and has told everybody by then', () => {
    const { connect } = stage();
    const heard = new Recorder();
    const broker = connect('n', heard);
    expect(broker.subscribe('r', FOUNDING)).toMatchObject({ founded: true });
    expect(broker.publish('r', words('hi'))).toMatchObject({ seq: 1 });
    expect(heard.payloadsOf('r')).toEqual(['hi']);
  });

  test('tells everybody in one order when somebody publishes from inside a delivery', () => {
    const { memory } = stage();
    const heard = new Recorder();
    const answering = Object.assign(new Recorder(), {
      entry(room: string, _epoch: string, { payload }: { payload: string }) {
        if (payload === 'question') first.publish(room, words('answer'));
      },
    });
    const first = memory.connect('first', answering);
    const second = memory.connect('second', heard);
    for (const broker of [first, second]) broker.subscribe('r', FOUNDING);
    second.publish('r', words('question'));
    expect(heard.payloadsOf('r')).toEqual(['question', 'answer']);
  });

  test('refuses a second node of one name', () => {
    const { connect } = stage();
    connect('n');
    expect(() => connect('n')).toThrow(TypeError);
  });

  test('refuses limits that make no sense', () => {
    expect(() => stage({ rooms: 0 })).toThrow(RangeError);
    expect(() => stage({ room: 3 } as object)).toThrow(TypeError);
  });

  test('forgets a room without a log when nobody listens, and another one after a while', () => {
    const { memory, connect, pass } = stage();
    const broker = connect('n');
    broker.subscribe('silent', FOUNDING);
    broker.subscribe('spoken', FOUNDING);
    broker.publish('spoken', words('hi'));
    broker.unsubscribe('silent');
    broker.unsubscribe('spoken');
    expect(memory.sizes.rooms).toBe(1);
    pass(599_000);
    expect(broker.read('spoken', { after: 0, limit: 1 })).toMatchObject({ seq: 1 });
    pass(11_000);
    expect(broker.read('spoken', { after: 0, limit: 1 })).toEqual({ refusal: 'no-room' });
    expect(memory.sizes).toMatchObject({ rooms: 0, bytes: 0 });
  });

  test('lets a room that is in use be kept for as long as it is', () => {
    const { connect, pass } = stage();
    const broker = connect('n');
    broker.subscribe('r', FOUNDING);
    broker.publish('r', words('hi'));
    broker.unsubscribe('r');
    pass(300_000);
    broker.subscribe('r', FOUNDING);
    pass(10_000_000);
    expect(broker.rules('r')).toMatchObject({ rulesVersion: 1 });
  });

  test('has as many rooms as it may, and one that nobody listens to gives way', () => {
    const { memory, connect } = stage({ rooms: 2 });
    const broker = connect('n');
    for (const room of ['a', 'b']) {
      broker.subscribe(room, FOUNDING);
      broker.publish(room, words('hi'));
    }
    expect(broker.subscribe('c', FOUNDING)).toEqual({ refusal: 'too-many-rooms' });
    expect(broker.publish('@mail', words('apart'))).toMatchObject({ seq: 1 });
    broker.unsubscribe('a');
    expect(broker.subscribe('c', FOUNDING)).toMatchObject({ founded: true });
    expect(broker.read('a', { after: 0, limit: 1 })).toEqual({ refusal: 'no-room' });
    expect(memory.sizes.rooms).toBe(3);
  });

  test('keeps a log within its bytes and its age', () => {
    const { connect, pass } = stage({ bytesPerRoom: 1000, entryAgeMs: 60_000 });
    const broker = connect('n');
    broker.subscribe('r', FOUNDING);
    for (const text of ['a', 'b', 'c']) broker.publish('r', words(text.repeat(150)));
    // An entry costs 128 bytes, and 2 for each of its characters: 430 with the sender's.
    expect(accepted(broker.read('r', { before: Infinity, limit: 10 }) as never)).toMatchObject({ first: 2, seq: 3 });
    expect(broker.publish('r', words('d'.repeat(500)))).toEqual({ refusal: 'too-large' });
    pass(60_001);
    broker.publish('r', words('e'));
    expect(broker.read('r', { before: Infinity, limit: 10 })).toMatchObject({ first: 4, seq: 4 });
  });

  test('keeps all logs within its bytes: the room that spoke longest ago loses its own', () => {
    const { memory, connect } = stage({ bytes: 900 });
    const broker = connect('n');
    for (const room of ['a', 'b', 'c']) {
      broker.subscribe(room, FOUNDING);
      broker.publish(room, words('x'.repeat(100)));
    }
    expect(memory.sizes.bytes).toBeLessThanOrEqual(900);
    expect(broker.read('a', { before: Infinity, limit: 1 })).toMatchObject({ seq: 1, first: 2, entries: [] });
    expect(broker.read('b', { before: Infinity, limit: 1 })).toMatchObject({ seq: 1, first: 1 });
    expect(broker.publish('a', words('again'))).toMatchObject({ seq: 2 });
  });

  test('gives up the oldest record for a new one, and forgets what has ended', () => {
    const { memory, connect, pass } = stage({ records: 2 });
    const broker = connect('n');
    for (const key of ['a', 'b', 'c']) broker.putRecord(key, key, 60_000, 'any');
    expect(['a', 'b', 'c'].map((key) => broker.getRecord(key))).toMatchObject([
      { done: false },
      { done: true },
      { done: true },
    ]);
    pass(60_000);
    broker.survey([]);
    expect(memory.sizes.records).toBe(0);
  });

  test('refuses everything while it is said to be lost, tells nobody, and has all when it is back', () => {
    const { memory, connect } = stage();
    const heard = new Recorder();
    const broker = connect('n', heard);
    broker.subscribe('r', FOUNDING);
    broker.publish('r', words('before'));
    memory.setState('degraded');
    memory.setState('degraded');
    const no = { refusal: 'unavailable' };
    expect([broker.publish('r', words('x')), broker.read('r', { after: 0, limit: 1 }), broker.survey(['r'])]).toEqual([
      no,
      no,
      no,
    ]);
    expect([broker.subscribe('r'), broker.rules('r'), broker.attendance('r'), broker.list('', 1)]).toEqual([
      no,
      no,
      no,
      no,
    ]);
    expect([broker.getRecord('k'), broker.putRecord('k', 'v', 1, 'any'), broker.deleteRecord('k', 'any')]).toEqual([
      no,
      no,
      no,
    ]);
    expect([broker.renew('r', { epoch: 'epoch-1', seq: 9 }), broker.findPublished('r', 'u', 'x')]).toEqual([no, no]);
    broker.attend('r', { joined: [{ user: 'u', name: 'U' }], left: [] });
    broker.whisper('r', 'u', 'x');
    expect([heard.states, heard.presences, heard.whispers]).toEqual([['degraded'], [], []]);
    memory.setState('up');
    expect(heard.states).toEqual(['degraded', 'up']);
    expect(payloads((broker.read('r', { after: 0, limit: 9 }) as never as { entries: [] }).entries)).toEqual([
      'before',
    ]);
    expect(broker.attendance('r')).toMatchObject({ presenceVersion: 1, presence: [{ attendees: [{ user: 'u' }] }] });
  });
});
