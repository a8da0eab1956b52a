/** What the optional package `redis` gives; nothing of it is loaded before somebody asks for it. */
export type RedisModule = typeof import('redis');

/** Loads the package `redis`. Rejects with an Error that says what to install if it is not there. */
export async function loadRedis(): Promise<RedisModule> {
  try {
    return await import('redis');
  } catch (cause) {
    throw new Error('rooms on Redis need the package "redis": npm install redis', { cause });
  }
}
