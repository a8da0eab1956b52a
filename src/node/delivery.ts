import { steadyNow } from './clock.ts';
import type { Connection } from './connection.ts';
import type { SharedSetup } from './connection-setup.ts';
import { isPromise } from './deferred.ts';
import { noteReceived, noteReceivedPart } from './diagnostics.ts';
import { Inbox, type ReceiveOptions } from './inbox.ts';
import type { Message } from './message.ts';
import type { MessagePart } from './message-part.ts';

// A connection that has had this much parsed leaves the rest of the turn to others: each message is a share, and one more
// for so many of its bytes, because a kilobyte on the wire may be a megabyte once decompressed.
const SHARES_PER_TURN = 256;
const BYTES_PER_SHARE = 4096;

// A handler's promise has not settled; the application asked for it; it is the turn of others.
const BUSY = 1;
const PAUSED = 2;
const YIELDING = 4;

/** What {@link Delivery} asks of its connection. */
export interface DeliveryOwner<Data> {
  readonly connection: Connection<Data>;
  /** Parses on, as far as {@link Delivery.wants} allows. */
  continue(): void;
  /** A handler threw, or its promise rejected. */
  failed(error: unknown): void;
}

/** Who takes the messages of one connection, and whether the next one may be parsed now. */
export class Delivery<Data> {
  readonly #setup: SharedSetup<Data>;
  readonly #owner: DeliveryOwner<Data>;
  // Otherwise messages wait for who asks for them.
  readonly #called: boolean;
  // Why the next message is not wanted now: one number, of which every connection has one.
  #holds = 0;
  #work = 0;
  #inbox: Inbox | undefined;
  #takesAll = false;
  #closed = false;

  constructor(setup: SharedSetup<Data>, owner: DeliveryOwner<Data>) {
    this.#setup = setup;
    this.#owner = owner;
    const { handlers } = setup;
    this.#called = handlers.message !== undefined || handlers.part !== undefined;
  }

  /** Whether the next message may be parsed now. */
  get wants(): boolean {
    if (this.#takesAll) return true;
    if (this.#holds !== 0) return false;
    // One message may wait for who asks, so that pings and closes are seen where nobody does.
    return this.#inbox?.full !== true;
  }

  /** The transport is gone: what it left behind is little and the last, so that an inbox holds all of it. */
  lastBytes(): void {
    this.#takesAll = !this.#called;
  }

  /** Whether it will want messages again by itself. */
  get willWant(): boolean {
    return this.#takesAll || !this.paused;
  }

  get paused(): boolean {
    return (this.#holds & PAUSED) !== 0;
  }

  set paused(paused: boolean) {
    if (paused) {
      this.#holds |= PAUSED;
    } else {
      this.#holds &= ~PAUSED;
      this.#owner.continue();
    }
  }

  /** Hands over one message; only to be called while it {@link wants} one. */
  deliver(data: Message): void {
    const { connection } = this.#owner;
    noteReceived(this.#setup.tally, connection, data);
    if (this.#called) this.#call(connection, data, undefined);
    else this.#openInbox().deliver(data);
    this.#worked(data.length);
  }

  /** Hands over a piece of a message; only to be called while it {@link wants} one. */
  deliverPart(data: Uint8Array, part: MessagePart): void {
    noteReceivedPart(this.#setup.tally, part.last);
    this.#call(this.#owner.connection, data, part);
    this.#worked(data.length);
  }

  /** Rejects with an Error when the messages go to a handler, whole or in parts. */
  receive(options: ReceiveOptions | undefined): Promise<Message | undefined> {
    if (this.#called) {
      return Promise.reject(new Error('this route has a message handler; leave it out to receive one by one'));
    }
    const inbox = this.#openInbox();
    return options === undefined ? inbox.next() : inbox.receive(options);
  }

  /** No message will come any more. */
  close(): void {
    this.#closed = true;
    this.#inbox?.close();
  }

  /** Calls a handler; when it gives a promise, the next message waits until that has settled. */
  hold(call: () => unknown): void {
    try {
      const result = call();
      if (isPromise(result)) this.#await(result);
    } catch (error) {
      this.#owner.failed(error);
    }
  }

  /** Calls a handler that holds nothing back, and reports its failure. */
  watch(call: () => unknown): void {
    try {
      const result = call();
      if (isPromise(result)) result.then(undefined, (error: unknown) => this.#owner.failed(error));
    } catch (error) {
      this.#owner.failed(error);
    }
  }

  #openInbox(): Inbox {
    if (this.#inbox === undefined) {
      this.#inbox = new Inbox(() => this.#owner.continue());
      if (this.#closed) this.#inbox.close();
    }
    return this.#inbox;
  }

  // Not by way of hold: a closure for each message would cost more than the rest of its delivery.
  #call(connection: Connection<Data>, data: Message, part: MessagePart | undefined): void {
    const { handlerTime } = this.#setup.tally;
    const startedAt = handlerTime === undefined ? 0 : steadyNow();
    let result: unknown;
    try {
      if (part === undefined) result = this.#setup.handlers.message?.(connection, data);
      else result = this.#setup.handlers.part?.(connection, data as Uint8Array, part);
      if (isPromise(result)) this.#await(result);
    } catch (error) {
      this.#owner.failed(error);
    }
    handlerTime?.record(startedAt, result);
  }

  #await(result: PromiseLike<unknown>): void {
    this.#holds |= BUSY;
    const settled = (): void => {
      this.#holds &= ~BUSY;
      this.#owner.continue();
    };
    result.then(settled, (error: unknown) => {
      this.#owner.failed(error);
      settled();
    });
  }

  #worked(length: number): void {
    this.#work += 1 + Math.floor(length / BYTES_PER_SHARE);
    if (this.#work >= SHARES_PER_TURN) this.#yieldTurn();
  }

  #yieldTurn(): void {
    this.#holds |= YIELDING;
    setImmediate(() => {
      this.#holds &= ~YIELDING;
      this.#work = 0;
      this.#owner.continue();
    });
  }
}
