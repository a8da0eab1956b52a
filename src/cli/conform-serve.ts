import { once } from 'node:events';
import { endGroup, quoteWord, splitCommand, startGroup } from '../bench/index.ts';
import {
  type ClientTestObserver,
  type ClientTestOptions,
  ClientTestServer,
  failuresOf,
  formatConformance,
} from '../conformance/index.ts';
import { canvasOf, type Environment, Progress, printable } from '../report/index.ts';
import type { Terminal } from './command.ts';
import type { ConformOutput } from './conform-output.ts';
import { interruption } from './interrupt.ts';
import { explainListenError } from './listen-error.ts';
import { authorityOf } from './serve.ts';
import { explained, UsageError } from './usage-error.ts';

/** What `ws101 conform --serve` was asked for. */
export interface ServeRequest extends ClientTestOptions {
  readonly host: string;
  readonly port: number;
  /** The client's driver, started once the suite listens; its end is the end. */
  readonly spawn: string | undefined;
  readonly silent: boolean;
}

/**
 * Tests clients until it is interrupted, or until the command that it started has ended.
 *
 * Throws a `UsageError` when it cannot listen there, when no case fits, and for a command that cannot be started.
 */
export async function serveClients(
  request: ServeRequest,
  output: ConformOutput,
  terminal: Terminal,
  environment: Environment,
): Promise<number> {
  const { host, spawn, silent } = request;
  const canvas = canvasOf(terminal.stdout, environment);
  const progress = new Progress({ output: terminal.stderr, environment, now: () => performance.now(), silent });
  const observer: ClientTestObserver = {
    finished(agent, number, { behavior }, place, total) {
      progress.show(`${printable(agent)}: ${place} of ${total}, last ${number} ${behavior}`);
    },
    reported(report) {
      progress.clear();
      if (!output.isPiped) terminal.stdout.write(formatConformance(report, canvas));
      else terminal.stderr.write(`${printable(report.agent)}: ${failuresOf(report).length} cases do not pass\n`);
    },
  };
  const server = explained(() => new ClientTestServer(request, observer), [RangeError]);
  const { signal, stop } = interruption();
  try {
    const port = await listen(server, request);
    const url = `ws://${authorityOf(host, port)}`;
    const say = output.isPiped ? terminal.stderr : terminal.stdout;
    say.write(`tests clients on ${url}: ${server.total} times ${url}/runCase?case=N&agent=NAME\n`);
    const interrupted = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    if (spawn === undefined) await interrupted;
    else await drive(splitOf(spawn), url, port, interrupted);
  } finally {
    progress.clear();
    stop();
    await server.close();
  }
  const reports = server.reports();
  output.write(reports, terminal);
  return output.exitCode(reports, terminal);
}

/** The command line that serves one case again. */
export function repeatServe(port: number, limits: boolean): string {
  return [...['ws101', 'conform', '--serve', String(port)], ...(limits ? ['--limits'] : []), '--cases', '{case}']
    .map((word) => (word === '{case}' ? word : quoteWord(word)))
    .join(' ');
}

async function listen(server: ClientTestServer, { host, port }: ServeRequest): Promise<number> {
  try {
    return (await server.listen({ host: host === 'localhost' ? '127.0.0.1' : host, port })).port;
  } catch (error) {
    throw explainListenError(error, { host, port });
  }
}

function splitOf(command: string): readonly string[] {
  try {
    return splitCommand(command);
  } catch (error) {
    throw new UsageError(`--spawn: ${(error as Error).message}`);
  }
}

/** Starts a driver with `{url}` and `{port}` in its words, and PORT and URL in its environment; resolves when it has ended. */
async function drive(
  command: readonly string[],
  url: string,
  port: number,
  interrupted: Promise<unknown>,
): Promise<void> {
  const words = command.map((word) => word.replaceAll('{url}', url).replaceAll('{port}', String(port)));
  const child = startGroup(words, { ...process.env, PORT: String(port), URL: url });
  const ended = once(child, 'exit').catch((error: Error) => {
    throw new UsageError(`--spawn: ${error.message}`);
  });
  for (const stream of [child.stdout, child.stderr]) stream?.resume();
  try {
    await Promise.race([ended, interrupted]);
  } finally {
    await endGroup(child);
  }
}
