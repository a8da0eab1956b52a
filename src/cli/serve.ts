import type { AddressInfo } from 'node:net';
import { constants } from 'node:os';
import type { TlsOptions } from 'node:tls';
import type { WebSocketServer } from '../node/index.ts';
import type { Terminal } from './command.ts';
import { explainListenError } from './listen-error.ts';

/** How long connections have to say goodbye; with the rest of the work the process is gone within five seconds. */
const SHUTDOWN_DEADLINE_MS = 4_000;

/** Within this time a second signal under `npm start` is npm's copy of the first; nobody presses Ctrl-C twice as fast. */
const NPM_COPY_MS = 150;

/** Where a command listens. */
export interface Where {
  /** A name or an address of this machine; `localhost` is its loopback address. */
  readonly host: string;
  /** A TCP port; 0 takes any free one. */
  readonly port: number;
}

/**
 * Listens, prints the line that `announce` makes of the host and port in the form of a URL (`localhost:8080`), serves until
 * SIGINT or SIGTERM, then closes every connection with 1001. A second signal ends the process at once.
 *
 * Rejects with a `UsageError` when it cannot listen there.
 */
export async function serve(
  server: Pick<WebSocketServer, 'listen' | 'shutdown'>,
  where: Where,
  terminal: Terminal,
  announce: (authority: string) => string,
): Promise<void> {
  const stopped = firstSignal();
  const { port } = await listenAt(server, where).catch(async (error: unknown) => {
    await server.shutdown({ deadlineMs: SHUTDOWN_DEADLINE_MS }); // rooms on Redis would keep the process
    throw error;
  });
  terminal.stdout.write(`${announce(authorityOf(where.host, port))}\n`);
  await stopped;
  await server.shutdown({ deadlineMs: SHUTDOWN_DEADLINE_MS });
}

/** A host and a port as they stand in a URL, where the colons of an IPv6 address need brackets. */
export function authorityOf(host: string, port: number): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Starts to listen, and gives the address with the real port.
 *
 * Rejects with a `UsageError` when it cannot listen there.
 */
export async function listenAt(
  server: Pick<WebSocketServer, 'listen'>,
  { host, port, tls }: Where & { readonly tls?: TlsOptions | undefined },
): Promise<AddressInfo> {
  // The name may stand for ::1 alone, where a client that asks for 127.0.0.1 finds nobody; one that asks for the name tries both.
  const bound = host === 'localhost' ? '127.0.0.1' : host;
  try {
    return (await server.listen({ host: bound, port, ...(tls === undefined ? {} : { tls }) })) as AddressInfo;
  } catch (error) {
    throw explainListenError(error, { host, port });
  }
}

/**
 * Resolves at the first SIGINT or SIGTERM; the next one ends the process with 128 and the signal's number, as a shell reports it.
 *
 * `npm start` passes on each signal that it gets, and Ctrl-C has reached this process by then: the copy is not a second one.
 */
function firstSignal(): Promise<void> {
  const copyMs = process.env.npm_lifecycle_event === 'start' ? NPM_COPY_MS : 0;
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    const stop = (signal: 'SIGINT' | 'SIGTERM'): void => {
      const now = performance.now();
      if (firstAt !== undefined && now - firstAt >= copyMs) process.exit(128 + constants.signals[signal]);
      firstAt ??= now;
      resolve();
    };
    process.on('SIGINT', stop);
    process.on('SIGTERM', stop);
  });
}
