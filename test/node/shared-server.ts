import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import {
  type AttachableServer,
  type AttachOptions,
  type ServerOptions,
  WebSocketServer,
} from '../../src/node/index.ts';

/** What listens: a server of `node:http`, `node:https` or `node:http2`. */
export interface Listening {
  listen(port: number, host: string, listening: () => void): unknown;
  close(): unknown;
  address(): AddressInfo | string | null;
  on(event: 'connection', listener: (socket: { destroy(): void }) => void): unknown;
}

/** An HTTP server of somebody else's to which ours is attached. */
export interface Shared<S> {
  readonly http: S;
  readonly server: WebSocketServer;
  readonly port: number;
  readonly errors: unknown[];
  readonly detach: () => void;
}

const ends = new Set<() => Promise<unknown>>();

/** Listens on a port of its own until the test is over. */
export async function listenBriefly(http: Listening): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  http.on('connection', (socket) => void sockets.add(socket));
  ends.add(async () => {
    http.close();
    for (const socket of sockets) socket.destroy();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return (http.address() as AddressInfo).port;
}

/** A server with an echo at `/` unless `setUp` gives it other routes; shut down after the test. */
export function createEcho(
  options: ServerOptions = {},
  setUp?: (server: WebSocketServer) => unknown,
): { server: WebSocketServer; errors: unknown[] } {
  const errors: unknown[] = [];
  const server = new WebSocketServer({ onError: (error) => errors.push(error), ...options });
  if (setUp === undefined) server.route('/', { message: (connection, data) => connection.send(data) });
  else setUp(server);
  ends.add(() => server.shutdown({ deadlineMs: 1 }));
  return { server, errors };
}

/** Attaches to `http` and lets it listen. */
export async function share<S extends AttachableServer & Listening>(
  http: S,
  options: ServerOptions & { setUp?: (server: WebSocketServer) => unknown; attach?: AttachOptions } = {},
): Promise<Shared<S>> {
  const { setUp, attach, ...rest } = options;
  const { server, errors } = createEcho(rest, setUp);
  const detach = server.attach(http, attach);
  return { http, server, port: await listenBriefly(http), errors, detach };
}

/** The same with a plain server of `node:http`. */
export function shareHttp(
  answer?: RequestListener,
  options: Parameters<typeof share>[1] = {},
): Promise<Shared<Server>> {
  return share(answer === undefined ? createServer() : createServer(answer), options);
}

/** Registers that after each test neither HTTP server nor ours is left. To be called after `leaveNothingBehind`. */
export function endSharedServers(): void {
  afterEach(async () => {
    await Promise.all([...ends].map((end) => end()));
    ends.clear();
  });
}
