import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { LastLines } from './last-lines.ts';
import { endGroup, hasEnded, startGroup } from './process-group.ts';
import { accepts, endpointOf, freePort, waitForEndpoint } from './reach.ts';
import { RunFailure } from './run-failure.ts';

/** A server that was started for one run, or that was there already. */
export interface MeasuredServer {
  /** With the port that was chosen. */
  readonly url: string;
  /** Whose CPU time and memory count; undefined when nobody knows. */
  readonly pid: number | undefined;
  /** Why it ended by itself, with its last lines; undefined while it runs. */
  failure(): string | undefined;
  /** Ends it and all that it started, if it was started here. */
  end(): Promise<void>;
}

/** How a port that is to be chosen stands in a URL and in a command. */
const PORT = '{port}';

/** Until a command listens. Compilers and JVMs take their time. */
const START_MS = 30_000;

/** The URL with a free port where it leaves the choice: `{port}`, or port 0. */
export async function chooseUrl(url: string): Promise<string> {
  const withPort = url.replace(PORT, '0');
  if (new URL(withPort).port !== '0') return url;
  const chosen = new URL(withPort);
  chosen.port = String(await freePort());
  return chosen.href;
}

/**
 * Starts a command in a process group of its own and waits until the host and port of the URL accept connections. The command
 * learns the port by `{port}` in its words and by the variable `PORT`.
 *
 * @throws RunFailure with a remedy: somebody else listens there, the command cannot be started, ends early, or never listens
 */
export async function startServer(
  command: readonly string[],
  url: string,
  { signal, startMs = START_MS }: { readonly signal?: AbortSignal | undefined; readonly startMs?: number },
): Promise<MeasuredServer> {
  const chosen = await chooseUrl(url);
  const endpoint = endpointOf(new URL(chosen));
  const where = `${endpoint.host}:${endpoint.port}`;
  if (await accepts(endpoint))
    throw new RunFailure(
      'server',
      `something listens on ${where} already, so the command could not: end it, or give {port} in the URL and in the command`,
    );
  const words = command.map((word) => word.replaceAll(PORT, String(endpoint.port)));
  const child = startGroup(words, { ...process.env, PORT: String(endpoint.port) });
  const output = new LastLines();
  output.follow(child.stdout);
  output.follow(child.stderr);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), startMs);
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => resolve(stop.abort(error.message)));
    child.once('exit', () => resolve(stop.abort()));
  });
  const abort = (): void => stop.abort();
  signal?.addEventListener('abort', abort);
  const listens = !signal?.aborted && (await waitForEndpoint(endpoint, stop.signal)) && !hasEnded(child);
  clearTimeout(timer);
  signal?.removeEventListener('abort', abort);
  if (listens)
    return {
      url: chosen,
      pid: child.pid,
      failure: () => (hasEnded(child) ? `the server ${howItEnded(child)}${quoteLines(output)}` : undefined),
      end: () => endGroup(child),
    };
  if (hasEnded(child)) await ended;
  // What it said last may still be in the pipe when it is gone already.
  if (child.pid !== undefined && hasEnded(child)) await closed(child);
  const reason = explain(child, stop.signal.reason, where, startMs);
  await endGroup(child);
  throw new RunFailure(signal?.aborted === true ? 'interrupted' : 'server', `${reason}${quoteLines(output)}`);
}

function explain(child: ChildProcess, cause: unknown, where: string, startMs: number): string {
  if (child.pid === undefined) return `the command cannot be started: ${String(cause)}`;
  if (hasEnded(child)) return `the command ${howItEnded(child)} before it listened on ${where}`;
  return `the command did not listen on ${where} within ${startMs / 1000} s`;
}

function howItEnded({ exitCode, signalCode }: ChildProcess): string {
  return signalCode === null ? `ended with code ${exitCode}` : `was ended by ${signalCode}`;
}

function quoteLines({ lines }: LastLines): string {
  return lines.length === 0 ? '; it printed nothing' : `; its last lines: ${lines.join(' ⏎ ')}`;
}

/** The pipes of a process close after it, unless a child of its own holds them. */
async function closed(child: ChildProcess): Promise<void> {
  if (child.stdout?.closed !== false && child.stderr?.closed !== false) return;
  await once(child, 'close', { signal: AbortSignal.timeout(500) }).catch(() => undefined);
}
