import {
  type Connection,
  type ConnectionHandlers,
  connect,
  type RouteHandlers,
  type ServerOptions,
  type WebSocketOptions,
  WebSocketServer,
} from '../node/index.ts';
import { type MemoryPairOptions, memoryPair } from './memory-pair.ts';

/**
 * The option that takes any client to `server` without a socket; the host in its URL does not matter.
 *
 * ```ts
 * const socket = new WebSocket('ws://test/chat', inMemory(server));
 * ```
 */
export function inMemory(
  server: WebSocketServer,
  options: MemoryPairOptions = {},
): Required<Pick<WebSocketOptions, 'createConnection'>> {
  return {
    createConnection() {
      const [client, accepted] = memoryPair(options);
      server.accept(accepted);
      return client;
    },
  };
}

/** How both ends of a pair of connections are set up. */
export interface ConnectionPairOptions<Data> {
  /** The server's end: handlers, `upgrade`, limits. Default: messages are taken by `receive` or a loop. */
  readonly route?: RouteHandlers<Data>;
  readonly server?: ServerOptions;
  readonly client?: Omit<WebSocketOptions, 'createConnection' | 'proxy'>;
  /** What takes the client's messages. Default: they are taken by `receive` or a loop. */
  readonly handlers?: ConnectionHandlers;
  /** Where the bytes go between the two. */
  readonly transport?: MemoryPairOptions;
}

/** Two connections that are each other's peer. */
export interface ConnectionPair<Data> {
  readonly server: Connection<Data>;
  readonly client: Connection;
}

/**
 * Opens a connection in memory, opening handshake included, and gives both ends. Nothing of it outlives the two.
 *
 * Rejects with what the client of a real server would get: `UnexpectedResponseError` when the route refuses.
 */
export async function connectionPair<Data = unknown>(
  options: ConnectionPairOptions<Data> = {},
): Promise<ConnectionPair<Data>> {
  const { route = {}, client = {}, handlers = {}, transport = {} } = options;
  let found!: (connection: Connection<Data>) => void;
  const accepted = new Promise<Connection<Data>>((resolve) => {
    found = resolve;
  });
  const server = new WebSocketServer(options.server);
  server.route<Data>('/', {
    ...route,
    open(connection) {
      found(connection);
      return route.open?.(connection);
    },
  });
  const opened = await connect('ws://test/', { ...client, ...inMemory(server, transport) }, handlers);
  return { client: opened, server: await accepted };
}
