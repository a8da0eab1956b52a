import { decodeClosePayload, Opcode, type ProtocolViolation } from '../codec/index.ts';
import { encodeCloseRequest, encodeViolation } from './close-request.ts';
import type { ClosingEvent, ClosingState } from './closing.ts';
import { ClosingHandshake } from './closing-handshake.ts';
import type { DecodingState } from './decoding.ts';
import { ExtensionChain } from './extension.ts';
import { Keepalive, PingMeter } from './keepalive.ts';
import type { ProtocolLimits } from './limits.ts';
import { type ProtocolHandler, type ProtocolOptions, type ProtocolSettings, resolveOptions } from './options.ts';
import type { Outbox } from './outbox.ts';
import type { PreparedMessage } from './prepared.ts';
import { Receiver } from './receiver.ts';
import { Sender, type SendStatus } from './sender.ts';
import { messageViolation } from './violations.ts';

/**
 * A WebSocket connection without a socket: bytes in, messages out, and the other way round, for either end.
 *
 * It does no I/O and has no clock. The driver hands in what the transport received, writes what {@link outbox} holds
 * after every call, obeys {@link endRequested} and {@link destroyRequested}, and calls {@link tick} at
 * {@link nextDeadline}. Nothing that a peer sends makes a method throw. RFC 6455 §5.4 to §7.
 */
export class Protocol {
  readonly #settings: ProtocolSettings;
  readonly #handler: ProtocolHandler;
  readonly #sender: Sender;
  readonly #keepalive: Keepalive;
  #receiver: Receiver | undefined; // Only in the middle of something: most are silent.
  #pings: PingMeter | undefined;
  #closing: ClosingHandshake | undefined;

  /** @throws TypeError when a client has no mask keys, or two extensions claim the same */
  constructor(options: ProtocolOptions, settings: ProtocolSettings = resolveOptions(options)) {
    const { handler, extensions = [] } = options;
    const chain = extensions.length === 0 ? undefined : new ExtensionChain(extensions);
    const workDone = (): void => handler.continue?.();
    this.#settings = settings;
    this.#handler = handler;
    this.#sender = new Sender(settings, options.transport, chain, workDone);
    this.#receiver = chain && new Receiver(settings, chain, workDone);
    this.#keepalive = new Keepalive(settings.keepalive, options.now);
  }

  get limits(): ProtocolLimits {
    return this.#settings.limits;
  }

  /** Where the frames wait that the driver is to write. */
  get outbox(): Outbox {
    return this.#sender;
  }

  /** Where the connection stands in its closing. */
  get state(): ClosingState {
    return this.#closing?.state ?? 'open';
  }

  /** The rule that the peer broke, once it has. @rfc 6455-7.1.7-2 */
  get brokenRule(): ProtocolViolation | undefined {
    return this.#closing?.violation;
  }

  /** True once our half of the transport is to be ended, after the outbox has been written. */
  get endRequested(): boolean {
    return this.#closing?.endRequested === true && !this.#sender.encoding;
  }

  /** True once the transport is to be destroyed without waiting for anything. */
  get destroyRequested(): boolean {
    return this.#closing?.destroyRequested === true;
  }

  /** Whether an extension decodes a message elsewhere, `'working'` until {@link ProtocolHandler.continue} is called. */
  get decoding(): DecodingState {
    return this.#receiver?.decoding ?? 'none';
  }

  /** Bytes accepted by `send` that have not left this process. */
  get bufferedBytes(): number {
    return this.#sender.bufferedBytes;
  }

  /** The last measured round trip of a ping in milliseconds, or -1. */
  get rttMs(): number {
    return this.#keepalive.rttMs;
  }

  /**
   * Takes what the transport received, from `start` on, and gives the offset behind what was taken: the length of `chunk`
   * unless the handler or an extension at work stopped it, in which case the rest is to be handed in again, before anything
   * newer.
   */
  receive(chunk: Uint8Array, now: number, start: number = 0): number {
    this.#keepalive.alive(now);
    const receiver = this.#ownReceiver();
    const taken = receiver.receive(chunk, now, this, start);
    if (receiver.leave(this.#settings.receivers)) this.#receiver = undefined;
    return taken;
  }

  /** The transport has ended, or failed: no byte will come, and none can be sent. */
  transportEnded(): void {
    this.#begin('remote');
    this.#move('transport-end', 0);
  }

  /** The transport took everything that had been waiting: the peer is alive, and a pong may be owed. */
  transportDrained(now: number): void {
    this.#keepalive.alive(now);
    this.#sender.transportDrained();
  }

  /** This end stops handing in what the transport receives: deadlines for the peer rest until {@link readsAgain}. */
  rests(now: number): void {
    this.#keepalive.rests(now);
  }

  /** The opposite of {@link rests}. */
  readsAgain(now: number): void {
    const restedMs = this.#keepalive.readsAgain(now);
    this.#receiver?.extendDeadline(restedMs, now);
  }

  /**
   * Sends a message: text from a string (lone surrogates become U+FFFD), binary from bytes, either from a
   * {@link PreparedMessage}. Up to 16 KiB are copied; longer bytes must stay as they are until they have been written.
   * @param opcode what bytes are sent as; TEXT for bytes that are known to be valid UTF-8
   * @param compress asks extensions that compress to do it, or not to; by default they decide
   * @throws TypeError for what is no message, RangeError for another opcode, Error while one is being sent in parts
   */
  send(data: string | Uint8Array | PreparedMessage, opcode: number = Opcode.BINARY, compress?: boolean): SendStatus {
    return this.#sender.message(data, opcode, compress);
  }

  /**
   * Sends one part of a message as one frame: all parts text, or all bytes; `last` ends the message (RFC 6455 §5.4).
   * Extensions leave such messages alone. `'dropped'` takes nothing, so that the same part may be sent again.
   *
   * @throws TypeError for a part of another kind than those before it
   */
  sendPart(data: string | Uint8Array, last: boolean): SendStatus {
    return this.#sender.part(data, last);
  }

  /**
   * Sends a frame of an extension's own.
   * @throws RangeError for an opcode that no agreed extension claims, or more than 125 bytes in a control frame
   */
  sendExtensionFrame(opcode: number, payload: Uint8Array): SendStatus {
    return this.#sender.extensionFrame(opcode, payload);
  }

  /**
   * Sends a ping. Without a payload it is one whose answer measures {@link rttMs}.
   * @throws TypeError for anything but bytes, RangeError for more than 125 of them (RFC 6455 §5.5)
   */
  ping(now: number, payload: Uint8Array = this.#keepalive.ping(now)): SendStatus {
    return this.#sender.send(Opcode.PING, payload);
  }

  /**
   * Starts the closing handshake; what still arrives is discarded. Without a code the close frame is empty. Does nothing
   * when the connection is closing already.
   *
   * @throws RangeError for a code that may not be sent, a reason without a code, or one over 123 bytes of UTF-8
   */
  close(now: number, code?: number, reason: string = ''): void {
    this.#begin('local', encodeCloseRequest(this.#settings.text, code, reason));
    this.#move('close', now);
  }

  /** Gives up on the transport at once: no close frame, no waiting. The handler learns of it as 1006 by this end. */
  terminate(): void {
    this.#begin('local').destroyRequested = true;
    this.#move('transport-end', 0);
  }

  /** When {@link tick} is to be called next; `Infinity` when nothing is awaited. */
  nextDeadline(): number {
    if (this.state !== 'open') return this.#closing!.deadline;
    const { deadline, resting } = this.#keepalive;
    return resting ? deadline : Math.min(deadline, this.#receiver?.deadline ?? Infinity);
  }

  /** Does what is due at `now`: pings, gives up on a silent peer, on a message that never ends, on a close unanswered. */
  tick(now: number): void {
    if (this.state !== 'open') {
      if (now >= this.#closing!.deadline) this.#move('deadline', now); // @rfc 6455-5.5.1-7
    } else {
      const due = now >= this.#keepalive.deadline;
      if (due && this.#keepalive.waits)
        this.terminate(); // @rfc 6455-7.1.7-5 6455-7.2.1-3 6455-7.3-1
      else if (!this.#keepalive.resting && now >= (this.#receiver?.deadline ?? Infinity))
        this.violation(messageViolation('message-too-slow'), now);
      else if (due) this.ping(now);
    }
  }

  /** @internal Called by the receiver. */
  message(data: string | Uint8Array): boolean {
    return this.#handler.message(data);
  }

  /** @internal Called by the receiver. */
  part(data: Uint8Array, opcode: number, last: boolean): boolean {
    return this.#handler.part!(data, opcode, last);
  }

  /** @internal Called by the receiver. */
  pong(payload: Uint8Array, now: number): void {
    this.#keepalive.pong(payload, now);
    if (this.state === 'open') this.#handler.pong(payload);
  }

  /** @internal Called by the receiver. */
  pinged(payload: Uint8Array, now: number): void {
    this.#pings ??= new PingMeter();
    if (this.#pings.exceeds(this.limits, now)) throw messageViolation('ping-flood');
    this.#sender.pong(payload);
  }

  /** @internal Called by the receiver. */
  closeFrame(payload: Uint8Array, now: number): void {
    this.#begin('remote', payload).theirs = decodeClosePayload(payload);
    this.#move('close-frame', now);
  }

  /** @internal Called by the receiver. */
  violation(violation: ProtocolViolation, now: number): void {
    this.#begin('local', encodeViolation(this.#settings.text, violation)).fail(violation);
    this.#move('violation', now);
  }

  #ownReceiver(): Receiver {
    this.#receiver ??= this.#settings.receivers.pop() ?? new Receiver(this.#settings);
    return this.#receiver;
  }

  #begin(by: 'local' | 'remote', ours?: Uint8Array): ClosingHandshake {
    this.#closing ??= new ClosingHandshake(this.#settings);
    this.#closing.begin(by, ours);
    return this.#closing;
  }

  #move(event: ClosingEvent, now: number): void {
    const closing = this.#closing!;
    const step = closing.move(event);
    if (step === undefined) return;
    this.#ownReceiver().stopDelivering(step.next);
    for (const action of step.actions) {
      // @rfc 6455-5.5.1-4 6455-7.1.2-1 6455-7.1.7-3
      if (action === 'send') this.#sender.close(closing.ours!);
      else if (action !== 'report') closing.act(action, now);
      else {
        this.#sender.stop();
        this.#handler.ended(closing.outcome());
      }
    }
  }
}
