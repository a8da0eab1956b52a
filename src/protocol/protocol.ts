import {
  CloseCode,
  type ClosePayload,
  decodeClosePayload,
  encodeClosePayload,
  MAX_CLOSE_REASON_BYTES,
  Opcode,
  type ProtocolViolation,
  truncateUtf8,
} from '../codec/index.ts';
import type { MemoryBudget } from './budget.ts';
import { encodeCloseRequest } from './close-request.ts';
import { CLOSING_TABLE, type CloseInfo, type ClosingAction, type ClosingEvent, type ClosingState } from './closing.ts';
import { Keepalive, type KeepaliveOptions, PingMeter } from './keepalive.ts';
import { PROTOCOL_LIMITS, type ProtocolLimits } from './limits.ts';
import { type Outbox, Slab } from './outbox.ts';
import type { PreparedMessage } from './prepared.ts';
import { Receiver, type ReceiverEvents } from './receiver.ts';
import { Sender, type SendStatus, type TransportGauge } from './sender.ts';
import { encodeText, type TextPort } from './text.ts';
import { messageViolation } from './violations.ts';

/** Who learns what a {@link Protocol} finds. Its methods must not throw. */
export interface ProtocolHandler {
  /** One whole message. Returning true stops `receive` behind it. */
  message(data: string | Uint8Array): boolean;
  /** The peer answered a ping, or sent a pong unasked. `payload` is the handler's own. */
  pong(payload: Uint8Array): void;
  /** The connection has ended. Called exactly once, and nothing after it. */
  ended(info: CloseInfo): void;
}

/** How a {@link Protocol} is set up. */
export interface ProtocolOptions {
  readonly role: 'server' | 'client';
  readonly handler: ProtocolHandler;
  readonly text: TextPort;
  /** The time now, in milliseconds of any steady clock; the same clock as in every later call. */
  readonly now: number;
  /** For a client: a fresh random 32-bit integer for each frame, from a strong source (RFC 6455 §5.3, §10.3). */
  readonly nextMaskKey?: (() => number) | undefined;
  readonly limits?: ProtocolLimits;
  /** Default: no keepalive. */
  readonly keepalive?: KeepaliveOptions | undefined;
  /** Counts what the transport holds towards the send queue. Default: it holds nothing. */
  readonly transport?: TransportGauge;
  /** Shared by connections that together may hold only so many bytes of unfinished messages. */
  readonly partialMessages?: MemoryBudget | undefined;
  /** Shared by connections that are driven one after the other. Default: one for all that set none. */
  readonly slab?: Slab;
  /** How text messages arrive. Default `'string'`. */
  readonly textAs?: 'string' | 'bytes' | undefined;
  /** Binary messages may be views of the received chunk, valid until `message` returns. Default false: own copies. */
  readonly borrow?: boolean | undefined;
  /** Allows unmasking inside the received chunks. Default false. */
  readonly ownsInput?: boolean;
}

const EMPTY_TRANSPORT: TransportGauge = { bufferedBytes: 0 };
const SHARED_SLAB: Slab = new Slab();

/**
 * A WebSocket connection without a socket: bytes in, messages out, and the other way round, for either end.
 *
 * It does no I/O and has no clock. The driver hands in what the transport received, writes what {@link outbox} holds
 * after every call, obeys {@link endRequested} and {@link destroyRequested}, and calls {@link tick} at
 * {@link nextDeadline}. Nothing that a peer sends makes a method throw. RFC 6455 §5.4 to §7.
 */
export class Protocol implements ReceiverEvents {
  readonly limits: ProtocolLimits;
  readonly #role: 'server' | 'client';
  readonly #handler: ProtocolHandler;
  readonly #text: TextPort;
  readonly #sender: Sender;
  readonly #receiver: Receiver;
  readonly #keepalive: Keepalive;
  readonly #pings: PingMeter;
  #state: ClosingState = 'open';
  #now: number;
  #closeAt = Infinity;
  #restingSince = -1;
  #by: 'local' | 'remote' = 'remote';
  #ourClose: Uint8Array | undefined;
  #theirClose: ClosePayload | undefined;
  #violation: ProtocolViolation | undefined;
  #endRequested = false;
  #destroyRequested = false;

  constructor(options: ProtocolOptions) {
    const { role, text, limits = PROTOCOL_LIMITS, nextMaskKey } = options;
    if (role === 'client' && nextMaskKey === undefined) {
      throw new TypeError('nextMaskKey is required for a client: every frame it sends is masked (RFC 6455 §5.3)');
    }
    const slab = options.slab ?? SHARED_SLAB;
    const transport = options.transport ?? EMPTY_TRANSPORT;
    this.limits = limits;
    this.#role = role;
    this.#handler = options.handler;
    this.#text = text;
    this.#sender = new Sender(limits, text, transport, slab, role === 'client' ? nextMaskKey : undefined);
    this.#receiver = new Receiver(
      {
        role,
        text,
        limits,
        partialMessages: options.partialMessages,
        textAs: options.textAs ?? 'string',
        borrow: options.borrow ?? false,
        ownsInput: options.ownsInput ?? false,
      },
      this,
    );
    this.#keepalive = new Keepalive(options.keepalive, options.now);
    this.#pings = new PingMeter(limits);
    this.#now = options.now;
  }

  /** Where the frames wait that the driver is to write. */
  get outbox(): Outbox {
    return this.#sender.outbox;
  }

  /** Where the connection stands in its closing. */
  get state(): ClosingState {
    return this.#state;
  }

  /** The rule that the peer broke, once it has. */
  get brokenRule(): ProtocolViolation | undefined {
    return this.#violation;
  }

  /** True once our half of the transport is to be ended, after the outbox has been written. */
  get endRequested(): boolean {
    return this.#endRequested;
  }

  /** True once the transport is to be destroyed without waiting for anything. */
  get destroyRequested(): boolean {
    return this.#destroyRequested;
  }

  /** Bytes accepted by `send` that have not left this process: the outbox and what the transport holds. */
  get bufferedBytes(): number {
    return this.#sender.bufferedBytes;
  }

  /** The last measured round trip of a ping in milliseconds, or -1. */
  get rttMs(): number {
    return this.#keepalive.rttMs;
  }

  /**
   * Takes what the transport received and gives how many bytes were taken: all of them unless the handler stopped it, in
   * which case the rest is to be handed in again, before anything newer.
   */
  receive(chunk: Uint8Array, now: number): number {
    this.#now = now;
    this.#keepalive.alive(now);
    return this.#receiver.receive(chunk, now);
  }

  /** The transport has ended, or failed: no byte will come, and none can be sent. */
  transportEnded(): void {
    this.#move('transport-end');
  }

  /** The transport took everything that had been waiting: the peer is alive, and a pong may be owed. */
  transportDrained(now: number): void {
    this.#keepalive.alive(now);
    this.#sender.transportDrained();
  }

  /** This end stops handing in what the transport receives: deadlines for the peer rest until {@link readsAgain}. */
  rests(now: number): void {
    if (this.#restingSince < 0) this.#restingSince = now;
  }

  /** The opposite of {@link rests}. */
  readsAgain(now: number): void {
    if (this.#restingSince < 0) return;
    this.#receiver.extendDeadline(now - this.#restingSince);
    this.#keepalive.alive(now);
    this.#restingSince = -1;
  }

  /**
   * Sends a message: text from a string (lone surrogates become U+FFFD), binary from bytes, either from a
   * {@link PreparedMessage}. Up to 16 KiB are copied; longer bytes must stay as they are until they have been written.
   */
  send(data: string | Uint8Array | PreparedMessage): SendStatus {
    return this.#sender.message(data);
  }

  /** Sends bytes that are valid UTF-8 already as a text message. Ownership as in {@link send}. */
  sendTextBytes(payload: Uint8Array): SendStatus {
    return this.#sender.frame(Opcode.TEXT, payload);
  }

  /**
   * Sends a ping. Without a payload it is one whose answer measures {@link rttMs}.
   *
   * @throws RangeError for more than 125 bytes (RFC 6455 §5.5)
   */
  ping(now: number, payload: Uint8Array = this.#keepalive.ping(now)): SendStatus {
    if (payload.length > 125) throw new RangeError(`a ping has at most 125 bytes, not ${payload.length}`);
    return this.#sender.frame(Opcode.PING, payload);
  }

  /**
   * Starts the closing handshake; what still arrives is discarded. Without a code the close frame is empty. Does nothing
   * when the connection is closing already.
   *
   * @throws RangeError for a code that may not be sent, a reason without a code, or one over 123 bytes of UTF-8
   */
  close(now: number, code?: number, reason: string = ''): void {
    const payload = encodeCloseRequest(this.#text, code, reason);
    this.#now = now;
    this.#begin('local', payload);
    this.#move('close');
  }

  /** Gives up on the transport at once: no close frame, no waiting. The handler learns of it as 1006 by this end. */
  terminate(): void {
    if (this.#state === 'open') this.#by = 'local';
    this.#destroyRequested = true;
    this.#move('transport-end');
  }

  /** When {@link tick} is to be called next, in the clock of `now`; `Infinity` when nothing is awaited. */
  nextDeadline(): number {
    if (this.#state !== 'open') return this.#closeAt;
    if (this.#restingSince >= 0) return Infinity;
    return Math.min(this.#keepalive.deadline, this.#receiver.deadline);
  }

  /** Does what is due at `now`: pings, gives up on a silent peer, on a message that never ends, on a close unanswered. */
  tick(now: number): void {
    this.#now = now;
    if (this.#state !== 'open') {
      if (now >= this.#closeAt) this.#move('deadline');
    } else if (this.#restingSince < 0) {
      const due = this.#keepalive.due(now);
      if (due === 'give-up') this.terminate();
      else if (now >= this.#receiver.deadline) this.violation(messageViolation('message-too-slow'));
      else if (due === 'ping') this.ping(now);
    }
  }

  /** @internal Called by the receiver. */
  message(data: string | Uint8Array): boolean {
    return this.#handler.message(data);
  }

  /** @internal Called by the receiver. */
  pong(payload: Uint8Array): void {
    this.#keepalive.pong(payload, this.#now);
    if (this.#state === 'open') this.#handler.pong(payload);
  }

  /** @internal Called by the receiver. */
  pinged(payload: Uint8Array): void {
    if (this.#pings.exceeds(this.#now)) throw messageViolation('ping-flood');
    this.#sender.pong(payload);
  }

  /** @internal Called by the receiver. */
  closeFrame(payload: Uint8Array): void {
    this.#theirClose = decodeClosePayload(payload);
    this.#begin('remote', payload);
    this.#move('close-frame');
  }

  /** @internal Called by the receiver. */
  violation(violation: ProtocolViolation): void {
    this.#violation = violation;
    const reason = truncateUtf8(encodeText(this.#text, violation.message), MAX_CLOSE_REASON_BYTES);
    this.#begin('local', encodeClosePayload(violation.closeCode, reason));
    this.#move('violation');
  }

  #begin(by: 'local' | 'remote', closePayload: Uint8Array): void {
    if (this.#state !== 'open') return;
    this.#by = by;
    this.#ourClose = closePayload;
  }

  #move(event: ClosingEvent): void {
    const step = CLOSING_TABLE[this.#state][event];
    if (step === undefined) return;
    this.#state = step.next;
    this.#receiver.stopDelivering(step.next === 'close-sent' ? 'await-close' : 'discard');
    for (const action of step.actions) this.#act(action);
  }

  #act(action: ClosingAction): void {
    switch (action) {
      case 'send':
        this.#sender.close(this.#ourClose!);
        break;
      case 'await':
        this.#closeAt = this.#now + this.limits.closeTimeoutMs;
        break;
      case 'end':
        this.#endRequested = true;
        break;
      case 'end-first':
        this.#endRequested = this.#role === 'server';
        break;
      case 'destroy':
        this.#destroyRequested = true;
        break;
      case 'report':
        this.#closeAt = Infinity;
        this.#sender.stop();
        this.#handler.ended(this.#outcome());
        break;
    }
  }

  #outcome(): CloseInfo {
    const theirs = this.#theirClose;
    if (this.#violation !== undefined) {
      return { code: this.#violation.closeCode, reason: this.#violation.message, clean: false, by: 'local' };
    }
    if (theirs === undefined) return { code: CloseCode.ABNORMAL, reason: '', clean: false, by: this.#by };
    const reason = this.#text.decode(theirs.reason, 0, theirs.reason.length) ?? '';
    return { code: theirs.code, reason, clean: true, by: this.#by };
  }
}
