import { seededRandom, shuffled } from '../stats/seeded-random.ts';

/** One run's turn. */
export interface Turn {
  /** Which variant, from 0. */
  readonly variant: number;
  /** Which of its runs, from 0. */
  readonly run: number;
}

/**
 * The order in which the runs of several variants take turns: A B, then B A, and so on, each pair of rounds beginning with an
 * order that the seed gives. Whatever changes slowly on a machine then meets all variants alike.
 */
export function interleave(variants: number, runs: number, seed: number): Turn[] {
  const random = seededRandom(seed);
  const all = Array.from({ length: variants }, (_, variant) => variant);
  const turns: Turn[] = [];
  let round: readonly number[] = all;
  for (let run = 0; run < runs; run++) {
    round = run % 2 === 0 ? shuffled(all, random) : [...round].reverse();
    turns.push(...round.map((variant) => ({ variant, run })));
  }
  return turns;
}
