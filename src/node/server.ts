import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsOptions } from 'node:tls';
import { HandshakeError } from '../handshake/index.ts';
import { MemoryBudget, refuseUnknown } from '../protocol/index.ts';
import { AddressLimits } from './address-limits.ts';
import { Admission, type Admitted } from './admission.ts';
import { type AttachableServer, type AttachOptions, acceptParsed, attach, isSecure } from './attach.ts';
import { checkKinds } from './check-kinds.ts';
import { clock, steadyNow } from './clock.ts';
import { Connection } from './connection.ts';
import { ConnectionSet } from './connection-set.ts';
import { agreedExtensions } from './deflate.ts';
import { noteAnswered } from './diagnostics.ts';
import { Http1Door } from './door.ts';
import { headLimitsOf, type Limits } from './limits.ts';
import { type ListenAt, Listener } from './listener.ts';
import { Lobby } from './lobby.ts';
import { type ServerMetrics, takeMetrics } from './metrics.ts';
import { Opening, type OpeningHost } from './opening.ts';
import { resolveConnection, resolveServerLimits, SERVER_OPTIONS, type ServerOptions } from './options.ts';
import { PlainHttp } from './plain-http.ts';
import { type ConnectionLoop, createRoute, type Route, type RouteHandlers, type RouteMatch } from './routes.ts';
import { SharedSetups } from './shared-setups.ts';
import { closeAll, resolveShutdown, type ShutdownOptions } from './shutdown.ts';
import { Tally } from './tally.ts';
import { TimeHistogram } from './time-histogram.ts';

const SHUT_DOWN = 'this server was shut down; make another one';

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
  readonly #plainHttp: PlainHttp | undefined;
  readonly #tally: Tally;
  readonly #host: OpeningHost;
  readonly #routes: Route[] = [];
  readonly #setups: SharedSetups;
  readonly #lobby = new Lobby();
  readonly #connections = new ConnectionSet();
  readonly #attached = new Set<() => void>();
  #listener: Listener | undefined;
  #closing: Promise<void> | undefined;

  /** @throws TypeError for an option that does not exist, RangeError for a value that cannot be */
  constructor(options: ServerOptions = {}) {
    refuseUnknown('WebSocketServer', options, SERVER_OPTIONS);
    checkKinds(options);
    this.#options = options;
    this.#limits = resolveServerLimits(options);
    const partialBytes = Math.max(this.#limits.partialMessageBytes, 16 * this.#limits.maxMessageBytes);
    this.#tally = new Tally(options.measureHandlers === true ? new TimeHistogram() : undefined);
    const { fallback } = options;
    this.#plainHttp = fallback === undefined ? undefined : new PlainHttp(fallback, (error) => this.#report(error));
    this.#host = this.#createHost();
    this.#setups = new SharedSetups({
      partialMessages: new MemoryBudget(partialBytes),
      tally: this.#tally,
      onError: this.#report,
      onClosed: this.#forget,
      onGone: this.#lobby.leave,
    });
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
    const { deflate } = this.#host.defaults;
    this.#routes.push(createRoute(match, untyped, this.#options, this.#report, deflate));
    return this;
  }

  /**
   * Starts to listen and resolves with the address: an object with the real port, or the path.
   *
   * Rejects with the system's error (`EADDRINUSE`, `EACCES`) when it cannot.
   */
  async listen(where: ListenAt = {}): Promise<AddressInfo | string> {
    if (this.#listener !== undefined) throw new Error('this server listens already');
    if (this.#closing !== undefined) throw new Error(SHUT_DOWN);
    const meet = (socket: Socket, acceptedAt: number): void => this.#meet(socket, acceptedAt);
    this.#listener = await Listener.start(where, this.#limits, meet, (error) => this.#report(error));
    return this.#listener.address!;
  }

  /**
   * Uses another certificate for TLS handshakes from here on; open connections keep theirs.
   *
   * @throws Error when the server does not listen with `tls`, or the certificate cannot be used
   */
  setSecureContext(tls: TlsOptions): void {
    if (this.#listener === undefined) throw new Error('this server does not listen yet');
    this.#listener.setSecureContext(tls);
  }

  /**
   * Takes the WebSocket requests of a server of `node:http`, `node:https` or `node:http2` that others use too; over
   * HTTP/2 by extended CONNECT (RFC 8441).
   *
   * @returns what stops it
   * @throws TypeError for an option that does not exist, Error after shutdown
   */
  attach(server: AttachableServer, options: AttachOptions = {}): () => void {
    if (this.#closing !== undefined) throw new Error(SHUT_DOWN);
    const stop = attach(server, options, this.#host, this.#lobby);
    this.#attached.add(stop);
    return () => {
      this.#attached.delete(stop);
      stop();
    };
  }

  /**
   * Takes a byte stream on which a client opens a WebSocket.
   *
   * @param request the head, when another parser has read it already, as with the `upgrade` event of an HTTP server
   * @param leftover what was read already, behind the head when `request` has it
   * @throws TypeError for a stream that gives anything but bytes
   */
  accept(transport: Duplex, request?: IncomingMessage, leftover: Uint8Array = new Uint8Array(0)): void {
    if (transport.readableObjectMode || transport.readableEncoding !== null) {
      throw new TypeError('a transport must be a stream of bytes, without an encoding');
    }
    if (request !== undefined) {
      acceptParsed(request, transport, leftover, this.#host, this.#lobby);
      return;
    }
    if (leftover.length > 0) transport.unshift(leftover);
    this.#meet(transport, steadyNow());
  }

  /** Where it listens; `undefined` while it does not. */
  get address(): AddressInfo | string | undefined {
    return this.#listener?.address;
  }

  /** The open connections. A loop over them sees those of its beginning that are open still. */
  get connections(): ReadonlySet<Connection> {
    return this.#connections;
  }

  /** What it has done and how it stands, as a plain copy; `formatPrometheus` makes a text of it. */
  metrics(): ServerMetrics {
    return takeMetrics(this.#tally, this.#connections, this.#lobby.pending);
  }

  /**
   * Goes in order: takes no one new (handshakes under way get 503), closes every connection with 1001 once its queue is
   * written, all at once or spread over `spreadMs`, and cuts off what is left at the deadline. Calling it again gives the
   * same promise.
   */
  shutdown(options: ShutdownOptions = {}): Promise<void> {
    const settings = resolveShutdown(options);
    this.#closing ??= this.#shutDown(settings);
    return this.#closing;
  }

  #meet(transport: Duplex, since: number): void {
    const { remoteAddress } = transport as Partial<Socket>;
    const door = new Http1Door(transport, remoteAddress, isSecure(transport));
    if (this.#lobby.enter(door, this.#host)) new Opening(this.#host, door, since);
  }

  async #shutDown({ deadlineMs, spreadMs }: Required<ShutdownOptions>): Promise<void> {
    this.#listener?.close();
    this.#lobby.refuseAll();
    const stopClosing = closeAll(this.#connections, spreadMs);
    const stopTimer = clock().after(deadlineMs, () => {
      for (const connection of this.#connections) connection.terminate();
      this.#lobby.clear();
    });
    await this.#lobby.empty();
    stopTimer();
    stopClosing();
    // Until here a shared server answered 503 for us; from here on these requests are no longer ours.
    for (const stop of this.#attached) stop();
    this.#attached.clear();
    this.#listener?.clear();
  }

  #createHost(): OpeningHost {
    const server = this;
    return {
      limits: this.#limits,
      headLimits: headLimitsOf(this.#limits),
      defaults: resolveConnection(this.#options, {}),
      hosts: this.#options.hosts,
      routes: this.#routes,
      addresses: new AddressLimits(this.#limits, this.#options),
      get closing() {
        return server.#closing !== undefined;
      },
      plain: (socket, received) => this.#plain(socket, received),
      begun: this.#lobby.begun,
      done: this.#lobby.done,
      answered: (status, { remoteAddress }, request) => noteAnswered(this.#tally, status, remoteAddress, request),
      admitted: (admitted) => this.#open(admitted),
      report: (error) => this.#report(error),
    };
  }

  #plain(transport: Duplex, received: Uint8Array): void {
    if (this.#plainHttp !== undefined) this.#plainHttp.take(transport, received);
    else {
      const door = new Http1Door(transport, undefined, false);
      new Admission(this.#host, door, Infinity).refuse(new HandshakeError('upgrade-token'));
    }
  }

  #open({ transport, route, request, protocol, deflate, data, leftover }: Admitted): void {
    const connection = new Connection(transport, {
      shared: this.#setups.of(route),
      data,
      protocol,
      request,
      remoteAddress: request.remoteAddress,
      extensions: agreedExtensions('server', deflate, route.settings.deflate),
    });
    this.#lobby.handOver(transport);
    this.#connections.add(connection);
    connection.start(leftover);
  }

  // Functions of the server: one of each for a connection would take 150 bytes as long as it lives.
  readonly #forget = (connection: Connection): boolean => this.#connections.delete(connection);

  readonly #report = (error: unknown, connection?: Connection): void => {
    try {
      if (this.#options.onError === undefined) console.error('ws101:', error);
      else this.#options.onError(error, connection);
    } catch (second) {
      // What reports errors must not cut off the connections that had none.
      console.error('ws101: onError failed:', second);
    }
  };
}
