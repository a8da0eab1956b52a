import { median } from '../../src/bench/stats/bootstrap.ts';
import { pairedRatio } from '../../src/bench/stats/ratio.ts';

/** One implementation of a piece of work. */
export interface Contender {
  readonly name: string;
  /**
   * Does the work so often in a row and gives what it came to, counted from results, so that nothing can be left out.
   *
   * The same for every contender of a contest: how many bytes came out.
   */
  run(times: number): number;
}

/** A piece of work, and those who do it. */
export interface Contest {
  readonly name: string;
  /** How many frames, or bytes for a rate, one time is. */
  readonly units: number;
  readonly unit: 'ns/frame' | 'B/s';
  /** What one time must come to. */
  readonly comesTo: number;
  readonly contenders: readonly Contender[];
}

/** What a contest came to. */
export interface ContestResult {
  readonly name: string;
  readonly unit: Contest['unit'];
  readonly contenders: readonly {
    readonly name: string;
    /** One for each round. */
    readonly values: readonly number[];
    readonly median: number;
    /** How many times as fast as this one the first is, round by round, with its 95 % interval; null with too few rounds. */
    readonly behind: number;
    readonly low: number | null;
    readonly high: number | null;
  }[];
}

const SEED = 1;

/**
 * Measures all contenders in turn, round by round, forth and back, each for some `sliceMs`.
 *
 * @throws Error when one of them does not come to what it must: then it did something else, or nothing
 */
export async function hold(contest: Contest, rounds: number, sliceMs: number): Promise<ContestResult> {
  const entries = contest.contenders.map((contender) => ({ contender, times: 1, values: [] as number[] }));
  for (const entry of entries) entry.times = timesWithin(contest, entry.contender, sliceMs);
  for (let round = 0; round < rounds; round++) {
    for (const { contender, times, values } of round % 2 === 0 ? entries : [...entries].reverse()) {
      values.push(figureOf(contest, times, timed(contest, contender, times)));
      // What works with streams cleans up between turns of the loop.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const first = entries[0]?.values ?? [];
  return {
    name: contest.name,
    unit: contest.unit,
    contenders: entries.map(({ contender: { name }, values }) => {
      const [fast, slow] = contest.unit === 'B/s' ? [first, values] : [values, first];
      const { middle, low, high } = pairedRatio(fast, slow, SEED);
      const interval = { low: Number.isNaN(low) ? null : low, high: Number.isNaN(high) ? null : high };
      return { name, values: values.map(round3), median: round3(median(values)), behind: middle, ...interval };
    }),
  };
}

/** How often a contender does it in some `sliceMs`, once it is compiled. */
function timesWithin(contest: Contest, contender: Contender, sliceMs: number): number {
  let times = 1;
  for (let tries = 0; tries < 40; tries++) {
    const tookMs = timed(contest, contender, times) / 1e6;
    if (tookMs >= sliceMs / 2 && tries >= 5) return Math.max(1, Math.round((times * sliceMs) / tookMs));
    times = Math.max(times, Math.ceil(times * Math.min(4, sliceMs / Math.max(tookMs, 0.001))));
  }
  return times;
}

/** Nanoseconds that so many times take. */
function timed({ name, comesTo }: Contest, contender: Contender, times: number): number {
  const start = process.hrtime.bigint();
  const came = contender.run(times);
  const took = Number(process.hrtime.bigint() - start);
  if (came !== comesTo * times)
    throw new Error(`${name}: ${contender.name} came to ${came} instead of ${comesTo * times}`);
  return took;
}

function figureOf({ unit, units }: Contest, times: number, ns: number): number {
  return unit === 'B/s' ? (units * times * 1e9) / ns : ns / (units * times);
}

function round3(value: number): number {
  return Number(value.toPrecision(4));
}
