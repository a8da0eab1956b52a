import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/cli/run.ts';

/** What a command line left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line in this process, for those that end by themselves. */
export async function runHere(...args: string[]): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  const code = await run(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  return { code, stdout, stderr };
}

/** A command line that runs in a process of its own. */
export interface Running {
  readonly child: ChildProcess;
  /** The first line on standard output. */
  readonly firstLine: Promise<string>;
  /** The first line's port. */
  readonly port: Promise<number>;
  readonly ended: Promise<Outcome>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const running = new Set<ChildProcess>();

/** Starts `ws101` with these arguments from its source. */
export function start(...args: string[]): Running {
  return startAs(undefined, ...args);
}

/** Starts it like the npm script of this name; undefined for a shell. */
export function startAs(script: string | undefined, ...args: string[]): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/cli/main.ts', ...args], {
    cwd: ROOT,
    env: { ...process.env, npm_lifecycle_event: script },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const ended = once(child, 'close').then(([code]): Outcome => {
    running.delete(child);
    return { code: code as number | null, stdout, stderr };
  });
  const lines = once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line));
  const firstLine = Promise.race([lines, ended.then(({ stderr }) => Promise.reject(new Error(`it ended: ${stderr}`)))]);
  const port = firstLine.then((line) => Number(/:(\d+)/.exec(line)?.[1]));
  for (const promise of [firstLine, port]) promise.catch(() => undefined);
  return { child, firstLine, port, ended };
}

/** Ends what is still running; for `afterEach`. */
export async function endAll(): Promise<void> {
  for (const child of running) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }
}
