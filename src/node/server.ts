import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CloseCode } from '../codec/index.ts';
import { encodeErrorResponse, HandshakeError } from '../handshake/index.ts';
import { checkLimit, MemoryBudget } from '../protocol/index.ts';
import type { Admitted, PendingHandshake } from './admission.ts';
import { Connection } from './connection.ts';
import { deferred } from './deferred.ts';
import { Http1Door } from './door.ts';
import type { Limits } from './limits.ts';
import { Opening, type OpeningHost } from './opening.ts';
import {
  type ConnectionSettings,
  refuseUnknown,
  resolveConnection,
  resolveServerLimits,
  SERVER_OPTIONS,
  type ServerOptions,
} from './options.ts';
import { PlainHttp } from './plain-http.ts';
import { type ConnectionLoop, createRoute, type Route, type RouteHandlers, type RouteMatch } from './routes.ts';

/** Where a server listens. */
export interface ListenAt {
  /** 0 lets the system choose. */
  readonly port?: number;
  /** Default: every address of this machine. */
  readonly host?: string;
  /** A unix socket or a named pipe. */
  readonly path?: string;
  /** An open descriptor that was inherited. */
  readonly fd?: number;
  readonly backlog?: number;
}

/** How a server goes. */
export interface ShutdownOptions {
  /** When to stop waiting for peers, in milliseconds. Default 4 s. */
  readonly deadlineMs?: number;
}

const LISTEN_OPTIONS = ['port', 'host', 'path', 'fd', 'backlog'];
const SHUTDOWN_MS = 4_000;

/**
 * A WebSocket server on `node:net`: it reads the opening handshake itself and gives plain HTTP requests to a fallback.
 *
 * ```ts
 * const server = new WebSocketServer();
 * server.route('/echo', async (connection) => {
 *   for await (const message of connection) await connection.sendAndDrain(message);
 * });
 * await server.listen({ port: 8080 });
 * ```
 */
export class WebSocketServer {
  readonly #options: ServerOptions;
  readonly #limits: Limits;
  readonly #defaults: ConnectionSettings;
  readonly #net: Server;
  readonly #plainHttp: PlainHttp | undefined;
  readonly #partialMessages: MemoryBudget;
  readonly #host: OpeningHost;
  readonly #routes: Route[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #handshakes = new Set<PendingHandshake>();
  readonly #connections = new Set<Connection>();
  #closing: Promise<void> | undefined;

  /** @throws TypeError for an option that does not exist, RangeError for a value that cannot be */
  constructor(options: ServerOptions = {}) {
    refuseUnknown('WebSocketServer', options, SERVER_OPTIONS);
    this.#options = options;
    this.#limits = resolveServerLimits(options);
    this.#defaults = resolveConnection(options, {});
    const partialBytes = Math.max(this.#limits.partialMessageBytes, 16 * this.#limits.maxMessageBytes);
    this.#partialMessages = new MemoryBudget(partialBytes);
    this.#plainHttp = options.fallback === undefined ? undefined : new PlainHttp(options.fallback);
    this.#host = this.#createHost();
    this.#net = createServer({ noDelay: true }, (socket) => this.#welcome(socket));
  }

  /**
   * Adds a route: handlers that all its connections share, or a function that is called with each connection and closes it
   * by returning. Of several that match a request the first counts; a request that none matches gets 404.
   *
   * @throws TypeError or RangeError that names what is wrong with it
   */
  route<Data = unknown>(match: RouteMatch, handler: RouteHandlers<Data> | ConnectionLoop<Data>): this {
    // A route's connections carry what its own upgrade hook gave, so that Data holds although the list forgets it.
    const untyped = handler as RouteHandlers | ConnectionLoop;
    this.#routes.push(
      createRoute(match, untyped, this.#options, (error, connection) => this.#report(error, connection)),
    );
    return this;
  }

  /**
   * Starts to listen and resolves with the address: an object with the real port, or the path.
   *
   * Rejects with the system's error (`EADDRINUSE`, `EACCES`) when it cannot.
   */
  async listen(where: ListenAt = {}): Promise<AddressInfo | string> {
    refuseUnknown('listen', where, LISTEN_OPTIONS);
    this.#net.listen({ ...where });
    await once(this.#net, 'listening');
    this.#net.on('error', (error) => this.#report(error));
    return this.#net.address()!;
  }

  /** Where it listens; `undefined` while it does not. */
  get address(): AddressInfo | string | undefined {
    return this.#net.address() ?? undefined;
  }

  /** The open connections. */
  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  /**
   * Goes in order: takes no one new (handshakes under way get 503), closes every connection with 1001 once its queue is
   * written, and cuts off what is left at the deadline. Calling it again gives the same promise.
   */
  shutdown({ deadlineMs = SHUTDOWN_MS }: ShutdownOptions = {}): Promise<void> {
    this.#closing ??= this.#shutDown(checkLimit('deadlineMs', deadlineMs));
    return this.#closing;
  }

  async #shutDown(deadlineMs: number): Promise<void> {
    const gone = deferred<void>();
    this.#net.close(() => gone.resolve());
    for (const handshake of this.#handshakes) handshake.refuse(new HandshakeError('shutting-down'));
    for (const connection of this.#connections) connection.close(CloseCode.GOING_AWAY, 'server is shutting down');
    const timer = setTimeout(() => {
      for (const connection of this.#connections) connection.terminate();
      for (const socket of this.#sockets) socket.destroy();
    }, deadlineMs);
    await gone.promise;
    clearTimeout(timer);
  }

  #createHost(): OpeningHost {
    const server = this;
    return {
      limits: this.#limits,
      defaults: this.#defaults,
      hosts: this.#options.hosts,
      routes: this.#routes,
      get closing() {
        return server.#closing !== undefined;
      },
      plain: (socket, received) => this.#plain(socket, received),
      begun: (handshake) => this.#handshakes.add(handshake),
      done: (handshake) => this.#handshakes.delete(handshake),
      admitted: (admitted) => this.#open(admitted),
      report: (error) => this.#report(error),
    };
  }

  #welcome(socket: Socket): void {
    if (this.#sockets.size >= this.#limits.maxConnections) {
      socket.on('error', () => {});
      socket.end(encodeErrorResponse(new HandshakeError('overloaded', [['Retry-After', '5']])), () => socket.destroy());
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    new Opening(this.#host, new Http1Door(socket, socket.remoteAddress, false));
  }

  #plain(socket: Duplex, received: Uint8Array): void {
    if (this.#plainHttp !== undefined) {
      this.#plainHttp.take(socket, received);
      return;
    }
    socket.on('error', () => {});
    socket.end(encodeErrorResponse(new HandshakeError('upgrade-token')), () => socket.destroy());
  }

  #open({ transport, route, request, protocol, data, leftover }: Admitted): void {
    const connection = new Connection(transport, {
      role: 'server',
      handlers: route.handlers,
      data,
      protocol,
      request,
      remoteAddress: request.remoteAddress,
      limits: route.settings.limits,
      keepalive: route.settings.keepalive,
      partialMessages: this.#partialMessages,
      onError: (error, which) => this.#report(error, which),
      onClosed: (which) => this.#connections.delete(which),
    });
    this.#connections.add(connection);
    connection.start(leftover);
  }

  #report(error: unknown, connection?: Connection): void {
    if (this.#options.onError !== undefined) this.#options.onError(error, connection);
    else console.error('ws101:', error);
  }
}
