import * as redis from 'redis';
import { afterAll, beforeAll } from 'vitest';
import { RedisBroker } from '../../../src/chat/redis/redis-broker.ts';
import type { BrokerEvents } from '../../../src/rooms/index.ts';
import { describeBroker } from '../../rooms/broker-contract.ts';
import { type Cuttable, cuttableWay } from '../../support/cuttable.ts';
import { describeWithPeer } from '../../support/peers.ts';
import { type OwnRedis, ownRedis, redisPeer } from '../../support/redis.ts';

const LIMITS = { entriesPerRoom: 20, dedupMs: 3000, nodeTtlMs: 2400 };

/** Forgets what is after `seq`: also the window of ids, as a file would that ends there. */
const LOSE_END = `
  local base, seq = KEYS[1], ARGV[1]
  redis.call('HSET', base..':head', 's', seq)
  for _, row in ipairs(redis.call('XRANGE', base..':log', seq..'-1', '+')) do redis.call('XDEL', base..':log', row[1]) end
  redis.call('XSETID', base..':log', seq..'-0')
  redis.call('DEL', base..':ids:0', base..':ids:1')
`;

describeWithPeer(redisPeer(), 'rooms on Redis', () => {
  let own: OwnRedis;
  let send: ReturnType<typeof redis.createClient>;
  beforeAll(async () => {
    own = await ownRedis();
    send = redis.createClient({ url: own.url });
    await send.connect();
  });
  afterAll(async () => {
    send.destroy();
    await own.remove();
  });

  describeBroker('the broker on Redis', {
    ...LIMITS,
    async open() {
      const brokers: RedisBroker[] = [];
      const ways = new Map<string, Cuttable>();
      return {
        async connect(node, events) {
          const way = await cuttableWay(own.port);
          ways.set(node, way);
          const broker = await new Promise<RedisBroker>((resolve) => {
            const heard: BrokerEvents = {
              entry: (...all) => events.entry(...all),
              renewed: (...all) => events.renewed(...all),
              whisper: (...all) => events.whisper(...all),
              presence: (...all) => events.presence(...all),
              signal: (...all) => events.signal(...all),
              state: () => resolve(made),
            };
            const made = new RedisBroker(redis, { url: `redis://127.0.0.1:${way.port}`, node, limits: LIMITS }, heard);
          });
          brokers.push(broker);
          return broker;
        },
        kill: async (node) => ways.get(node)?.close(),
        pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        async loseEnd(room, seq) {
          await send.eval(LOSE_END, { keys: [`ws101:{${room}}`], arguments: [`${seq}`] });
        },
        async close() {
          await Promise.all(brokers.map((broker) => broker.close()));
          await Promise.all([...ways.values()].map((way) => way.close().catch(() => undefined)));
          await send.flushAll();
        },
      };
    },
  });
});
