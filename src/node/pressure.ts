import type { SendStatus } from '../protocol/index.ts';
import { type Deferred, deferred } from './deferred.ts';

/** Whether the queue of one connection rose above its high-water mark and has not drained since, and who waits for that. */
export class Pressure {
  #high = false;
  #ended = false;
  #waiters: Deferred<void>[] | undefined;

  /** True from a `'pressured'` or `'dropped'` until {@link release}. */
  get high(): boolean {
    return this.#high;
  }

  note(status: SendStatus): void {
    if ((status === 'pressured' || status === 'dropped') && !this.#ended) this.#high = true;
  }

  /** Resolves at the next {@link release}; at once when the queue is not high. */
  drained(): Promise<void> {
    if (!this.#high) return Promise.resolve();
    const waiter = deferred<void>();
    this.#waiters ??= [];
    this.#waiters.push(waiter);
    return waiter.promise;
  }

  /** Nothing will drain the queue any more, so that nobody may wait for it. */
  end(): void {
    this.#ended = true;
    this.release();
  }

  /** The queue has drained. */
  release(): void {
    this.#high = false;
    const waiters = this.#waiters;
    this.#waiters = undefined;
    if (waiters !== undefined) for (const waiter of waiters) waiter.resolve();
  }
}
