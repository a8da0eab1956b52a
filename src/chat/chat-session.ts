import type { DeliveryStatus, RoomMember, TokenBucketOptions } from '../rooms/index.ts';
import { SlidingCount, TokenBucket } from '../rooms/index.ts';
import { Refusal } from './errors.ts';
import { CHAT_LIMITS } from './limits.ts';
import type { Username } from './username.ts';
import type { ClientMessage, ServerMessage } from './wire.ts';
import { errorMessage, parseClientMessage } from './wire.ts';

/** What the chat asks of a connection. Neither call throws for the state of the connection. */
export interface ChatConnection<Prepared> {
  send(prepared: Prepared): DeliveryStatus;
  close(code: number, reason: string): void;
}

/** What a session asks of the chat that it belongs to. */
export interface ChatFloor<Prepared> {
  readonly rateLimit: TokenBucketOptions;
  now(): number;
  prepare(message: ServerMessage): Prepared;
  /** Does what a checked message wants; a refusal changes nothing. */
  perform(session: ChatSession<Prepared>, message: ClientMessage): Refusal | undefined;
  /** Takes the session out of every room and sets its name free. */
  remove(session: ChatSession<Prepared>): void;
}

/** One connection's part in the chat: its name, its rate limits, and the answers to what it does wrong. */
export class ChatSession<Prepared> implements RoomMember<Prepared> {
  /** The name that it goes by while it is in a room. Set by the chat, never by a message. */
  username: Username | undefined;
  readonly #floor: ChatFloor<Prepared>;
  readonly #connection: ChatConnection<Prepared>;
  readonly #messages: TokenBucket;
  readonly #memberships: TokenBucket;
  #refusals: SlidingCount | undefined;
  #ended = false;

  constructor(floor: ChatFloor<Prepared>, connection: ChatConnection<Prepared>) {
    this.#floor = floor;
    this.#connection = connection;
    this.#messages = new TokenBucket(floor.rateLimit, floor.now());
    this.#memberships = new TokenBucket(floor.rateLimit, floor.now());
  }

  /** Whether it is over: lost, closed or put out. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Hands an encoded message to the connection. */
  send(prepared: Prepared): DeliveryStatus {
    return this.#connection.send(prepared);
  }

  /** Sends a message to this connection alone, unless it is over; one whose queue is full is closed with 1013, as in a room. */
  tell(message: ServerMessage): void {
    if (!this.#ended && this.send(this.#floor.prepare(message)) === 'dropped') this.close(1013, 'Too slow.');
  }

  /** Takes one message of the client, text or binary, whatever is in it. Never throws; what is wrong is answered. */
  receive(data: string | Uint8Array): void {
    if (this.#ended) return;
    const refusal = this.#refusalOf(data);
    if (!refusal) return;
    const now = this.#floor.now();
    this.#refusals ??= new SlidingCount(CHAT_LIMITS.refusalSpanMs, CHAT_LIMITS.refusals);
    const tooMany = this.#refusals.add(now);
    this.tell(errorMessage(refusal));
    if (tooMany) this.close(1008, 'Too many refused messages.');
  }

  /** Closes the connection, unless that has happened, and leaves every room. */
  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.#connection.close(code, reason);
    this.end();
  }

  /** Leaves every room: the connection is lost or closed. */
  end(): void {
    this.#ended = true;
    this.#floor.remove(this);
  }

  #refusalOf(data: string | Uint8Array): Refusal | undefined {
    if (typeof data !== 'string') return new Refusal('not-text');
    const message = parseClientMessage(data);
    if (message instanceof Refusal) return message;
    const bucket = message.type === 'message' ? this.#messages : this.#memberships;
    const retryAfterMs = bucket.take(this.#floor.now());
    return retryAfterMs > 0 ? new Refusal('rate-limited', retryAfterMs) : this.#floor.perform(this, message);
  }
}
