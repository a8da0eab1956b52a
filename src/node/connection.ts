import type { Duplex } from 'node:stream';
import { CloseCode, type ProtocolViolation } from '../codec/index.ts';
import {
  type CloseInfo,
  type KeepaliveOptions,
  type MemoryBudget,
  Protocol,
  type ProtocolLimits,
  type SendStatus,
} from '../protocol/index.ts';
import { steadyNow } from './deadlines.ts';
import { type Deferred, deferred } from './deferred.ts';
import type { ConnectionHandlers } from './handlers.ts';
import { Inbox, type ReceiveOptions } from './inbox.ts';
import { type Message, type Sendable, toSendable } from './message.ts';
import { nextMaskKey } from './random.ts';
import { nodeText } from './text.ts';
import { Transport } from './transport.ts';
import type { UpgradeRequest } from './upgrade-request.ts';

/** What a server or client hands to each connection that it opens. */
export interface ConnectionSetup<Data> {
  readonly role: 'server' | 'client';
  readonly handlers: ConnectionHandlers<Data>;
  readonly data: Data;
  readonly protocol: string;
  readonly request: UpgradeRequest | undefined;
  readonly remoteAddress: string | undefined;
  readonly limits: ProtocolLimits;
  readonly keepalive: KeepaliveOptions | undefined;
  readonly partialMessages: MemoryBudget | undefined;
  readonly onError: (error: unknown, connection: Connection<Data>) => void;
  readonly onClosed: (connection: Connection<Data>) => void;
}

// A connection that has had this many messages parsed leaves the rest of the turn to others.
const MESSAGES_PER_TURN = 256;

/**
 * An open WebSocket. Nothing is parsed until somebody takes messages: the handlers of its route, {@link receive}, or a
 * loop over it. Calls on a closed connection are harmless and say so.
 */
export class Connection<Data = unknown> implements AsyncIterable<Message> {
  /** What the route's `upgrade` hook gave, and whatever the application keeps here. */
  data: Data;
  readonly #setup: ConnectionSetup<Data>;
  readonly #transport: Transport;
  readonly #protocol: Protocol;
  #busy = false;
  #paused = false;
  #yielding = false;
  #pressured = false;
  #messages = 0;
  #inbox: Inbox | undefined;
  #drainWaiters: Deferred<void>[] = [];
  #ended: CloseInfo | undefined;
  #closed: Deferred<CloseInfo> | undefined;
  #abort: AbortController | undefined;

  /** @internal Connections are made by servers and clients. */
  constructor(socket: Duplex, setup: ConnectionSetup<Data>) {
    const { role, handlers } = setup;
    this.data = setup.data;
    this.#setup = setup;
    this.#transport = new Transport(socket, this);
    this.#protocol = new Protocol({
      role,
      handler: this,
      text: nodeText,
      now: steadyNow(),
      nextMaskKey: role === 'client' ? nextMaskKey : undefined,
      limits: setup.limits,
      keepalive: setup.keepalive,
      transport: this.#transport,
      partialMessages: setup.partialMessages,
      textAs: handlers.text,
      borrow: handlers.borrow,
      ownsInput: true,
    });
  }

  /** @internal Calls `open` and starts to read, with what was read together with the head first. */
  start(leftover: Uint8Array): void {
    const { handlers } = this.#setup;
    try {
      const result = handlers.open?.(this);
      if (result instanceof Promise) this.#await(result);
    } catch (error) {
      this.#fail(error);
    }
    this.#transport.start(this.#protocol, leftover);
  }

  /** The agreed subprotocol; empty when there is none. */
  get protocol(): string {
    return this.#setup.protocol;
  }

  /** The request that opened it; `undefined` at the client's end. */
  get request(): UpgradeRequest | undefined {
    return this.#setup.request;
  }

  get remoteAddress(): string | undefined {
    return this.#setup.remoteAddress;
  }

  /**
   * Sends a message and says what became of it. Up to 16 KiB are copied; longer bytes must stay as they are until the
   * queue has drained. Lone surrogates in text become U+FFFD.
   *
   * @throws TypeError for anything that is no message
   */
  send(data: Sendable): SendStatus {
    const status = this.#protocol.send(toSendable(data));
    this.#transport.flushSoon();
    if (status === 'pressured' || status === 'dropped') this.#pressured = true;
    return status;
  }

  /** {@link send}, and then {@link drained} when the answer is `'pressured'`: a loop of these never floods the queue. */
  async sendAndDrain(data: Sendable): Promise<SendStatus> {
    const status = this.send(data);
    if (status === 'pressured') await this.drained();
    return status;
  }

  /** Resolves when the queue is at most half its high-water mark, or the connection has ended; at once if it never rose. */
  drained(): Promise<void> {
    if (!this.#pressured || this.#ended !== undefined) return Promise.resolve();
    const waiter = deferred<void>();
    this.#drainWaiters.push(waiter);
    return waiter.promise;
  }

  /** Bytes accepted by {@link send} that have not left this process. */
  get bufferedBytes(): number {
    return this.#protocol.bufferedBytes;
  }

  /**
   * Sends a ping; without a payload it is one that measures {@link rttMs}. RFC 6455 §5.5.2.
   *
   * @throws RangeError for more than 125 bytes
   */
  ping(payload?: Uint8Array): SendStatus {
    const status = this.#protocol.ping(steadyNow(), payload);
    this.#transport.flushSoon();
    return status;
  }

  /** The last measured round trip of a ping in milliseconds; `undefined` before the first. */
  get rttMs(): number | undefined {
    const { rttMs } = this.#protocol;
    return rttMs < 0 ? undefined : rttMs;
  }

  /**
   * The next message, or `undefined` when the connection has ended.
   *
   * @throws Error when the route has a `message` handler, which takes them all
   */
  receive(options?: ReceiveOptions): Promise<Message | undefined> {
    if (this.#setup.handlers.message !== undefined) {
      return Promise.reject(new Error('this route has a message handler; leave it out to receive one by one'));
    }
    this.#inbox ??= new Inbox(() => this.#transport.continue());
    if (this.#ended !== undefined) this.#inbox.close();
    return this.#inbox.receive(options);
  }

  /** Message after message until the connection ends, however it does; {@link closed} tells how. Leaving the loop closes it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Message, void, void> {
    try {
      for (let message = await this.receive(); message !== undefined; message = await this.receive()) yield message;
    } finally {
      this.close(CloseCode.NORMAL);
    }
  }

  /** Parses no further message until {@link resume}; the peer feels it as backpressure. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#transport.continue();
  }

  /**
   * Starts the closing handshake (RFC 6455 §7.1.2): what is queued still goes out, what still arrives is discarded. Does
   * nothing when the connection is closing already.
   *
   * @throws RangeError for a code that may not be sent, a reason without a code, or one over 123 bytes of UTF-8
   */
  close(code?: number, reason?: string): void {
    this.#protocol.close(steadyNow(), code, reason);
    this.#transport.continue();
  }

  /** True once either end has begun to close. */
  get closing(): boolean {
    return this.#protocol.state !== 'open';
  }

  /** Resolves when the connection has ended, with how. */
  get closed(): Promise<CloseInfo> {
    if (this.#closed === undefined) {
      this.#closed = deferred();
      if (this.#ended !== undefined) this.#closed.resolve(this.#ended);
    }
    return this.#closed.promise;
  }

  /** The rule that the peer broke, which is why this end closed the connection; `undefined` otherwise. */
  get failure(): ProtocolViolation | undefined {
    return this.#protocol.brokenRule;
  }

  /** Ends the connection at once, without a closing handshake. */
  terminate(): void {
    this.#protocol.terminate();
    this.#transport.flush();
  }

  /** Aborted when the connection has ended. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#ended !== undefined) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  /** @internal Asked by the transport. */
  get wantsMessages(): boolean {
    if (this.#busy || this.#paused || this.#yielding || this.congested) return false;
    return this.#setup.handlers.message !== undefined || this.#inbox?.waiting === true;
  }

  /** @internal Asked by the transport. */
  get willWantMessages(): boolean {
    return !this.#paused && this.#protocol.state === 'open';
  }

  // Only a server stops reading for a long queue of its own: two ends that both did would wait for each other for ever.
  /** @internal Asked by the transport. */
  get congested(): boolean {
    return this.#pressured && this.#setup.role === 'server';
  }

  /** @internal Called by the transport. */
  flushed(): void {
    if (!this.#pressured || this.bufferedBytes > this.#setup.limits.highWaterBytes / 2) return;
    this.#pressured = false;
    this.#releaseDrained();
    const { handlers } = this.#setup;
    if (handlers.drain !== undefined) this.#watch(() => handlers.drain?.(this));
    if (this.#setup.role === 'server') this.#transport.continue();
  }

  /** @internal Called by the protocol. */
  message(data: Message): boolean {
    const { handlers } = this.#setup;
    if (handlers.message === undefined) {
      this.#inbox?.deliver(data);
    } else {
      try {
        const result = handlers.message(this, data);
        if (result instanceof Promise) this.#await(result);
      } catch (error) {
        this.#fail(error);
      }
    }
    if (++this.#messages === MESSAGES_PER_TURN) this.#yieldTurn();
    return !this.wantsMessages;
  }

  /** @internal Called by the protocol. */
  pong(payload: Uint8Array): void {
    const { handlers } = this.#setup;
    if (handlers.pong !== undefined) this.#watch(() => handlers.pong?.(this, payload));
  }

  /** @internal Called by the protocol. */
  ended(info: CloseInfo): void {
    this.#ended = info;
    const { handlers } = this.#setup;
    this.#inbox?.close();
    this.#releaseDrained();
    this.#closed?.resolve(info);
    this.#abort?.abort();
    this.#setup.onClosed(this);
    if (handlers.close !== undefined) this.#watch(() => handlers.close?.(this, info));
  }

  #releaseDrained(): void {
    for (const waiter of this.#drainWaiters.splice(0)) waiter.resolve();
  }

  #yieldTurn(): void {
    this.#yielding = true;
    setImmediate(() => {
      this.#yielding = false;
      this.#messages = 0;
      this.#transport.continue();
    });
  }

  /** Holds back the next message until `result` has settled. */
  #await(result: Promise<unknown>): void {
    this.#busy = true;
    const settled = (): void => {
      this.#busy = false;
      this.#transport.continue();
    };
    result.then(settled, (error: unknown) => {
      this.#fail(error);
      settled();
    });
  }

  /** Calls a handler that holds nothing back, and reports its failure. */
  #watch(call: () => unknown): void {
    try {
      const result = call();
      if (result instanceof Promise) result.catch((error: unknown) => this.#fail(error));
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.close(CloseCode.INTERNAL_ERROR);
    this.#setup.onError(error, this);
  }
}
