import type { AddressInfo } from 'node:net';
import { afterEach, vi } from 'vitest';
import { type Connection, type ServerOptions, WebSocketServer } from '../../src/node/index.ts';
import { dropClients } from './raw-client.ts';

/** A server that listens on a port of its own. */
export interface Running {
  readonly server: WebSocketServer;
  readonly port: number;
  /** What went to `onError`, in order. */
  readonly errors: unknown[];
}

const running = new Set<WebSocketServer>();

/** Starts a server with the routes that `setUp` gives it; it is gone after the test. */
export async function startServer(
  setUp: (server: WebSocketServer) => unknown,
  options: ServerOptions = {},
): Promise<Running> {
  const errors: unknown[] = [];
  const server = new WebSocketServer({ onError: (error) => errors.push(error), ...options });
  setUp(server);
  running.add(server);
  const { port } = (await server.listen({ port: 0, host: '127.0.0.1' })) as AddressInfo;
  return { server, port, errors };
}

/** A server whose every message goes back at once. */
export function startEcho(options: ServerOptions = {}): Promise<Running> {
  return startServer((server) => server.route('/', { message: (connection, data) => connection.send(data) }), options);
}

/** A server with one loop at `/`, and the first connection to it. */
export async function startHolding(
  options: ServerOptions = {},
): Promise<Running & { readonly connection: Promise<Connection> }> {
  let found!: (connection: Connection) => void;
  const connection = new Promise<Connection>((resolve) => {
    found = resolve;
  });
  const started = await startServer(
    (server) =>
      server.route('/', async (one) => {
        found(one);
        await one.closed;
      }),
    options,
  );
  return { ...started, connection };
}

/** Registers that after each test no server, client or fake clock is left. */
export function leaveNothingBehind(): void {
  afterEach(async () => {
    vi.useRealTimers();
    dropClients();
    await Promise.all([...running].map((server) => server.shutdown({ deadlineMs: 1 })));
    running.clear();
    await turnsUntil(() => sockets() === 0);
  });
}

/** From here on time stands still for deadlines, and moves by `vi.advanceTimersByTime`; sockets go on as ever. */
export function stopTheClock(): void {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
}

/** Lets the loop turn until `condition` holds; the test's own time limit ends a wait in vain. */
export async function turnsUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets the loop turn as often as a wrong reaction would need at most. */
export async function turns(count: number = 20): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** How many TCP connections this process holds, both ends counted. */
export function sockets(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
}
