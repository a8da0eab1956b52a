import { readFileSync } from 'node:fs';
import { ownRedis } from '../support/redis.ts';
import { machineWords } from './deploy-page.ts';
import { startTalkServer, Talk } from './talk.ts';

/** How many clients and texts are tried. */
export interface SizingPlan {
  readonly idle: { readonly rooms: number; readonly members: number };
  readonly talks: readonly { readonly rooms: number; readonly members: number; readonly perSecond: number }[];
  readonly seconds: number;
}

/** The plan of which docs/deploy.md shows the results. */
export const SIZING_PLAN: SizingPlan = {
  idle: { rooms: 80, members: 50 },
  talks: [
    { rooms: 20, members: 10, perSecond: 400 },
    { rooms: 4, members: 100, perSecond: 80 },
  ],
  seconds: 10,
};

const TICKS_PER_SECOND = 100;

/** Measures what connections, texts and deliveries cost, and gives it as a table in Markdown. */
export async function measureSizing(plan: SizingPlan, tell: (line: string) => void): Promise<string> {
  const rows: string[][] = [];
  for (const place of ['memory', 'Redis'] as const) {
    const own = place === 'Redis' ? await ownRedis('everysec') : undefined;
    const options = own ? ['--redis', own.url] : [];
    try {
      tell(`rooms in ${place}: idle connections`);
      rows.push([place, ...(await idleRow(plan, options))]);
      for (const talk of plan.talks) {
        tell(`rooms in ${place}: ${talk.perSecond} texts a second to ${talk.members} members each`);
        rows.push([place, ...(await talkRow(talk, plan.seconds, options, own?.pid))]);
      }
    } finally {
      await own?.remove();
    }
  }
  const head = ['rooms in', 'load', 'of the server', 'one core at half its time', 'of Redis'];
  const lines = [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  return `${lines.join('\n')}\n\nOn ${machineWords()}; clients, server and Redis on one machine. Time is that of the processor.`;
}

async function idleRow({ idle }: SizingPlan, options: readonly string[]): Promise<string[]> {
  const server = await startTalkServer(...options);
  try {
    // What the first connections make the server load is no cost of a connection.
    const first = await Talk.begin(server.url, 1, 50, 'first');
    first.end();
    const before = residentKiB(server.pid);
    const talk = await Talk.begin(server.url, idle.rooms, idle.members);
    const count = idle.rooms * idle.members;
    const each = (residentKiB(server.pid) - before) / count;
    talk.end();
    return [
      `${count.toLocaleString('en')} connections that only read`,
      `${each.toFixed(1)} KiB each, buffers included`,
      '',
      '',
    ];
  } finally {
    await server.stop();
  }
}

async function talkRow(
  { rooms, members, perSecond }: SizingPlan['talks'][number],
  seconds: number,
  options: readonly string[],
  redisPid: number | undefined,
): Promise<string[]> {
  const server = await startTalkServer(...options);
  try {
    // On one Redis a name belongs for a while to whoever had it.
    const talk = await Talk.begin(server.url, rooms, members, `of${members}-`);
    await talk.speak(perSecond, 3);
    let deliveries = 0;
    talk.onDelivery = () => {
      deliveries += 1;
    };
    const [before, redisBefore] = [cpuSeconds(server.pid), cpuSeconds(redisPid)];
    await talk.speak(perSecond, seconds);
    const [used, redisUsed] = [cpuSeconds(server.pid) - before, cpuSeconds(redisPid) - redisBefore];
    talk.end();
    const each = (used / Math.max(1, deliveries)) * 1e6;
    const perCore = Math.floor(0.5e6 / each / 1000) * 1000;
    return [
      `${perSecond} texts a second to ${members} members each`,
      `${each.toFixed(1)} µs for a delivery`,
      `${perCore.toLocaleString('en')} deliveries a second`,
      redisPid === undefined ? '' : `${((redisUsed / (perSecond * seconds)) * 1e6).toFixed(0)} µs for a text`,
    ];
  } finally {
    await server.stop();
  }
}

function residentKiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}

/** Time of the processor that a process has had, in seconds; 0 for none. */
function cpuSeconds(pid: number | undefined): number {
  if (pid === undefined) return 0;
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
