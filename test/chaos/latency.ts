import { ownRedis } from '../support/redis.ts';
import { machineWords } from './deploy-page.ts';
import { startTalkServer, Talk } from './talk.ts';

/** What is measured: texts in a second, in all, each to so many members of a room. */
export interface LatencyPlan {
  readonly perSecond: number;
  readonly members: number;
  readonly seconds: number;
}

/** Times from sending to receiving. */
export interface Latencies {
  readonly deliveries: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** The times with rooms in memory and on Redis, and by how much the quantiles differ. */
export interface LatencyComparison {
  readonly memory: Latencies;
  readonly redis: Latencies;
  readonly added: { readonly p50Ms: number; readonly p99Ms: number };
}

/** A comparison as docs/deploy.md shows it. */
export function latencyTable({ perSecond, members }: LatencyPlan, { memory, redis, added }: LatencyComparison): string {
  const row = (
    where: string,
    { p50Ms, p99Ms }: { readonly p50Ms: number; readonly p99Ms: number },
    more = '',
  ): string => `| ${where} | ${p50Ms} ms | ${p99Ms} ms | ${more} |`;
  const rows = [
    row('memory', memory, `${memory.maxMs} ms`),
    row('Redis, `everysec`', redis, `${redis.maxMs} ms`),
    row('what Redis adds', added),
  ];
  return [
    '| rooms in | half of all deliveries within | 99 % within | all within |',
    '|---|---|---|---|',
    ...rows,
    '',
    `From sending to receiving, ${perSecond.toLocaleString('en')} messages a second to ${members} members each, ` +
      `${redis.deliveries.toLocaleString('en')} deliveries, on ${machineWords()}; clients, server and Redis on one machine.`,
  ].join('\n');
}

const ROOMS = 10;
const WARM_UP_S = 3;

/** Measures first in memory, then on Redis with an append-only file that is forced to disk every second. */
export async function measureLatency(plan: LatencyPlan): Promise<LatencyComparison> {
  const memory = await measure(plan);
  const own = await ownRedis('everysec');
  try {
    const redis = await measure(plan, '--redis', own.url);
    const added = { p50Ms: rounded(redis.p50Ms - memory.p50Ms), p99Ms: rounded(redis.p99Ms - memory.p99Ms) };
    return { memory, redis, added };
  } finally {
    await own.remove();
  }
}

async function measure({ perSecond, members, seconds }: LatencyPlan, ...options: string[]): Promise<Latencies> {
  const server = await startTalkServer(...options);
  try {
    const talk = await Talk.begin(server.url, ROOMS, members);
    try {
      await talk.speak(perSecond, WARM_UP_S);
      const times: number[] = [];
      talk.onDelivery = (ms) => times.push(ms);
      await talk.speak(perSecond, seconds);
      return summary(times);
    } finally {
      talk.end();
    }
  } finally {
    await server.stop();
  }
}

function summary(times: number[]): Latencies {
  const sorted = times.sort((a, b) => a - b);
  const at = (part: number): number =>
    rounded(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0);
  return { deliveries: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), maxMs: at(1) };
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
