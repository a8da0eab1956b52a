import type * as Redis from 'redis';
import { MissingPackageError } from '../auth/jose.ts';

/** What the optional package `redis` gives; nothing of it is loaded before somebody asks for it. */
export type RedisModule = typeof Redis;

/**
 * Loads the package redis, an optional peer: only who has rooms on Redis needs it.
 *
 * @param load how it is imported; for tests
 * Rejects with a {@link MissingPackageError} when it is not installed.
 */
export async function loadRedis(load: () => Promise<RedisModule> = () => import('redis')): Promise<RedisModule> {
  try {
    return await load();
  } catch (error) {
    throw new MissingPackageError('rooms on Redis need the package redis: npm install redis', { cause: error });
  }
}
