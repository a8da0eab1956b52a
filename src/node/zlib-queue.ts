// libuv has four threads unless told otherwise, and files and host names need them, too. What is inflated at one time is
// also what it takes in memory beyond the budgets.
const AT_ONCE = 2;

/** Large messages that are compressed or decompressed outside the loop: a few at one time, the others in order. */
export class ZlibQueue {
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  /** Starts `work` when there is room for it, and gives what it gives. */
  async run<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.#running === AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      return await work();
    } finally {
      // The place goes straight to the next one, so that nobody slips in between.
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}

/** The one of this process. */
export const zlibQueue: ZlibQueue = new ZlibQueue();
