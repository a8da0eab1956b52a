import { Dice } from '../support/dice.ts';
import { ChaosClient } from './chaos-client.ts';
import { Cuts } from './cuts.ts';
import { doomedRedis, type Mishap } from './mishaps.ts';
import { type ChaosNode, processNode } from './nodes.ts';
import { isSettled, sleep, until } from './settling.ts';
import { judge } from './verdict.ts';

/** The size of a drill on what Redis can lose. */
export interface LossPlan {
  readonly mishap: Mishap;
  readonly fsync: 'everysec' | 'always';
  readonly seed: number;
  readonly rooms: number;
  readonly clientsPerRoom: number;
  readonly messagesPerSecond: number;
  /** How long is talked before the disk or the replica falls behind, from then to the mishap, and after it. */
  readonly talkMs: number;
  readonly lagMs: number;
}

/** The plan of `npm run test:chaos -- --failover` and its like. */
export const LOSS_PLAN: Omit<LossPlan, 'mishap' | 'fsync'> = {
  seed: 1,
  rooms: 10,
  clientsPerRoom: 20,
  messagesPerSecond: 100,
  talkMs: 10_000,
  lagMs: 1000,
};

/** What was lost, and how members were told. */
export interface LossResult {
  /** What must not be: a gap in silence, another order, a room that lost something and kept its epoch. */
  readonly problems: readonly string[];
  readonly acknowledged: number;
  /** Of these, those that no log has any more. */
  readonly lost: number;
  readonly roomsWithLoss: number;
  /** How often a member was told to begin anew, by `reset` or by `recovered: false`. */
  readonly resets: number;
}

const SETTLE_MS = 60_000;
const NO_CUTS: ReadonlyMap<string, number> = new Map();

/** Runs one: what is lost is counted, and that nobody was left to believe otherwise is judged. */
export async function runLoss(
  plan: LossPlan,
  tell: (line: string) => void,
  makeNode: (name: string, redisPort: number) => Promise<ChaosNode> = processNode,
): Promise<LossResult> {
  const dice = new Dice(plan.seed);
  const redis = await doomedRedis(plan.mishap, plan.fsync);
  const nodes: ChaosNode[] = [];
  const clients: ChaosClient[] = [];
  const rooms = Array.from({ length: plan.rooms }, (_, number) => `room-${number}`);
  let speak: NodeJS.Timeout | undefined;
  try {
    for (const name of ['one', 'two']) nodes.push(await makeNode(name, redis.port));
    const place = (): string | undefined => dice.pick(nodes).url;
    for (const room of rooms) {
      for (let number = 0; number < plan.clientsPerRoom; number++) {
        const cuts = new Cuts(dice.below(2 ** 31), NO_CUTS, new Map());
        clients.push(new ChaosClient(`${room}-${number}`, room, place, cuts));
      }
    }
    const inside = await until(() => clients.every((client) => client.inside) || undefined, SETTLE_MS, 20);
    if (!inside) throw new Error('not everybody came in');
    tell(`${clients.length} clients are in ${plan.rooms} rooms on ${nodes.length} servers`);
    speak = setInterval(() => dice.pick(clients).say(), 1000 / plan.messagesPerSecond);
    await sleep(plan.talkMs);
    const epochs = new Map(clients.map(({ room, place: at }) => [room, at?.epoch]));
    await redis.lag();
    const before = new Map(rooms.map((room) => [room, acknowledged(clients, room)]));
    tell('nothing reaches the disk or the replica any more');
    await sleep(plan.lagMs);
    const hasMore = (room: string): boolean => acknowledged(clients, room) > (before.get(room) ?? 0);
    await until(() => rooms.every(hasMore) || undefined, SETTLE_MS, 10);
    await redis.strike();
    tell(`${plan.mishap}: ${acknowledged(clients)} were acknowledged by then`);
    await sleep(plan.talkMs);
    clearInterval(speak);
    const problems: string[] = [];
    if (!(await until(() => isSettled(clients) || undefined, SETTLE_MS, 20))) problems.push('not everybody settled');
    problems.push(...judge(clients), ...nodes.flatMap(({ ended }) => ended ?? []));
    let lost = 0;
    let roomsWithLoss = 0;
    for (const room of rooms) {
      const kept = await redis.idsOf(room);
      const members = clients.filter((client) => client.room === room);
      const gone = members.flatMap(({ acked }) => [...acked.keys()]).filter((id) => !kept.has(id));
      lost += gone.length;
      if (gone.length === 0) continue;
      roomsWithLoss++;
      if (members.some(({ place: at }) => at?.epoch === epochs.get(room)))
        problems.push(`${room} lost ${gone.length} and has the same epoch`);
      if (members.some(({ resets }) => resets.length === 0))
        problems.push(`${room} lost ${gone.length} and not every member was told to begin anew`);
    }
    return {
      problems,
      acknowledged: acknowledged(clients),
      lost,
      roomsWithLoss,
      resets: clients.reduce((sum, { resets }) => sum + resets.length, 0),
    };
  } finally {
    clearInterval(speak);
    for (const client of clients) client.stop();
    await Promise.all(nodes.map((node) => node.stop()));
    await redis.remove();
  }
}

function acknowledged(clients: readonly ChaosClient[], room?: string): number {
  const members = room === undefined ? clients : clients.filter((client) => client.room === room);
  return members.reduce((sum, { acked }) => sum + acked.size, 0);
}
