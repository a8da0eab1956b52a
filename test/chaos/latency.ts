import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { CHAT_PROTOCOL } from '../../src/chat/index.ts';
import { ownRedis } from '../support/redis.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

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

const ROOMS = 10;
const WARM_UP_MS = 3000;

/** Measures first in memory, then on Redis with an append-only file that is forced to disk every second. */
export async function measureLatency(plan: LatencyPlan): Promise<LatencyComparison> {
  const memory = await measure(plan, []);
  const own = await ownRedis('everysec');
  try {
    const redis = await measure(plan, ['--redis', own.url]);
    const added = { p50Ms: rounded(redis.p50Ms - memory.p50Ms), p99Ms: rounded(redis.p99Ms - memory.p99Ms) };
    return { memory, redis, added };
  } finally {
    await own.remove();
  }
}

async function measure({ perSecond, members, seconds }: LatencyPlan, more: readonly string[]): Promise<Latencies> {
  const server = spawn(
    process.execPath,
    ['--import', 'tsx', 'src/cli/main.ts', 'chat', '--port', '0', '--rate', 'Infinity', ...more],
    { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const sockets: WebSocket[] = [];
  try {
    const url = await listening(server);
    const times: number[] = [];
    let measuring = false;
    const take = (text: string): void => {
      const sentAt = Number(text);
      if (measuring) times.push(performance.now() - sentAt);
    };
    for (let room = 0; room < ROOMS; room++) {
      for (let member = 0; member < members; member++)
        sockets.push(await enter(url, `room-${room}`, `m${room}-${member}`, take));
    }
    const startedAt = performance.now();
    let said = 0;
    const speak = setInterval(() => {
      const due = ((performance.now() - startedAt) * perSecond) / 1000;
      for (; said < due; said++) {
        const room = said % ROOMS;
        const socket = sockets[room * members + (Math.floor(said / ROOMS) % members)];
        socket?.send(JSON.stringify({ type: 'message', room: `room-${room}`, message: `${performance.now()}` }));
      }
    }, 1);
    await new Promise((resolve) => setTimeout(resolve, WARM_UP_MS));
    measuring = true;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    measuring = false;
    clearInterval(speak);
    return summary(times);
  } finally {
    for (const socket of sockets) socket.terminate();
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
  }
}

async function listening(server: ChildProcess): Promise<string> {
  if (!server.stdout) throw new Error('the server has no output');
  for await (const line of createInterface({ input: server.stdout })) {
    const [, port] = /localhost:(\d+)/.exec(line) ?? [];
    if (port) return `ws://127.0.0.1:${port}/chat`;
  }
  throw new Error('the server did not start');
}

/** A member of a room, once it is in; tries again while the server has no rooms yet. */
async function enter(url: string, room: string, username: string, take: (text: string) => void): Promise<WebSocket> {
  for (;;) {
    const socket = new WebSocket(url, CHAT_PROTOCOL, { perMessageDeflate: false });
    const inside = new Promise<boolean>((resolve) => {
      socket.on('error', () => resolve(false));
      socket.on('close', () => resolve(false));
      socket.on('message', (data) => {
        const message = JSON.parse(String(data)) as { type: string; message?: string };
        if (message.type === 'message') take(message.message ?? '');
        else if (message.type === 'joined') resolve(true);
        else if (message.type === 'error') resolve(false);
      });
    });
    socket.on('open', () => socket.send(JSON.stringify({ type: 'join', room, username })));
    if (await inside) return socket;
    socket.terminate();
    await new Promise((resolve) => setTimeout(resolve, 100));
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
