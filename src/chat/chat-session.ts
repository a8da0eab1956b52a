import { Buffer } from 'node:buffer';
import type { DeliveryStatus, Eventual, Joined, RoomMember } from '../rooms/index.ts';
import { SlidingCount, whenReady } from '../rooms/index.ts';
import type { Answer, ChatConnection, ConnectionFacts } from './chat-connection.ts';
import type { ChatFloor } from './chat-floor.ts';
import { Refusal } from './errors.ts';
import type { Identity } from './identity.ts';
import { Latch } from './latch.ts';
import { CHAT_LIMITS } from './limits.ts';
import type { Rates } from './rate-gate.ts';
import type { RateKind } from './rate-limits.ts';
import type { Rendering } from './rendering.ts';
import { TokenExpiry } from './token-expiry.ts';
import type { Username } from './username.ts';
import { errorMessage } from './wire.ts';

/**
 * One connection's part in the chat: who it is, its rate limits, and the answers to what it does wrong. How it talks is a matter of
 * the two kinds: one for four fields, one for `ws101.chat.v1`.
 */
export abstract class ChatSession<Prepared> implements RoomMember<Rendering<Prepared>> {
  /** The number of the connection on this node. */
  readonly number: number;
  /** The id of the user. */
  user: string = '';
  /** The name that the user goes by. Set by the chat, never by a message. */
  username: Username | undefined;
  /** When its name and session are to be said to be in use again, in milliseconds since 1970. */
  refreshAt: number = Infinity;
  identity: Identity | undefined;
  protected readonly floor: ChatFloor<Prepared>;
  protected readonly connection: ChatConnection<Prepared>;
  readonly #address: string | undefined;
  #rates: Rates;
  #refusals: SlidingCount | undefined;
  #expiry: TokenExpiry | undefined;
  #pressed: Latch | undefined;
  #busy: Promise<void> | undefined;
  #ended = false;

  constructor(
    floor: ChatFloor<Prepared>,
    connection: ChatConnection<Prepared>,
    number: number,
    facts: ConnectionFacts,
  ) {
    this.floor = floor;
    this.connection = connection;
    this.number = number;
    this.identity = facts.identity;
    this.#address = facts.address;
    this.#rates = floor.rates.ratesOf('', facts.address);
    this.expireWith(facts.identity);
  }

  /** Whether it is over: lost, closed or put out. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Hands something that a room says to the connection. */
  abstract send(rendering: Rendering<Prepared>): DeliveryStatus;
  /** The session is in a room or in its mailbox. */
  abstract joined(joined: Joined): void;
  /** A moderator put it out of a room, which it has left by now. */
  abstract expelled(room: string, reason: 'kicked' | 'banned'): void;
  /** The broker was lost or is back. */
  abstract tellState(state: 'up' | 'degraded'): void;
  /** The server goes down. */
  abstract tellBye(retryAfterMs: number): void;
  /** Says again that the name and the session are in use. */
  abstract refresh(): Eventual<void>;
  protected abstract answer(json: string): Eventual<Answer | undefined>;
  protected abstract tellExpiring(inMs: number): void;
  /** Gives up what it has beside rooms; for good if the client said goodbye. */
  protected abstract release(forGood: boolean): void;
  /** For how long others do not hear that it has gone. */
  protected abstract readonly lingerMs: number;

  /**
   * Takes one message of the client, text or binary, whatever is in it. Never throws or rejects; what is wrong is answered. One
   * message is done before the next is looked at, so a promise is to be waited for before more is read.
   */
  receive(data: string | Uint8Array): Eventual<void> {
    const done = this.#busy ? this.#busy.then(() => this.#receive(data)) : this.#receive(data);
    if (!(done instanceof Promise)) return;
    const settled: Promise<void> = done.then(() => {
      if (this.#busy === settled) this.#busy = undefined;
    });
    this.#busy = settled;
    return settled;
  }

  /** The queue of the connection has drained. */
  drained(): void {
    this.#relieve();
    if (!this.#ended) this.floor.node.drained(this);
  }

  /** Sends a message to this connection alone, unless it is over; one whose queue is full is closed with 1013, as in a room. */
  tell(message: object): undefined {
    this.hand(this.floor.prepare(JSON.stringify(message)));
  }

  /** {@link tell} for what is encoded already. */
  hand(prepared: Prepared): undefined {
    if (!this.#ended && this.pass(prepared) === 'dropped') this.floor.giveUp(this);
  }

  /** Settled once the connection has taken what it had, or is over: what is long waits for that. */
  relieved(): Eventual<void> {
    return this.#pressed?.opened();
  }

  protected pass(prepared: Prepared): DeliveryStatus {
    const status = this.connection.send(prepared);
    if (status === 'pressured') this.#pressed ??= new Latch();
    return status;
  }

  /** Closes the connection, unless that has happened, and leaves every room. */
  close(code: number, reason: string): void {
    if (this.#ended) return;
    this.connection.close(code, reason);
    this.end();
  }

  /** Leaves every room: the connection is lost or closed; `forGood` when the client said goodbye with 1000. */
  end(forGood: boolean = false): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#relieve();
    this.#expiry?.stop();
    this.floor.forget(this);
    for (const room of this.floor.node.roomsOf(this)) this.leave(room, forGood ? 0 : this.lingerMs);
    this.release(forGood);
  }

  /** Takes it out of a room. */
  leave(room: string, lingerMs: number = 0): void {
    this.floor.node.leave(room, this, lingerMs);
  }

  /** Takes tokens of a kind; the refusal `rate-limited` if there are not enough. */
  take(kind: RateKind, cost: number = 1): Refusal | undefined {
    const waitMs = this.#rates.take(kind, cost, this.floor.now());
    return waitMs > 0 ? new Refusal('rate-limited', waitMs) : undefined;
  }

  /** Gives a token back. */
  giveBack(kind: RateKind): void {
    this.#rates.giveBack(kind);
  }

  /** Ends the connection with 4401 when the identity's token does. */
  protected expireWith(identity: Identity | undefined): void {
    if (identity?.expiresAt === undefined) return;
    this.#expiry ??= new TokenExpiry(this.floor, {
      announce: (inMs) => this.tellExpiring(inMs),
      expire: () => this.close(4401, 'The token has expired.'),
    });
    this.#expiry.set(identity.expiresAt);
  }

  /** The session is somebody else's from now on, and so are the rate limits. */
  protected become(user: string): void {
    this.user = user;
    this.#rates = this.floor.rates.ratesOf(user, this.#address);
  }

  #relieve(): void {
    const pressed = this.#pressed;
    this.#pressed = undefined;
    pressed?.open();
  }

  #receive(data: string | Uint8Array): Eventual<void> {
    if (this.#ended) return;
    const isText = typeof data === 'string';
    const tooFast = this.take('bytes', isText ? Buffer.byteLength(data, 'utf8') : data.byteLength);
    if (tooFast) return this.refuse({ refusal: tooFast });
    if (!isText) return this.refuse({ refusal: new Refusal('not-text') });
    return whenReady(this.answer(data), (answer) => (answer ? this.refuse(answer) : undefined));
  }

  /** Answers with an error; the last of too many closes the connection. */
  protected refuse({ refusal, id, room }: Answer): void {
    if (this.#ended) return;
    this.floor.counters.refused(refusal.code);
    this.#refusals ??= new SlidingCount(CHAT_LIMITS.refusalSpanMs, CHAT_LIMITS.refusals);
    const tooMany = this.#refusals.add(this.floor.now());
    this.tell({
      ...errorMessage(refusal),
      ...(id === undefined ? {} : { id }),
      ...(room === undefined ? {} : { room }),
    });
    if (tooMany) this.close(1008, 'Too many refused messages.');
  }
}
