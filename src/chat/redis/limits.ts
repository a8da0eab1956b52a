import { resolveLimits } from '../../rooms/index.ts';

/** How much of each room Redis keeps, and how long. Sizes are bytes of payload. */
export interface RedisLimits {
  readonly rooms: number;
  readonly logEntries: number;
  readonly logBytes: number;
  readonly logMs: number;
  readonly mailboxEntries: number;
  readonly mailboxBytes: number;
  readonly mailboxMs: number;
  /** How long a publication with an id is known by it. */
  readonly idsMs: number;
  /** How long a room is kept to which nobody listens. */
  readonly keepMs: number;
  /** How long the presence of a node counts that was not heard of; a third of it is the time between two words. */
  readonly presenceMs: number;
}

const HOUR_MS = 3_600_000;

/** The limits of a broker on Redis that was told nothing else. */
export const REDIS_LIMITS: RedisLimits = Object.freeze({
  rooms: 10_000,
  logEntries: 1000,
  logBytes: 262_144,
  logMs: 24 * HOUR_MS,
  mailboxEntries: 200,
  mailboxBytes: 262_144,
  mailboxMs: 7 * 24 * HOUR_MS,
  idsMs: 600_000,
  keepMs: 600_000,
  presenceMs: 15_000,
});

/** Throws a TypeError for a limit that there is not, and a RangeError for a value that makes no sense. */
export function resolveRedisLimits(limits: Partial<RedisLimits> | undefined): RedisLimits {
  return resolveLimits('redis.limits', REDIS_LIMITS, limits);
}
