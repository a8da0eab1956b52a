import type { FillRandom } from '../node/index.ts';

/** A source of numbers that repeats itself for the same seed. */
export interface SeededRandom {
  /** The next number from 0 up to, not including, 1: the `random` of a reconnecting client. */
  readonly next: () => number;
  /** Fills with bytes: the `random` of `usePorts`. */
  readonly fill: FillRandom;
}

/** Makes a source from a seed, any whole number. For tests alone: whoever knows the seed knows every mask key. */
export function seededRandom(seed: number): SeededRandom {
  // A Weyl sequence of odd step, scrambled by two rounds of multiply and shift.
  let state = seed | 0;
  const word = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return {
    next: () => word() / 2 ** 32,
    fill(bytes) {
      for (let i = 0; i < bytes.length; i++) bytes[i] = word() & 0xff;
    },
  };
}
