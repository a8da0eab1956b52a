import { randomFillSync } from 'node:crypto';

/** Fills the array with random bytes. */
export type FillRandom = (bytes: Uint8Array) => void;

/** The strong source of the system. */
export const systemRandom: FillRandom = (bytes) => void randomFillSync(bytes);

const pool = new Int32Array(2048);
const poolBytes = new Uint8Array(pool.buffer);
let next = pool.length;
let fill: FillRandom = systemRandom;

/** Puts another source in place of the one that holds now, which is given; to be called by `usePorts` alone. */
export function setRandom(source: FillRandom): FillRandom {
  const previous = fill;
  fill = source;
  next = pool.length;
  return previous;
}

/** So many random bytes, never given out twice. */
export function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  fill(bytes);
  return bytes;
}

/** A mask key that no one can guess, never given out twice: drawn from the system's strong source (RFC 6455 §5.3, §10.3). @rfc 6455-5.3-2 6455-5.3-3 6455-10.3-1 */
export function nextMaskKey(): number {
  if (next === pool.length) {
    fill(poolBytes);
    next = 0;
  }
  const key = pool[next]!;
  pool[next++] = 0;
  return key;
}
