import type { MemoryBrokerLimits } from '../../rooms/index.ts';
import { MEMORY_BROKER_LIMITS, resolveLimits } from '../../rooms/index.ts';

/**
 * How much of the rooms Redis keeps, and how long; as in memory, but that an entry costs 128 bytes and two for each byte of its
 * texts. How much all of them may take is a setting of Redis: `maxmemory` with `maxmemory-policy noeviction`.
 */
export type RedisLimits = Omit<MemoryBrokerLimits, 'bytes' | 'records' | 'dedupIds'>;

const { bytes: _bytes, records: _records, dedupIds: _dedupIds, ...shared } = MEMORY_BROKER_LIMITS;

/** The limits of a broker on Redis that was told nothing else: those of a broker in memory. */
export const REDIS_LIMITS: RedisLimits = Object.freeze(shared);

/** Throws a TypeError for a limit that there is not, and a RangeError for a value that makes no sense. */
export function resolveRedisLimits(limits: Partial<RedisLimits> | undefined): RedisLimits {
  return resolveLimits('RedisBroker', REDIS_LIMITS, limits);
}
