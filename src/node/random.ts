import { randomFillSync } from 'node:crypto';

const pool = new Int32Array(2048);
let next = pool.length;

/** A mask key that no one can guess, never given out twice: drawn from the system's strong source (RFC 6455 §5.3, §10.3). @rfc 6455-5.3-2 6455-5.3-3 6455-10.3-1 */
export function nextMaskKey(): number {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  const key = pool[next]!;
  pool[next++] = 0;
  return key;
}
