import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Peer } from './peers.ts';

/** Whether there is a redis-server. */
export function redisPeer(): Peer {
  const { status } = spawnSync('redis-server', ['--version'], { stdio: 'ignore' });
  return { name: 'redis-server', missing: status === 0 ? undefined : 'not installed here' };
}

/** A redis-server of one's own with an append-only file in a temporary folder, on 127.0.0.1. */
export interface OwnRedis {
  readonly url: string;
  readonly port: number;
  /** Its process, of the moment. */
  readonly pid: number;
  /** The folder of its append-only file. */
  readonly folder: string;
  /** Ends it: with SIGTERM it writes down what it has, with SIGKILL it does not. Starting it again finds the file. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Starts it again on the same port; it has read its file when this resolves. */
  start(): Promise<void>;
  /** Stops and continues its process: connections stay, and nothing is answered in between. */
  freeze(): void;
  thaw(): void;
  /** Ends it for good and deletes its folder. */
  remove(): Promise<void>;
}

/** Starts one. `fsync` is when the file is forced to disk: `everysec` or `always`. */
export async function ownRedis(fsync: 'everysec' | 'always' = 'everysec'): Promise<OwnRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'ws101-redis-'));
  let child: ChildProcess | undefined;
  let port = 0;
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill('SIGCONT');
    running.kill(signal);
    await once(running, 'exit');
  };
  const start = async (): Promise<void> => {
    child = await launch(port, folder, fsync);
    if (!child) throw new Error('redis-server does not start');
  };
  // Somebody else may take a free port before Redis does.
  for (let attempt = 0; attempt < 5 && !child; attempt++) {
    port = await freePort();
    child = await launch(port, folder, fsync);
  }
  if (!child) throw new Error('redis-server does not start');
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    get pid() {
      return child?.pid ?? 0;
    },
    stop,
    start,
    freeze: () => void child?.kill('SIGSTOP'),
    thaw: () => void child?.kill('SIGCONT'),
    async remove() {
      await stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function launch(port: number, folder: string, fsync: string): Promise<ChildProcess | undefined> {
  const options = { bind: '127.0.0.1', dir: folder, save: '', appendonly: 'yes', appendfsync: fsync, daemonize: 'no' };
  const args = Object.entries({ port: `${port}`, ...options }).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const lines = createInterface({ input: child.stdout });
  const ready = await new Promise<boolean>((resolve) => {
    lines.on('line', (line) => line.includes('Ready to accept connections') && resolve(true));
    child.once('exit', () => resolve(false));
    child.once('error', () => resolve(false));
  });
  return ready ? child : undefined;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
