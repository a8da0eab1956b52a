/**
 * Bytes that many connections share: what their unfinished messages hold together may not pass `limit`.
 *
 * Without one, each connection is bounded by its own message limit alone.
 */
export class MemoryBudget {
  readonly limit: number;
  #used = 0;

  /** @param limit in bytes, or `Infinity` */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** Bytes taken and not given back. */
  get used(): number {
    return this.#used;
  }

  /** Takes `bytes` and gives true, or takes nothing and gives false when they no longer fit. */
  take(bytes: number): boolean {
    if (this.#used + bytes > this.limit) return false;
    this.#used += bytes;
    return true;
  }

  /** Gives back what {@link take} took. */
  give(bytes: number): void {
    this.#used -= bytes;
  }
}
