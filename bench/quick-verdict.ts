import { pairedRatio } from '../src/bench/stats/ratio.ts';
import type { RowResult } from './results.ts';

const SEED = 1;

/** How many times what raw `node:net` does this project's server does, run by run, with the 95 % interval; NaN without both. */
export function rawRatio({ contenders }: Pick<RowResult, 'contenders'>): ReturnType<typeof pairedRatio> {
  const [own, raw] = ['ws101', 'raw'].map(
    (name) => contenders.find((one) => one.name === name)?.values.map((value) => value ?? Number.NaN) ?? [],
  );
  return pairedRatio(own ?? [], raw ?? [], SEED);
}

/** What a row came to now, and what that says beside the committed result. */
export interface Drift {
  readonly now: ReturnType<typeof pairedRatio>;
  /** The committed ratio; undefined when there is none. */
  readonly before: number | undefined;
  readonly says: 'slower' | 'faster' | 'same' | 'unknown';
}

/** Slower, or faster, only when the whole interval lies on that side of the committed ratio. */
export function driftOf(
  result: Pick<RowResult, 'contenders'>,
  committed: Pick<RowResult, 'contenders'> | undefined,
): Drift {
  const now = rawRatio(result);
  const middle = committed === undefined ? Number.NaN : rawRatio(committed).middle;
  const before = Number.isNaN(middle) ? undefined : middle;
  if (before === undefined || Number.isNaN(now.low)) return { now, before, says: 'unknown' };
  return { now, before, says: now.high < before ? 'slower' : now.low > before ? 'faster' : 'same' };
}
