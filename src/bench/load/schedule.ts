import { seededRandom } from '../stats/seeded-random.ts';

/** When messages are to be sent, in nanoseconds from the start of the phase, one after the other. */
export type Schedule = () => number;

/** Gaps that are all alike: `offset` is where the first one begins, as a share of a gap. */
export function evenSchedule(rate: number, offset: number): Schedule {
  let count = 0;
  return () => ((offset + count++) * 1e9) / rate;
}

/** Gaps that are exponentially distributed, as those of many independent senders are. The same for the same seed. */
export function poissonSchedule(rate: number, seed: number): Schedule {
  const random = seededRandom(seed);
  let time = 0;
  return () => {
    time -= (Math.log(1 - random()) * 1e9) / rate;
    return time;
  };
}
