import type { Socket } from 'node:net';
import {
  decideUpgrade,
  type ErrorResponse,
  encodeAcceptResponse,
  encodeErrorResponse,
  type Field,
  HandshakeError,
  type RequestHead,
  RequestHeadReader,
  type UpgradeOffer,
} from '../handshake/index.ts';
import { deadlines, steadyNow, type Timed } from './deadlines.ts';
import type { Limits } from './limits.ts';
import type { ConnectionSettings } from './options.ts';
import { Rejection } from './rejection.ts';
import type { Route, UpgradeAcceptance, UpgradeAnswer } from './routes.ts';
import { UpgradeRequest } from './upgrade-request.ts';

/** What an {@link Opening} needs of its server. */
export interface OpeningHost {
  readonly limits: Limits;
  readonly defaults: ConnectionSettings;
  readonly hosts: readonly string[] | undefined;
  readonly routes: readonly Route[];
  readonly closing: boolean;
  /** A plain request: the socket and everything that was read from it. */
  plain(socket: Socket, received: Uint8Array): void;
  /** The handshake is done; the answer is written. */
  opened(opened: Opened): void;
  /** The opening is over, one way or the other. */
  done(opening: Opening): void;
  report(error: unknown): void;
}

/** An accepted handshake. */
export interface Opened {
  readonly socket: Socket;
  readonly route: Route;
  readonly request: UpgradeRequest;
  readonly protocol: string;
  readonly data: unknown;
  readonly leftover: Uint8Array;
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** The opening handshake on one socket of a server, from its first byte to the answer (RFC 6455 §4.2). */
export class Opening implements Timed {
  readonly #socket: Socket;
  readonly #host: OpeningHost;
  readonly #secure: boolean;
  readonly #reader: RequestHeadReader;
  readonly #abort = new AbortController();
  #deadline: number;
  #leftover: Uint8Array = NO_BYTES;
  #over = false;

  constructor(socket: Socket, host: OpeningHost, secure: boolean) {
    this.#socket = socket;
    this.#host = host;
    this.#secure = secure;
    const { requestLineBytes, headBytes, headers } = host.limits;
    this.#reader = new RequestHeadReader({ requestLineBytes, headBytes, headers });
    this.#deadline = steadyNow() + host.limits.handshakeTimeoutMs;
    socket.on('data', this.#data);
    socket.on('end', this.#gone);
    socket.on('close', this.#gone);
    socket.on('error', ignore);
    deadlines.watch(this);
  }

  nextDeadline(): number {
    return this.#deadline;
  }

  /** The time is over: for the head, for the decision, or for the client to leave after a refusal. */
  tick(): void {
    this.#abort.abort();
    if (this.#over) this.#gone();
    else this.refuse(new HandshakeError('timeout'));
  }

  /** Answers with an error and closes; nothing that the client sent after its head is ever looked at. */
  refuse(answer: ErrorResponse): void {
    if (this.#over) return;
    this.#over = true;
    this.#deadline = steadyNow() + this.#host.limits.lingerMs;
    deadlines.watch(this);
    const socket = this.#socket;
    socket.off('data', this.#data);
    socket.on('data', ignore);
    socket.resume();
    socket.end(encodeErrorResponse(answer));
    this.#host.done(this);
  }

  readonly #data = (chunk: Uint8Array): void => {
    try {
      const taken = this.#reader.push(chunk);
      const { head } = this.#reader;
      if (head === undefined) return;
      this.#socket.pause();
      this.#leftover = chunk.subarray(taken);
      void this.#decide(head);
    } catch (error) {
      if (error instanceof HandshakeError) this.refuse(error);
      else this.#fail(error);
    }
  };

  readonly #gone = (): void => {
    this.#abort.abort();
    this.#release();
    this.#host.done(this);
    this.#socket.destroy();
  };

  async #decide(head: RequestHead): Promise<void> {
    try {
      if (!head.upgrade) this.#plain();
      else await this.#upgrade(head);
    } catch (error) {
      if (error instanceof HandshakeError) this.refuse(error);
      else this.#fail(error);
    }
  }

  async #upgrade(head: RequestHead): Promise<void> {
    const { routes, defaults, hosts, closing } = this.#host;
    if (closing) throw new HandshakeError('shutting-down');
    const request = new UpgradeRequest(head, this.#socket.remoteAddress, this.#secure);
    const route = routes.find(({ match }) => (typeof match === 'string' ? match === request.path : match(request)));
    const { origin } = (route ?? { settings: defaults }).settings;
    const policy = { origin, secure: this.#secure };
    const decision = decideUpgrade(head, hosts === undefined ? policy : { ...policy, hosts });
    if (decision.kind === 'reject') throw decision.error;
    if (decision.kind === 'fallback') return this.#plain();
    if (route === undefined) throw new HandshakeError('not-found');
    const answer = await this.#ask(route, request);
    if (this.#over) return;
    if (this.#host.closing) throw new HandshakeError('shutting-down');
    if (answer instanceof Rejection) this.refuse(answer);
    else this.#accept(route, request, decision.request, answer ?? {});
  }

  /** The answer of the route's hook; while it is awaited, the client may leave but is not read from further. */
  async #ask(route: Route, request: UpgradeRequest): Promise<UpgradeAnswer<unknown>> {
    const answer = route.handlers.upgrade?.(request, { signal: this.#abort.signal });
    if (!(answer instanceof Promise)) return answer;
    // Reading on is the only way to notice that the client left; what it sends early is kept up to a limit.
    this.#socket.off('data', this.#data);
    this.#socket.on('data', this.#early);
    this.#socket.resume();
    try {
      return await answer;
    } finally {
      this.#socket.off('data', this.#early);
      this.#socket.pause();
    }
  }

  readonly #early = (chunk: Uint8Array): void => {
    this.#leftover = Buffer.concat([this.#leftover, chunk]);
    if (this.#leftover.length > this.#host.limits.earlyBytes) this.#socket.pause();
  };

  #accept(route: Route, request: UpgradeRequest, offer: UpgradeOffer, answer: UpgradeAcceptance<unknown>): void {
    const protocol = answer.protocol ?? route.protocols.find((name) => offer.protocols.includes(name)) ?? '';
    if (protocol !== '' && !offer.protocols.includes(protocol)) {
      throw new TypeError(`upgrade chose the subprotocol "${protocol}", which the client did not offer`);
    }
    const response = encodeAcceptResponse({
      accept: offer.accept,
      ...(protocol === '' ? {} : { protocol }),
      headers: toFields(answer.headers),
    });
    this.#over = true;
    this.#release();
    const socket = this.#socket;
    socket.write(response);
    this.#host.done(this);
    this.#host.opened({ socket, route, request, protocol, data: answer.data, leftover: this.#leftover });
  }

  #plain(): void {
    this.#over = true;
    this.#release();
    this.#host.done(this);
    this.#host.plain(this.#socket, Buffer.concat([this.#reader.bytes, this.#leftover]));
  }

  #fail(error: unknown): void {
    this.refuse(new HandshakeError('internal'));
    this.#host.report(error);
  }

  /** Leaves the socket to whoever is next. */
  #release(): void {
    this.#deadline = Infinity;
    deadlines.forget(this);
    const socket = this.#socket;
    socket.off('data', this.#data);
    socket.off('end', this.#gone);
    socket.off('close', this.#gone);
    socket.off('error', ignore);
  }
}

function ignore(): void {}

function toFields(headers: UpgradeAcceptance<unknown>['headers'] = []): readonly Field[] {
  return Array.isArray(headers) ? (headers as readonly Field[]) : Object.entries(headers);
}
