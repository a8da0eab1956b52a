/** The size and the pace of a {@link TokenBucket}. */
export interface TokenBucketOptions {
  /** Tokens in a full bucket: how many takes may follow each other at once. At least 1; `Infinity` means no limit. */
  readonly capacity: number;
  /** Tokens that flow back each second, fractions allowed. Above 0. */
  readonly refillPerSecond: number;
}

/**
 * A rate limit that allows short bursts: it starts full, each take costs a token, tokens flow back with time.
 *
 * It reads no clock; every call is given the present in milliseconds. A clock that is set back refills nothing and harms nothing.
 */
export class TokenBucket {
  readonly #capacity: number;
  readonly #refillPerMs: number;
  #tokens: number;
  #countedAt: number;

  /** Throws a RangeError for a capacity below 1 or a refill that is not a positive finite number. */
  constructor(options: TokenBucketOptions, nowMs: number) {
    if (!(options.capacity >= 1)) throw new RangeError('capacity must be at least 1, or Infinity for no limit');
    if (!(options.refillPerSecond > 0 && options.refillPerSecond < Infinity)) {
      throw new RangeError('refillPerSecond must be a finite number above 0');
    }
    this.#capacity = options.capacity;
    this.#refillPerMs = options.refillPerSecond / 1000;
    this.#tokens = options.capacity;
    this.#countedAt = nowMs;
  }

  /**
   * Takes tokens, one if not said otherwise, and gives 0; or takes nothing and gives the whole milliseconds after which it will
   * succeed. Who wants more than a full bucket holds gets them from a full one: a large message must not wait forever.
   *
   * A refused take costs nothing, so asking again and again does not postpone the next token.
   */
  take(nowMs: number, tokens: number = 1): number {
    const elapsedMs = Math.max(0, nowMs - this.#countedAt);
    this.#tokens = Math.min(this.#capacity, this.#tokens + elapsedMs * this.#refillPerMs);
    this.#countedAt = nowMs;
    const wanted = Math.min(tokens, this.#capacity);
    // 1e-9: thousands of small refills of a fraction each must still add up to a whole token.
    if (this.#tokens >= wanted - 1e-9) {
      this.#tokens = Math.max(0, this.#tokens - wanted);
      return 0;
    }
    return Math.max(1, Math.ceil((wanted - this.#tokens) / this.#refillPerMs - 1e-6));
  }

  /** Puts tokens back that were taken for nothing. */
  giveBack(tokens: number = 1): void {
    this.#tokens = Math.min(this.#capacity, this.#tokens + tokens);
  }
}
