import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Cuttable, cuttableWay } from '../support/cuttable.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A chat server of a drill. */
export interface ChaosNode {
  readonly name: string;
  /** Where clients connect; undefined while it does not run. */
  readonly url: string | undefined;
  /** Cuts its connection to Redis. */
  cut(): void;
  /** Ends it as `kill -9` does, and starts it again. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  /** How it ended, unless it was to end or still runs. */
  readonly ended: string | undefined;
  stop(): Promise<void>;
}

/** Starts a server in a process of its own, whose way to Redis can be cut. */
export async function processNode(name: string, redisPort: number): Promise<ChaosNode> {
  const way: Cuttable = await cuttableWay(redisPort);
  let child: ChildProcess | undefined;
  let url: string | undefined;
  let ended: string | undefined;
  let expected = false;
  const start = async (): Promise<void> => {
    expected = false;
    const args = ['--import', 'tsx', 'src/cli/main.ts', 'chat', '--port', '0', '--log', 'none'];
    const running = spawn(process.execPath, [...args, '--redis', `redis://127.0.0.1:${way.port}`], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    child = running;
    running.once('exit', (code, signal) => {
      url = undefined;
      if (!expected) ended = `${name} ended by itself: ${signal ?? code}`;
    });
    const port = await new Promise<string | undefined>((resolve) => {
      running.once('exit', () => resolve(undefined));
      createInterface({ input: running.stdout }).on('line', (line) => {
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
    cut: () => way.cut(),
    kill: () => end('SIGKILL'),
    restart: start,
    async stop() {
      await end('SIGTERM');
      await way.close();
    },
  };
}
