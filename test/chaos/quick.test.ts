import { describe, expect, it } from 'vitest';
import { describeWithPeer } from '../support/peers.ts';
import { redisPeer } from '../support/redis.ts';
import type { ClientRecord, Delivered } from './client-record.ts';
import { FULL_PLAN, runDrill } from './drill.ts';
import { localNode } from './local-node.ts';
import { runLoss } from './loss.ts';
import { judge } from './verdict.ts';

describeWithPeer(redisPeer(), 'two servers on one Redis, while connections, a server and Redis fail', () => {
  it('lose nothing that was acknowledged, deliver nothing twice, and keep one order', async () => {
    const plan = {
      ...FULL_PLAN,
      rooms: 2,
      clientsPerRoom: 6,
      messagesPerSecond: 30,
      seconds: 3,
      killAt: 0.1,
      killedMs: 300,
      redisStopAt: 0.4,
      redisStoppedMs: 500,
      redisCutsPerSecond: 1,
    };
    const result = await runDrill(plan, () => undefined, localNode);
    expect(result.problems).toEqual([]);
    expect(result.said).toBe(90);
    expect(result.acknowledged).toBe(90);
    expect(result.deliveries).toBe(90 * 6);
    expect(result.connections).toBeGreaterThan(12);
  }, 90_000);
});

describeWithPeer(redisPeer(), 'what Redis loses', () => {
  const plan = { seed: 1, rooms: 2, clientsPerRoom: 3, messagesPerSecond: 40, talkMs: 600, lagMs: 100 };
  const nothing = (): undefined => undefined;

  it('is nothing that was acknowledged when its process is killed and its file is forced to disk always', async () => {
    const result = await runLoss({ ...plan, mishap: 'kill', fsync: 'always' }, nothing, localNode);
    expect(result).toMatchObject({ problems: [], lost: 0 });
    expect(result.acknowledged).toBeGreaterThan(10);
  }, 90_000);

  it.each(['power-loss', 'failover'] as const)(
    'in a %s is told to every member: a new epoch, and never a gap in silence',
    async (mishap) => {
      const result = await runLoss({ ...plan, mishap, fsync: 'everysec' }, nothing, localNode);
      expect(result).toMatchObject({ problems: [], roomsWithLoss: 2 });
      expect(result.lost).toBeGreaterThanOrEqual(2);
      expect(result.lost).toBeLessThan(result.acknowledged);
      expect(result.resets).toBeGreaterThanOrEqual(6);
    },
    90_000,
  );
});

const at = (seq: number, id: string, epoch: string = 'e'): Delivered => ({ epoch, seq, id });

function client(more: Partial<ClientRecord>): ClientRecord {
  const nothing = { acked: new Map(), pending: new Map(), delivered: [], resets: [], faults: [] };
  return { room: 'r', joinedAt: 0, connections: 1, ...nothing, ...more };
}

describe('the verdict on a drill', () => {
  const good = [at(1, 'a'), at(2, 'b'), at(3, 'c')];
  const acked = new Map([['b', at(2, 'b')]]);

  it('finds nothing where everybody had the same', () => {
    expect(judge([client({ acked, delivered: good }), client({ delivered: good })])).toEqual([]);
  });

  it('finds nothing wrong with one that joined later and had what came then', () => {
    expect(judge([client({ acked, delivered: good }), client({ joinedAt: 2, delivered: [at(3, 'c')] })])).toEqual([]);
  });

  it.each<[what: string, record: Partial<ClientRecord>, problem: RegExp]>([
    ['an acknowledged message that one client never had', { delivered: [at(1, 'a'), at(3, 'c')] }, /b .*never came/],
    ['a message that came twice', { delivered: [...good, at(4, 'b')] }, /b was delivered twice/],
    ['another order', { delivered: [at(2, 'b'), at(1, 'a'), at(3, 'c')] }, /another order/],
    ['another message at one place', { delivered: [at(1, 'a'), at(2, 'b'), at(3, 'z')] }, /for others c/],
    ['a message without an acknowledgement', { delivered: good, pending: new Map([['d', 'd']]) }, /never acknowledged/],
    ['an acknowledgement of another place', { delivered: good, acked: new Map([['a', at(3, 'a')]]) }, /where c is/],
    ['a fault that a client saw', { delivered: good, faults: ['5 after 3'] }, /5 after 3/],
  ])('finds %s', (_what, record, problem) => {
    const problems = judge([client({ acked, delivered: good }), client(record)]);
    expect(problems.join('\n')).toMatch(problem);
  });
});
