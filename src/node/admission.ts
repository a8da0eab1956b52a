import type { Duplex } from 'node:stream';
import {
  type ErrorResponse,
  HandshakeError,
  type RequestHead,
  serviceError,
  type UpgradeDecision,
  type UpgradeOffer,
  type UpgradePolicy,
} from '../handshake/index.ts';
import { acceptResponse, checkAcceptance, chooseProtocol } from './acceptance.ts';
import type { AddressLimits } from './address-limits.ts';
import { steadyNow } from './clock.ts';
import { deadlines, type Timed } from './deadlines.ts';
import { isPromise } from './deferred.ts';
import { answerDeflate, type DeflateAnswer } from './deflate.ts';
import type { Door } from './door.ts';
import type { Limits } from './limits.ts';
import type { ConnectionSettings } from './options.ts';
import { Rejection } from './rejection.ts';
import type { Route, RouteHandlers, UpgradeAcceptance, UpgradeAnswer } from './routes.ts';
import { leave, listenTo, type SocketListener } from './socket-listener.ts';
import { UpgradeRequest } from './upgrade-request.ts';

/** A handshake under way, as the server sees it. */
export interface PendingHandshake {
  /** Answers with an error, unless an answer was given already. */
  refuse(answer: ErrorResponse): void;
}

/** What an {@link Admission} needs of its server. */
export interface AdmissionHost {
  readonly limits: Limits;
  readonly defaults: ConnectionSettings;
  readonly hosts: readonly string[] | undefined;
  readonly routes: readonly Route[];
  readonly closing: boolean;
  readonly addresses: AddressLimits;
  begun(handshake: PendingHandshake): void;
  /** An answer was given, or the client is gone. */
  done(handshake: PendingHandshake): void;
  /** An answer was given, with this status; or with 0 none was, because the client left. */
  answered(status: number, door: Door, request: UpgradeRequest | undefined): void;
  /** Let in; the answer is written. */
  admitted(admitted: Admitted): void;
  report(error: unknown): void;
}

/** Who was let in. */
export interface Admitted {
  readonly transport: Duplex;
  readonly route: Route;
  readonly request: UpgradeRequest;
  readonly protocol: string;
  readonly deflate: DeflateAnswer | undefined;
  readonly data: unknown;
  readonly leftover: Uint8Array;
}

/** A request that is as it should be, and the route that it asks for. */
interface Asked {
  readonly route: Route;
  readonly request: UpgradeRequest;
  readonly offer: UpgradeOffer;
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

/** One upgrade request from its head to its answer: which route, by whose leave, with what (RFC 6455 §4.2.2). */
export class Admission implements Timed, PendingHandshake, SocketListener {
  deadlineSlot: number = 0;
  readonly #host: AdmissionHost;
  readonly #door: Door;
  // Made with the first hook that could listen: to make one and abort it costs a tenth of a refusal.
  #abort: AbortController | undefined;
  #deadline: number;
  #leftover: Uint8Array = NO_BYTES;
  #over = false;
  #request: UpgradeRequest | undefined;

  /** @param deadline when an answer must have been given, in milliseconds of the steady clock */
  constructor(host: AdmissionHost, door: Door, deadline: number) {
    this.#host = host;
    this.#door = door;
    this.#deadline = deadline;
    listenTo(door.transport, this);
    host.begun(this);
    deadlines.watch(this);
  }

  /**
   * Decides and answers.
   *
   * @param leftover what was read behind the head
   * @param decide the rules that the head must obey, by the way it came
   */
  admit(
    head: RequestHead,
    leftover: Uint8Array,
    decide: (head: RequestHead, policy: UpgradePolicy) => UpgradeDecision,
  ): void {
    this.#leftover = leftover;
    try {
      const asked = this.#examine(head, decide);
      const answer = this.#ask(asked);
      if (isPromise(answer)) void this.#await(asked, answer);
      else this.#settle(asked, answer);
    } catch (error) {
      this.#fail(error);
    }
  }

  nextDeadline(): number {
    return this.#deadline;
  }

  /** The time is over: for the decision, or for the client to leave after a refusal. */
  tick(): void {
    if (this.#over) this.ended();
    else this.refuse(serviceError('timeout'));
  }

  /** Answers with an error and closes; nothing that the client sent after its head is ever looked at. */
  refuse(answer: ErrorResponse): void {
    if (this.#over) return;
    this.#over = true;
    this.#abort?.abort();
    this.#deadline = steadyNow() + this.#host.limits.lingerMs;
    deadlines.watch(this);
    this.#door.transport.resume();
    this.#door.refuse(answer);
    this.#host.answered(answer.status, this.#door, this.#request);
    this.#host.done(this);
  }

  /** What comes while a hook decides is kept; what comes after a refusal is not. */
  received(chunk: Uint8Array): void {
    if (this.#over) return;
    this.#leftover = Buffer.concat([this.#leftover, chunk]);
    if (this.#leftover.length > this.#host.limits.earlyBytes) this.#door.transport.pause();
  }

  ended(): void {
    if (!this.#over) this.#host.answered(0, this.#door, this.#request);
    this.#abort?.abort();
    this.#finish();
    this.#door.transport.destroy();
  }

  closed(): void {
    this.ended();
  }

  /** Leaves the transport, paused, to others. */
  protected handOver(): Duplex {
    const { transport } = this.#door;
    this.#finish();
    leave(transport);
    return transport.pause();
  }

  /** Nothing more is awaited. */
  #finish(): void {
    this.#over = true;
    this.#deadline = Infinity;
    deadlines.forget(this);
    this.#host.done(this);
  }

  #examine(head: RequestHead, decide: (head: RequestHead, policy: UpgradePolicy) => UpgradeDecision): Asked {
    const { routes, defaults, hosts, closing } = this.#host;
    const { remoteAddress, secure } = this.#door;
    if (closing) throw serviceError('shutting-down');
    const clientAddress = this.#host.addresses.admit(this.#door, head.headers);
    const request = new UpgradeRequest(head, remoteAddress, secure, clientAddress);
    this.#request = request;
    const route = routes.find(({ match }) => (typeof match === 'string' ? match === request.path : match(request)));
    const { origin } = route === undefined ? defaults : route.settings;
    const decision = decide(head, hosts === undefined ? { origin, secure } : { origin, secure, hosts });
    if (decision.kind === 'reject') throw decision.error; // @rfc 6455-4.2.1-1 6455-4.2.2-1
    if (decision.kind === 'fallback') throw new HandshakeError('upgrade-token');
    if (route === undefined) throw serviceError('not-found'); // @rfc 6455-4.2.2-5
    return { route, request, offer: decision.request };
  }

  #ask({ route, request }: Asked): ReturnType<NonNullable<RouteHandlers['upgrade']>> {
    const { upgrade } = route.handlers;
    if (upgrade === undefined) return undefined;
    this.#abort = new AbortController();
    return upgrade.call(route.handlers, request, { signal: this.#abort.signal });
  }

  async #await(asked: Asked, answer: PromiseLike<UpgradeAnswer<unknown>>): Promise<void> {
    try {
      this.#settle(asked, await this.#whileReading(answer));
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Reading goes on while a hook decides: the only way to notice that the client left. */
  async #whileReading(answer: PromiseLike<UpgradeAnswer<unknown>>): Promise<UpgradeAnswer<unknown>> {
    const { transport } = this.#door;
    transport.resume();
    try {
      return await answer;
    } finally {
      if (!this.#over) transport.pause();
    }
  }

  #settle(asked: Asked, answer: UpgradeAnswer<unknown>): void {
    if (this.#over) return;
    if (this.#host.closing) throw serviceError('shutting-down');
    // @rfc 6455-4.2.2-3
    if (answer instanceof Rejection) this.refuse(answer);
    else this.#accept(asked, checkAcceptance(answer));
  }

  #fail(error: unknown): void {
    this.refuse(error instanceof HandshakeError ? error : serviceError('internal'));
    // A hook that only passes on that its signal was aborted has no news for the server.
    const signal = this.#abort?.signal;
    const news = !(error instanceof HandshakeError) && !(signal?.aborted && error === signal.reason);
    if (news) this.#host.report(error);
  }

  #accept({ route, request, offer }: Asked, answer: UpgradeAcceptance<unknown>): void {
    const { transport } = this.#door;
    const protocol = chooseProtocol(route, offer, answer.protocol);
    const { settings } = route;
    const deflate = settings.deflate && answerDeflate(offer.extensions, settings.deflate); // @rfc 6455-5.8-1
    this.#door.accept(acceptResponse(offer, protocol, deflate, answer));
    this.#host.answered(this.#door.acceptStatus, this.#door, request);
    this.#finish();
    const { data } = answer;
    this.#host.admitted({ transport, route, request, protocol, deflate, data, leftover: this.#leftover });
  }
}
