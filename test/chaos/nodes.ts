import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import * as redis from 'redis';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A chat server of a drill. */
export interface ChaosNode {
  readonly name: string;
  /** Where clients connect; undefined while it does not run. */
  readonly url: string | undefined;
  /** Cuts its connection to Redis, or that of another server. */
  cut(): void;
  /** Ends it as `kill -9` does, and starts it again. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** How it ended, unless it was to end or still runs. */
  readonly ended: string | undefined;
  stop(): Promise<void>;
}

/** Starts a server in a process of its own, whose log goes into `CHAOS_LOGS` if that folder is named. Redis itself cuts its connection, in the midst of whatever it is doing. */
export async function processNode(name: string, redisPort: number): Promise<ChaosNode> {
  const admin = redis.createClient({ url: `redis://127.0.0.1:${redisPort}`, disableOfflineQueue: true });
  admin.on('error', () => undefined);
  await admin.connect();
  let child: ChildProcess | undefined;
  let url: string | undefined;
  let ended: string | undefined;
  let expected = false;
  const logs = process.env.CHAOS_LOGS;
  const start = async (): Promise<void> => {
    expected = false;
    const args = ['dist/cli/main.js', 'chat', '--port', '0', '--log', logs === undefined ? 'none' : 'json'];
    const errors = logs === undefined ? 'inherit' : openSync(join(logs, `${name}.log`), 'a');
    const running = spawn(process.execPath, [...args, '--redis', `redis://127.0.0.1:${redisPort}`], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', errors],
    });
    const output = running.stdout;
    if (!output) throw new Error('no output');
    child = running;
    running.once('exit', (code, signal) => {
      url = undefined;
      if (!expected) ended = `${name} ended by itself: ${signal ?? code}`;
    });
    const port = await new Promise<string | undefined>((resolve) => {
      running.once('exit', () => resolve(undefined));
      createInterface({ input: output }).on('line', (line) => {
        const [, found] = /listening on http:\/\/localhost:(\d+)/.exec(line) ?? [];
        if (found) resolve(found);
      });
    });
    if (port === undefined) throw new Error(`${name} did not start`);
    url = `ws://127.0.0.1:${port}/chat`;
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = undefined;
    expected = true;
    url = undefined;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    running.kill(signal);
    await once(running, 'exit');
  };
  await start();
  return {
    name,
    get url() {
      return url;
    },
    get ended() {
      return ended;
    },
    cut: () => void cutOne((command) => admin.sendCommand(command)).catch(() => undefined),
    kill: () => end('SIGKILL'),
    restart: start,
    async stop() {
      await end('SIGTERM');
      admin.destroy();
    },
  };
}

/** Has Redis cut the connection of a server: of the one that spoke last, which is the likeliest to be in the midst of something. */
async function cutOne(send: (command: readonly string[]) => Promise<unknown>): Promise<void> {
  const list = String(await send(['CLIENT', 'LIST', 'TYPE', 'PUBSUB']));
  const found = list.split('\n').flatMap((line) => {
    const [, id] = /^id=(\d+) .*\bname=ws101:/.exec(line) ?? [];
    return id ? [{ id, idle: Number(/\bidle=(\d+)/.exec(line)?.[1] ?? 0) }] : [];
  });
  const [one] = found.sort((a, b) => a.idle - b.idle);
  if (one) await send(['CLIENT', 'KILL', 'ID', one.id]);
}
