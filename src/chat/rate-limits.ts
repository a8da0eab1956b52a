import { refuseUnknown } from '../protocol/index.ts';
import type { TokenBucketOptions } from '../rooms/index.ts';
import { TokenBucket } from '../rooms/index.ts';
import { CHAT_LIMITS } from './limits.ts';

/** What is limited: texts and acts of moderators, bytes of whatever is sent, joins and leaves, typing notices, questions. */
export type RateKind = 'messages' | 'bytes' | 'joins' | 'typing' | 'requests';

/** The size and the pace of the bucket of each kind. */
export type RateTable = Readonly<Record<RateKind, TokenBucketOptions>>;

/** Further rate limits. */
export interface RateLimitOptions {
  /** Of each connection, and of all connections of one user together. Default: made of `rateLimit`. */
  readonly user?: Partial<RateTable>;
  /** Of all connections of one address together. Default: no limit. */
  readonly address?: Partial<RateTable>;
}

/** The kinds of rate limits. */
export const RATE_KINDS: readonly RateKind[] = Object.freeze(['messages', 'bytes', 'joins', 'typing', 'requests']);

const FREE: TokenBucketOptions = Object.freeze({ capacity: Infinity, refillPerSecond: 1 });

/** No limit of any kind. */
export const NO_RATES: RateTable = Object.freeze({
  messages: FREE,
  bytes: FREE,
  joins: FREE,
  typing: FREE,
  requests: FREE,
});

/** The figures of every kind that follow from those of texts: bytes for as many longest messages, thrice as many questions. */
export function ratesOf({ capacity, refillPerSecond }: TokenBucketOptions): RateTable {
  const rate = { capacity, refillPerSecond };
  return {
    messages: rate,
    joins: rate,
    typing: rate,
    requests: { capacity: 3 * capacity, refillPerSecond: 3 * refillPerSecond },
    bytes: {
      capacity: capacity * CHAT_LIMITS.maxMessageBytes,
      refillPerSecond: refillPerSecond * CHAT_LIMITS.maxMessageBytes,
    },
  };
}

/**
 * Lays figures over others.
 *
 * Throws a TypeError for a kind that does not exist and a RangeError for a bucket that cannot be.
 */
export function overlayRates(owner: string, base: RateTable, over: Partial<RateTable> = {}): RateTable {
  refuseUnknown(owner, over, [...RATE_KINDS]);
  const table = { ...base, ...over };
  for (const kind of RATE_KINDS) {
    refuseUnknown(`${owner}.${kind}`, table[kind], ['capacity', 'refillPerSecond']);
    new TokenBucket(table[kind], 0); // refuses figures that make no sense
  }
  return table;
}
