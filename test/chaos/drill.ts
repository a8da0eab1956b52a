import { Dice } from '../support/dice.ts';
import { ownRedis } from '../support/redis.ts';
import { ChaosClient } from './chaos-client.ts';
import { CUT_RATES, Cuts } from './cuts.ts';
import { type ChaosNode, processNode } from './nodes.ts';
import { isSettled, sleep, until } from './settling.ts';
import { judge } from './verdict.ts';

/** The size of a drill. */
export interface DrillPlan {
  readonly seed: number;
  readonly rooms: number;
  readonly clientsPerRoom: number;
  readonly messagesPerSecond: number;
  readonly seconds: number;
  /** When a server is killed and Redis is stopped, as parts of the time; how long each is away, in milliseconds. */
  readonly killAt: number;
  readonly killedMs: number;
  /** When the file of Redis is forced to disk. With `always` Redis is killed rather than stopped, since that must lose nothing. */
  readonly fsync: 'everysec' | 'always';
  readonly redisStopAt: number;
  readonly redisStoppedMs: number;
  /** How often a server's connection to Redis is cut, per second. */
  readonly redisCutsPerSecond: number;
}

/** The drill of a minute. */
export const FULL_PLAN: DrillPlan = {
  seed: 1,
  rooms: 10,
  clientsPerRoom: 100,
  messagesPerSecond: 100,
  seconds: 60,
  killAt: 0.2,
  killedMs: 2000,
  fsync: 'everysec',
  redisStopAt: 0.5,
  redisStoppedMs: 10_000,
  redisCutsPerSecond: 0.3,
};

/** What a drill came to. */
export interface DrillResult {
  readonly problems: readonly string[];
  readonly said: number;
  readonly acknowledged: number;
  readonly deliveries: number;
  readonly connections: number;
  readonly resets: readonly string[];
  /** How often a connection was cut, by step, and how often it ended by which code. */
  readonly cuts: ReadonlyMap<string, number>;
  /** From Redis being back until every server took a publication again. */
  readonly recoveredMs: number;
}

const SETTLE_MS = 60_000;

/** Runs one drill. `tell` hears how it goes. */
export async function runDrill(
  plan: DrillPlan,
  tell: (line: string) => void,
  makeNode: (name: string, redisPort: number) => Promise<ChaosNode> = processNode,
): Promise<DrillResult> {
  const dice = new Dice(plan.seed);
  const counts = new Map<string, number>();
  const redis = await ownRedis(plan.fsync);
  const nodes: ChaosNode[] = [];
  const clients: ChaosClient[] = [];
  const chances: Cuts[] = [];
  const timers: NodeJS.Timeout[] = [];
  try {
    for (const name of ['one', 'two']) nodes.push(await makeNode(name, redis.port));
    const place = (): string | undefined => {
      const urls = nodes.flatMap(({ url }) => url ?? []);
      return urls.length === 0 ? undefined : dice.pick(urls);
    };
    for (let room = 0; room < plan.rooms; room++) {
      for (let number = 0; number < plan.clientsPerRoom; number++) {
        const cuts = new Cuts(dice.below(2 ** 31), CUT_RATES, counts);
        chances.push(cuts);
        clients.push(new ChaosClient(`c${room}-${number}`, `room-${room}`, place, cuts));
      }
      await until(() => clients.every(({ inside }) => inside) || undefined, SETTLE_MS, 20);
    }
    tell(`${clients.length} clients are in ${plan.rooms} rooms on ${nodes.length} servers`);

    let said = 0;
    const speak = setInterval(() => {
      const due = Math.min(
        plan.messagesPerSecond * plan.seconds,
        ((performance.now() - startedAt) / 1000) * plan.messagesPerSecond,
      );
      for (; said < due; said++) dice.pick(clients).say();
    }, 10);
    const startedAt = performance.now();
    timers.push(speak);
    timers.push(
      setInterval(() => {
        if (!dice.chance(plan.redisCutsPerSecond / 10)) return;
        dice.pick(nodes).cut();
        counts.set('cut server to Redis', (counts.get('cut server to Redis') ?? 0) + 1);
      }, 100),
    );
    const at = (part: number): Promise<void> => sleep(plan.seconds * 1000 * part - (performance.now() - startedAt));
    const killing = at(plan.killAt).then(async () => {
      tell('server two is killed');
      await nodes[1]?.kill();
      await sleep(plan.killedMs);
      await nodes[1]?.restart();
      tell('server two runs again');
    });
    await at(plan.redisStopAt);
    tell(plan.fsync === 'always' ? 'Redis is killed' : 'Redis is stopped');
    await redis.stop(plan.fsync === 'always' ? 'SIGKILL' : 'SIGTERM');
    await sleep(plan.redisStoppedMs);
    await redis.start();
    const backAt = performance.now();
    const ackedAtReturn = clients.reduce((sum, { acked }) => sum + acked.size, 0);
    const recovered = until(
      () => clients.reduce((sum, { acked }) => sum + acked.size, 0) > ackedAtReturn || undefined,
      SETTLE_MS,
      20,
    ).then(() => performance.now() - backAt);
    tell('Redis runs again');
    await Promise.all([killing, at(1)]);
    for (; said < plan.messagesPerSecond * plan.seconds; said++) dice.pick(clients).say();
    for (const timer of timers) clearInterval(timer);
    for (const cuts of chances) cuts.rest();
    tell('nothing is cut any more');
    const settled = await until(() => isSettled(clients) || undefined, SETTLE_MS, 50);
    const problems = [...judge(clients), ...nodes.flatMap(({ ended }) => ended ?? [])];
    if (!settled) {
      for (const client of clients.filter(({ settled }) => !settled))
        tell(`${client.inside ? 'in' : 'out'}, ${client.pending.size} pending: ${client.last}`);
    }
    if (!settled) problems.push('not everybody had everything a minute after the last cut');
    return {
      problems,
      said,
      acknowledged: clients.reduce((sum, { acked }) => sum + acked.size, 0),
      deliveries: clients.reduce((sum, { delivered }) => sum + delivered.length, 0),
      connections: clients.reduce((sum, { connections }) => sum + connections, 0),
      resets: clients.flatMap(({ resets }) => resets),
      cuts: counts,
      recoveredMs: await recovered,
    };
  } finally {
    for (const timer of timers) clearInterval(timer);
    for (const client of clients) client.stop();
    await Promise.all(nodes.map((node) => node.stop()));
    await redis.remove();
  }
}
