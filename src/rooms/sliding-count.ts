/**
 * Counts how many events fell within the last span of time.
 *
 * It remembers at most `limit` instants, the newest ones, so its memory is bounded however many events come.
 */
export class SlidingCount {
  readonly #spanMs: number;
  readonly #limit: number;
  readonly #instants: number[] = [];

  /** `spanMs` is the length of the window in milliseconds, `limit` the count that the caller waits for. */
  constructor(spanMs: number, limit: number) {
    this.#spanMs = spanMs;
    this.#limit = limit;
  }

  /** Records an event at `nowMs` and says whether `limit` events, this one included, lie less than the span apart. */
  add(nowMs: number): boolean {
    if (this.#instants.length === this.#limit) this.#instants.shift();
    this.#instants.push(nowMs);
    const oldest = this.#instants[0] ?? nowMs;
    return this.#instants.length === this.#limit && Math.abs(nowMs - oldest) < this.#spanMs;
  }
}
