import { describe, expect, test } from 'vitest';
import { MEMORY_BROKER_LIMITS, MemoryBroker, type MemoryBrokerLimits } from '../../src/rooms/index.ts';
import { Recorder } from './recorder.ts';

const HOUR_MS = 3_600_000;

function stage(limits: Partial<MemoryBrokerLimits> = {}) {
  let now = 1_000_000;
  let epochs = 0;
  const memory = new MemoryBroker({ now: () => now, newEpoch: () => `e${++epochs}` }, limits);
  const broker = memory.connect('n', new Recorder());
  const say = (log: string, id = '') => broker.publish(log, { kind: 'message', sender: 'u', payload: 'x', id });
  const pass = (ms: number): void => {
    now += ms;
  };
  return { broker, say, pass };
}

describe('the limits of the memory broker', () => {
  test('keep n letters of a mailbox, and of n + 1 the newest', () => {
    const { broker, say } = stage({ mailEntries: 3 });
    for (let count = 0; count < 3; count++) say('@u');
    expect(broker.read('@u', { before: Infinity, limit: 9 })).toMatchObject({ first: 1, seq: 3 });
    say('@u');
    expect(broker.read('@u', { before: Infinity, limit: 9 })).toMatchObject({ first: 2, seq: 4 });
    expect(MEMORY_BROKER_LIMITS.mailEntries).toBe(200);
  });

  test('keep a letter for its time, and a mailbox that nobody reads as long', () => {
    const { broker, say, pass } = stage({ mailAgeMs: HOUR_MS });
    say('@u');
    pass(HOUR_MS - 1);
    expect(broker.read('@u', { after: 0, limit: 9 })).toMatchObject({ seq: 1, entries: [{ seq: 1 }] });
    pass(10_001);
    expect(broker.read('@u', { after: 0, limit: 9 })).toEqual({ refusal: 'no-room' });
  });

  test('remember an id for its time, and not longer', () => {
    const { broker, say, pass } = stage({ dedupMs: 60_000 });
    broker.subscribe('r', { rules: '', listed: true });
    say('r', 'm1');
    pass(60_000);
    expect(say('r', 'm1')).toMatchObject({ seq: 1, duplicate: true });
    pass(1);
    expect(say('r', 'm1')).toMatchObject({ seq: 2, duplicate: false });
  });

  test('remember n ids of a room, and of n + 1 the newest', () => {
    const { broker, say } = stage({ dedupIds: 2 });
    broker.subscribe('r', { rules: '', listed: true });
    for (const id of ['m1', 'm2']) say('r', id);
    expect(say('r', 'm1')).toMatchObject({ seq: 1, duplicate: true });
    say('r', 'm3');
    expect(say('r', 'm2')).toMatchObject({ seq: 2, duplicate: true });
    expect(say('r', 'm1')).toMatchObject({ seq: 4, duplicate: false });
  });
});
