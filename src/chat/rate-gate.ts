import { refuseUnknown } from '../protocol/index.ts';
import type { TokenBucketOptions } from '../rooms/index.ts';
import { KeyedBuckets, TokenBucket } from '../rooms/index.ts';
import type { RateKind, RateLimitOptions, RateTable } from './rate-limits.ts';
import { NO_RATES, overlayRates, RATE_KINDS, ratesOf } from './rate-limits.ts';

/** Buckets that somebody pays from: those of a connection whose user is not known yet, or those of a key. */
interface Purse {
  take(kind: RateKind, cost: number, nowMs: number): number;
  giveBack(kind: RateKind, cost: number): void;
}

/** The rate limits of one connection: the buckets that it shares with others of its user and of its address. */
export class Rates {
  readonly #purses: readonly Purse[];

  constructor(purses: readonly Purse[]) {
    this.#purses = purses;
  }

  /** Takes from every bucket of the kind and gives 0; or from none, and gives the milliseconds after which it will succeed. */
  take(kind: RateKind, cost: number, nowMs: number): number {
    for (const [index, purse] of this.#purses.entries()) {
      const waitMs = purse.take(kind, cost, nowMs);
      if (waitMs === 0) continue;
      for (const paid of this.#purses.slice(0, index)) paid.giveBack(kind, cost);
      return waitMs;
    }
    return 0;
  }

  /** Gives one token of the kind back to every bucket. */
  giveBack(kind: RateKind): void {
    for (const purse of this.#purses) purse.giveBack(kind, 1);
  }
}

/** The buckets of one connection; each is made when it is first needed. */
class OwnBuckets implements Purse {
  readonly #table: RateTable;
  readonly #buckets = new Map<RateKind, TokenBucket>();

  constructor(table: RateTable) {
    this.#table = table;
  }

  take(kind: RateKind, cost: number, nowMs: number): number {
    if (this.#table[kind].capacity === Infinity) return 0;
    const bucket = this.#buckets.get(kind) ?? new TokenBucket(this.#table[kind], nowMs);
    this.#buckets.set(kind, bucket);
    return bucket.take(nowMs, cost);
  }

  giveBack(kind: RateKind, cost: number): void {
    this.#buckets.get(kind)?.giveBack(cost);
  }
}

type SharedBuckets = ReadonlyMap<RateKind, KeyedBuckets>;

/** The rate limits of a node: of each connection, each user and each address. Whoever comes again finds the buckets as they were. */
export class RateGate {
  readonly #own: RateTable;
  readonly #users: SharedBuckets;
  readonly #addresses: SharedBuckets;

  /** Throws a TypeError or RangeError for options that cannot be. */
  constructor(rateLimit: TokenBucketOptions, options: RateLimitOptions = {}) {
    refuseUnknown('rateLimits', options, ['user', 'address']);
    this.#own = overlayRates('rateLimits.user', ratesOf(rateLimit), options.user);
    this.#users = sharedBuckets(this.#own);
    this.#addresses = sharedBuckets(overlayRates('rateLimits.address', NO_RATES, options.address));
  }

  /**
   * What a connection pays from; `user` is empty while nobody knows who it is, `address` undefined where it is exempt. A connection
   * has no more than its user has, so that the user's buckets are enough once the user is known.
   */
  ratesOf(user: string, address: string | undefined): Rates {
    const own = user === '' ? new OwnBuckets(this.#own) : new SharedPurse(this.#users, user);
    const isLimited = address !== undefined && this.#addresses.size > 0;
    return new Rates(isLimited ? [own, new SharedPurse(this.#addresses, address)] : [own]);
  }
}

function sharedBuckets(table: RateTable): SharedBuckets {
  const limited = RATE_KINDS.filter((kind) => table[kind].capacity !== Infinity);
  return new Map(limited.map((kind) => [kind, new KeyedBuckets(table[kind])]));
}

/** The buckets of one key. */
class SharedPurse implements Purse {
  readonly #buckets: SharedBuckets;
  readonly #key: string;

  constructor(buckets: SharedBuckets, key: string) {
    this.#buckets = buckets;
    this.#key = key;
  }

  take(kind: RateKind, cost: number, nowMs: number): number {
    return this.#buckets.get(kind)?.take(this.#key, nowMs, cost) ?? 0;
  }

  giveBack(kind: RateKind, cost: number): void {
    this.#buckets.get(kind)?.giveBack(this.#key, cost);
  }
}
