import * as redis from 'redis';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { RedisLimits } from '../../../src/chat/redis/limits.ts';
import { RedisBroker, type RedisBrokerOptions } from '../../../src/chat/redis/redis-broker.ts';
import type { BrokerEvents, Entry } from '../../../src/rooms/index.ts';
import { type OwnRedis, ownRedis } from '../../support/redis.ts';

/** What a node heard: the name of the event, and what it came with. */
export type Heard = readonly [event: keyof BrokerEvents, ...values: unknown[]];

/** A broker, and everything that it told. */
export interface TestNode {
  readonly broker: RedisBroker;
  readonly heard: readonly Heard[];
  readonly troubles: readonly Error[];
  /** Waits until what was heard fulfils the condition; looks again whenever something is heard. */
  until(met: (heard: readonly Heard[]) => boolean): Promise<void>;
  /** The entries of a room, in the order in which they were heard. */
  entries(room: string): Entry[];
}

/** Starts a broker; it is up when this resolves, unless `wait` is false. */
export async function startNode(
  options: Omit<RedisBrokerOptions, 'onTrouble'>,
  wait: boolean = true,
): Promise<TestNode> {
  const heard: Heard[] = [];
  const troubles: Error[] = [];
  const waiting = new Set<() => void>();
  const note =
    (event: keyof BrokerEvents) =>
    (...values: unknown[]): void => {
      heard.push([event, ...values]);
      for (const look of [...waiting]) look();
    };
  const events: BrokerEvents = {
    entry: note('entry'),
    renewed: note('renewed'),
    whisper: note('whisper'),
    presence: note('presence'),
    signal: note('signal'),
    state: note('state'),
  };
  const broker = new RedisBroker(redis, { ...options, onTrouble: (reason) => troubles.push(reason) }, events);
  const until: TestNode['until'] = (met) =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!met(heard)) return;
        waiting.delete(look);
        resolve();
      };
      waiting.add(look);
      look();
    });
  const entries = (room: string): Entry[] =>
    heard.flatMap(([event, where, , entry]) => (event === 'entry' && where === room ? [entry as Entry] : []));
  const node = { broker, heard, troubles, until, entries };
  if (wait) await until(() => broker.state === 'up');
  return node;
}

/** A Redis for the tests of a file, and brokers on it that end with each test. */
export interface RedisStage {
  readonly own: OwnRedis;
  node(limits?: Partial<RedisLimits>): Promise<TestNode>;
  /** Sends Redis a command of the test's own. */
  send(...command: string[]): Promise<unknown>;
}

/** Sets the stage up before the tests of a suite, empties it after each and takes it down after all. */
export function redisStage(): () => RedisStage {
  let stage: RedisStage | undefined;
  let nodes: TestNode[] = [];
  let sender: ReturnType<typeof redis.createClient>;
  beforeAll(async () => {
    const own = await ownRedis();
    sender = redis.createClient({ url: own.url });
    sender.on('error', () => undefined);
    await sender.connect();
    stage = {
      own,
      async node(limits = {}) {
        const node = await startNode({ url: own.url, limits });
        nodes.push(node);
        return node;
      },
      send: (...command) => sender.sendCommand(command),
    };
  });
  afterEach(async () => {
    await Promise.all(nodes.map(({ broker }) => broker.close()));
    nodes = [];
    await stage?.send('FLUSHALL');
  });
  afterAll(async () => {
    sender.destroy();
    await stage?.own.remove();
  });
  return () => {
    if (!stage) throw new Error('no stage yet');
    return stage;
  };
}

/** Waits for something that no event tells, looking every 20 ms. */
export async function eventually(met: () => Promise<boolean>): Promise<void> {
  while (!(await met())) await new Promise((resolve) => setTimeout(resolve, 20));
}
