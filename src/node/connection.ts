import type { Duplex } from 'node:stream';
import { CloseCode, Opcode, type ProtocolViolation } from '../codec/index.ts';
import { type CloseInfo, Protocol, resolveOptions, type SendStatus } from '../protocol/index.ts';
import { AgreedConnection } from './agreed-connection.ts';
import { steadyNow } from './clock.ts';
import { type ConnectionSetup, protocolOptions, type SharedSetup } from './connection-setup.ts';
import { Delivery } from './delivery.ts';
import { noteClosed, noteOpened, noteSent, noteSentPart } from './diagnostics.ts';
import type { ReceiveOptions } from './inbox.ts';
import { compressOf, type Message, type Sendable, type SendOptions, toBytes, toSendable } from './message.ts';
import { MessageIterator } from './message-iterator.ts';
import { lastOf, type PartOptions } from './message-part.ts';
import { Pressure } from './pressure.ts';
import { Transport } from './transport.ts';
import type { WireTap } from './wire-tap.ts';

/**
 * An open WebSocket. Nothing is parsed until somebody takes messages: the handlers of its route, {@link receive}, or a
 * loop over it. Calls on a closed connection are harmless and say so.
 */
export class Connection<Data = unknown> extends AgreedConnection<Data> implements AsyncIterable<Message> {
  readonly #setup: SharedSetup<Data>;
  readonly #transport: Transport;
  readonly #protocol: Protocol;
  readonly #delivery: Delivery<Data>;
  #pressure: Pressure | undefined; // Most connections are never pressed.

  /** @internal Connections are made by servers and clients. */
  constructor(socket: Duplex, setup: ConnectionSetup<Data>) {
    super(setup);
    const { shared } = setup;
    this.#setup = shared;
    this.#delivery = new Delivery(shared, this);
    this.#transport = new Transport(socket, this, shared.tally);
    const options = protocolOptions(setup, this, this.#transport);
    shared.settings ??= resolveOptions(options);
    this.#protocol = new Protocol(options, shared.settings);
  }

  /** @internal Calls `open` and starts to read, with what was read together with the head first. */
  start(leftover: Uint8Array): void {
    const { handlers, role, tally } = this.#setup;
    noteOpened(tally, this, role);
    if (handlers.open !== undefined) this.#delivery.hold(() => handlers.open?.(this));
    this.#transport.start(this.#protocol, leftover);
  }

  /**
   * Sends a message and says what became of it. Up to 16 KiB are copied; longer bytes must stay as they are until the
   * queue has drained. Lone surrogates in text become U+FFFD.
   *
   * @throws TypeError for anything that is no message, or an option that does not exist
   */
  send(data: Sendable, options?: SendOptions): SendStatus {
    const status = this.#protocol.send(toSendable(data), undefined, options && compressOf(options));
    this.#transport.flushSoon();
    if (status !== 'ok') this.#pressed().note(status);
    noteSent(this.#setup.tally, this, data, status);
    return status;
  }

  /**
   * Sends one part of a message as one frame, never compressed: all parts text, or all bytes (RFC 6455 §5.4). Until the
   * last one {@link send} throws. `'dropped'` takes nothing, so that the same part may be sent again.
   *
   * @throws TypeError for a part of another kind than those before it, or an option that does not exist
   */
  sendPart(data: string | ArrayBufferLike | ArrayBufferView, options: PartOptions): SendStatus {
    const last = lastOf(options);
    const status = this.#protocol.sendPart(toBytes(data), last);
    this.#transport.flushSoon();
    if (status !== 'ok') this.#pressed().note(status);
    noteSentPart(this.#setup.tally, status, last);
    return status;
  }

  /** {@link send}, and then {@link drained} when the answer is `'pressured'`: a loop of these never floods the queue. */
  async sendAndDrain(data: Sendable, options?: SendOptions): Promise<SendStatus> {
    const status = this.send(data, options);
    if (status === 'pressured') await this.drained();
    return status;
  }

  /** Resolves when the queue is at most half its high-water mark, or the connection has ended; at once if it never rose. */
  drained(): Promise<void> {
    return this.#pressed().drained();
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
    return this.#delivery.receive(options);
  }

  /** Message after message until the connection ends, however it does; {@link closed} tells how. Leaving the loop closes it. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Message, void, void> {
    // Not at once: a loop that was left by an error is closed for that, with another code.
    return new MessageIterator(this, () => setImmediate(() => this.close(CloseCode.NORMAL)));
  }

  /** Parses no further message until {@link resume}; the peer feels it as backpressure. */
  pause(): void {
    this.#delivery.paused = true;
  }

  resume(): void {
    this.#delivery.paused = false;
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

  /** The rule that the peer broke, which is why this end closed the connection; `undefined` otherwise. */
  get failure(): ProtocolViolation | undefined {
    return this.#protocol.brokenRule;
  }

  /** Ends the connection at once, without a closing handshake. */
  terminate(): void {
    this.#protocol.terminate();
    this.#transport.flush();
  }

  /** Shows every byte that passes from here on to `listener`; gives what ends that. Free while nobody listens. */
  tap(listener: WireTap): () => void {
    return this.#transport.tap(listener);
  }

  /** @internal Asked by the transport. */
  get wantsMessages(): boolean {
    return this.#delivery.wants && !this.congested;
  }

  /** @internal Asked by the transport. */
  get willWantMessages(): boolean {
    return this.#delivery.willWant && this.#protocol.state === 'open';
  }

  // Only a server stops reading for a long queue of its own: two ends that both did would wait for each other for ever.
  /** @internal Asked by the transport. */
  get congested(): boolean {
    return this.#pressure?.high === true && this.#setup.role === 'server';
  }

  /** @internal Called by the transport. */
  flushed(): void {
    if (this.#pressure?.high !== true || this.bufferedBytes > this.#setup.limits.highWaterBytes / 2) return;
    this.#pressure.release();
    const { handlers } = this.#setup;
    if (handlers.drain !== undefined) this.#delivery.watch(() => handlers.drain?.(this));
    if (this.#setup.role === 'server') this.#transport.continue();
  }

  /** @internal Called by the transport. */
  lastBytes(socket: Duplex): void {
    this.#setup.onGone?.(socket);
    this.ending.gone();
    this.#pressed().end();
    this.#delivery.lastBytes();
  }

  /** @internal Called by the protocol. */
  message(data: Message): boolean {
    this.#delivery.deliver(data);
    return !this.wantsMessages;
  }

  /** @internal Called by the protocol. */
  messagePart(data: Uint8Array, opcode: number, last: boolean): boolean {
    this.#delivery.deliverPart(data, { kind: opcode === Opcode.TEXT ? 'text' : 'binary', last });
    return !this.wantsMessages;
  }

  /** @internal Called by the protocol. */
  pong(payload: Uint8Array): void {
    const { handlers } = this.#setup;
    if (handlers.pong !== undefined) this.#delivery.watch(() => handlers.pong?.(this, payload));
  }

  /** @internal Called by the protocol. */
  ended(info: CloseInfo): void {
    const { handlers, tally } = this.#setup;
    this.#delivery.close();
    this.#pressed().end();
    this.ending.settle(info);
    this.#setup.onClosed(this);
    noteClosed(tally, this, info);
    if (handlers.close !== undefined) this.#delivery.watch(() => handlers.close?.(this, info));
  }

  /** @internal Asked by the delivery. */
  get connection(): this {
    return this;
  }

  /** @internal Called by the delivery. */
  continue(): void {
    this.#transport.continue();
  }

  /** @internal A handler threw, or its promise rejected. */
  failed(error: unknown): void {
    this.close(CloseCode.INTERNAL_ERROR);
    this.#setup.onError(error, this);
  }

  #pressed(): Pressure {
    this.#pressure ??= new Pressure();
    return this.#pressure;
  }
}
