import type { Environment } from '../src/bench/index.ts';
import type { Choices } from './choices.ts';
import type { LineUp } from './measure.ts';
import type { RowResult } from './results.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const SAME: readonly (keyof Environment)[] = ['ws101', 'node', 'platform', 'cpu', 'cores', 'memoryBytes'];

/**
 * Whether a row's result is what measuring it once more would give: the same settings and contenders, on the same machine, less
 * than a day ago.
 *
 * @param here where it would be measured; its date is the present
 */
export function isMeasured(
  result: RowResult | undefined,
  { measured }: Pick<LineUp, 'measured'>,
  { runs, warmupMs, durationMs }: Pick<Choices, 'runs' | 'warmupMs' | 'durationMs'>,
  here: Environment,
): boolean {
  if (result === undefined) return false;
  const { environment, contenders } = result;
  const ageMs = Date.parse(here.date) - Date.parse(environment.date);
  return (
    result.runs === runs &&
    result.warmupMs === warmupMs &&
    result.durationMs === durationMs &&
    ageMs < DAY_MS &&
    SAME.every((key) => environment[key] === here[key]) &&
    contenders.map(({ name }) => name).join() === measured.map(({ name }) => name).join()
  );
}
