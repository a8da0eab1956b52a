import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { ROOT } from './catalog.ts';

/** One of the programs in `bench/peers/`, running. */
export interface RunningServer {
  /** `ws://127.0.0.1:PORT`, or `wss:`. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Ends it with SIGTERM and waits until it is gone. */
  stop(): Promise<void>;
}

/**
 * Starts a peer on a free port and waits until it listens.
 *
 * @throws Error with what it printed, when it ends before
 */
export async function startServer(command: readonly string[]): Promise<RunningServer> {
  const [file = '', ...options] = command;
  const child = spawn(file, options, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: '0' },
  });
  const ended = once(child, 'close');
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const line = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended.then(() => [''])]);
  const url = /^listening on (wss?:\/\/\S+:\d+)$/.exec(String(line[0]))?.[1];
  if (url === undefined || child.pid === undefined) {
    await stop(child, ended);
    throw new Error(`${command.join(' ')} did not listen: ${String(line[0])}${complaints}`);
  }
  return { url, port: Number(new URL(url).port), pid: child.pid, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}
