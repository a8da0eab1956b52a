import type { TokenBucketOptions } from './token-bucket.ts';
import { TokenBucket } from './token-bucket.ts';

/**
 * A rate limit for each of many keys: users, addresses. A key keeps its bucket whatever comes and goes under it, so that nobody
 * gets new tokens by connecting again.
 *
 * A bucket is forgotten once it must be full again, which changes nothing. Beyond `most` keys the one that was asked for longest
 * ago is forgotten although it is not full.
 */
export class KeyedBuckets {
  readonly #options: TokenBucketOptions;
  readonly #most: number;
  readonly #refillMs: number;
  /** By when they were asked for last, the longest ago first. */
  readonly #buckets = new Map<string, { readonly bucket: TokenBucket; readonly askedAt: number }>();

  /** Throws a RangeError for figures that {@link TokenBucket} refuses, or for `most` below 1. */
  constructor(options: TokenBucketOptions, most: number = 16_384) {
    if (!(most >= 1)) throw new RangeError('most must be at least 1, or Infinity for no limit');
    new TokenBucket(options, 0);
    this.#options = options;
    this.#most = most;
    this.#refillMs = (options.capacity / options.refillPerSecond) * 1000;
  }

  /** How many keys have a bucket. */
  get size(): number {
    return this.#buckets.size;
  }

  /** Takes `tokens` from the bucket of `key` and gives 0, or nothing and gives the milliseconds to wait (see {@link TokenBucket.take}). */
  take(key: string, nowMs: number, tokens: number = 1): number {
    return this.#bucketOf(key, nowMs).take(nowMs, tokens);
  }

  /** Puts tokens back that were taken for nothing. */
  giveBack(key: string, tokens: number = 1): void {
    this.#buckets.get(key)?.bucket.giveBack(tokens);
  }

  #bucketOf(key: string, nowMs: number): TokenBucket {
    const bucket = this.#buckets.get(key)?.bucket ?? new TokenBucket(this.#options, nowMs);
    this.#buckets.delete(key);
    for (const [other, { askedAt }] of this.#buckets) {
      if (this.#buckets.size < this.#most && nowMs - askedAt < this.#refillMs) break;
      this.#buckets.delete(other);
    }
    this.#buckets.set(key, { bucket, askedAt: nowMs });
    return bucket;
  }
}
