import { clock } from './clock.ts';
import { LONGEST_TIMER_MS } from './deadlines.ts';
import { type Deferred, deferred } from './deferred.ts';
import type { Message } from './message.ts';

/** How long {@link Inbox.receive} waits. */
export interface ReceiveOptions {
  /** Stops waiting; the promise rejects with the signal's reason. Nothing is lost: the next call gets the message. */
  readonly signal?: AbortSignal;
  /** Stops waiting after this many milliseconds; the promise rejects with a `TimeoutError`. Default: never. */
  readonly timeoutMs?: number;
}

/** Messages for those who ask for one at a time. Whoever parses stops while it is {@link full}. */
export class Inbox {
  readonly #wanted: () => void;
  #waiters: Deferred<Message | undefined>[] = [];
  #held: Message[] = [];
  #waking = false;
  #turnWatched = false;
  #closed = false;

  /** @param wanted is called when it is full no more, or somebody begins to wait */
  constructor(wanted: () => void) {
    this.#wanted = wanted;
  }

  /**
   * True while it has a message that nobody has asked for, and until who was given one had a turn: what comes behind that
   * message may end the connection, and its receiver must have had the time to answer.
   */
  get full(): boolean {
    return this.#waking || this.#held.length > 0;
  }

  /** The next message, or `undefined` when there is none and the connection has ended. */
  next(): Promise<Message | undefined> {
    // What can be parsed at once needs nobody who waits for it.
    if (this.#held.length === 0 && this.#waiters.length === 0 && !this.#closed) {
      this.#waking = false;
      this.#wanted();
    }
    if (this.#held.length > 0) {
      this.#wake();
      return Promise.resolve(this.#held.shift());
    }
    if (this.#closed) return Promise.resolve(undefined);
    return this.#wait().promise;
  }

  /** {@link next}, within the bounds of `options`. */
  async receive({ signal, timeoutMs = Infinity }: ReceiveOptions): Promise<Message | undefined> {
    signal?.throwIfAborted();
    checkTimeout(timeoutMs);
    const bounded = signal !== undefined || timeoutMs !== Infinity;
    if (!bounded || this.#held.length > 0 || this.#closed) return this.next();
    return this.#bounded(this.#wait(), signal, timeoutMs);
  }

  /** Gives the message to who has waited longest, or holds it for who will ask. */
  deliver(message: Message): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) {
      this.#held.push(message);
      return;
    }
    waiter.resolve(message);
    this.#wake();
  }

  /** Somebody was given a message. */
  #wake(): void {
    this.#waking = true;
    if (this.#turnWatched) return;
    this.#turnWatched = true;
    setImmediate(() => this.#turnOver());
  }

  #turnOver(): void {
    this.#turnWatched = false;
    if (!this.#waking) return;
    this.#waking = false;
    this.#wanted();
  }

  #wait(): Deferred<Message | undefined> {
    this.#waking = false;
    const waiter = deferred<Message | undefined>();
    this.#waiters.push(waiter);
    this.#wanted();
    return waiter;
  }

  /** Tells everybody who waits that nothing will come. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(undefined);
  }

  async #bounded(
    waiter: Deferred<Message | undefined>,
    signal: AbortSignal | undefined,
    timeoutMs: number,
  ): Promise<Message | undefined> {
    const stopped = deferred<{ readonly reason: unknown }>();
    const abort = (): void => stopped.resolve({ reason: signal?.reason });
    const expire = (): void => stopped.resolve({ reason: new DOMException('no message came in time', 'TimeoutError') });
    const stopTimer = timeoutMs === Infinity ? undefined : clock().after(timeoutMs, expire);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      const outcome = await Promise.race([waiter.promise.then((message) => ({ message })), stopped.promise]);
      if ('message' in outcome) return outcome.message;
      const index = this.#waiters.indexOf(waiter);
      if (index < 0) return await waiter.promise;
      this.#waiters.splice(index, 1);
      throw outcome.reason;
    } finally {
      stopTimer?.();
      signal?.removeEventListener('abort', abort);
    }
  }
}

function checkTimeout(timeoutMs: number): void {
  if (timeoutMs === Infinity || (timeoutMs >= 0 && timeoutMs <= LONGEST_TIMER_MS)) return;
  throw new RangeError(`timeoutMs must be 0 to ${LONGEST_TIMER_MS}, or Infinity, not ${String(timeoutMs)}`);
}
