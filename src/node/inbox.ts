import { type Deferred, deferred } from './deferred.ts';
import type { Message } from './message.ts';

/** How long {@link Inbox.receive} waits. */
export interface ReceiveOptions {
  /** Stops waiting; the promise rejects with the signal's reason. Nothing is lost: the next call gets the message. */
  readonly signal?: AbortSignal;
  /** Stops waiting after this many milliseconds; the promise rejects with a `TimeoutError`. */
  readonly timeoutMs?: number;
}

/** Messages for those who ask for one at a time. It holds none: as long as nobody waits, none is parsed. */
export class Inbox {
  readonly #wanted: () => void;
  #waiters: Deferred<Message | undefined>[] = [];
  #closed = false;

  /** @param wanted is called when somebody begins to wait */
  constructor(wanted: () => void) {
    this.#wanted = wanted;
  }

  /** True while somebody waits for a message. */
  get waiting(): boolean {
    return this.#waiters.length > 0;
  }

  /** The next message, or `undefined` when the connection has ended. */
  async receive({ signal, timeoutMs }: ReceiveOptions = {}): Promise<Message | undefined> {
    signal?.throwIfAborted();
    if (this.#closed) return undefined;
    const waiter = deferred<Message | undefined>();
    this.#waiters.push(waiter);
    this.#wanted();
    if (signal === undefined && timeoutMs === undefined) return waiter.promise;
    return this.#bounded(waiter, signal, timeoutMs);
  }

  /** Gives the message to who has waited longest; only to be called while {@link waiting}. */
  deliver(message: Message): void {
    this.#waiters.shift()!.resolve(message);
  }

  /** Tells everybody who waits that nothing will come. */
  close(): void {
    this.#closed = true;
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(undefined);
  }

  async #bounded(
    waiter: Deferred<Message | undefined>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
  ): Promise<Message | undefined> {
    const timeout = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    const signals = [signal, timeout].filter((one) => one !== undefined);
    const stopped = deferred<void>();
    const stop = (): void => stopped.resolve();
    for (const one of signals) one.addEventListener('abort', stop, { once: true });
    try {
      const outcome = await Promise.race([waiter.promise.then((message) => ({ message })), stopped.promise]);
      if (outcome !== undefined) return outcome.message;
      const index = this.#waiters.indexOf(waiter);
      if (index < 0) return await waiter.promise;
      this.#waiters.splice(index, 1);
      throw signals.find((one) => one.aborted)?.reason;
    } finally {
      for (const one of signals) one.removeEventListener('abort', stop);
    }
  }
}
