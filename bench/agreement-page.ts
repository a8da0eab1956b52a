import type { Environment } from '../src/bench/index.ts';
import { formatInterval, formatRatio, formatValue } from '../src/report/index.ts';

/** What both load generators have measured of one kind of load. */
export interface Agreement {
  readonly load: string;
  /** Messages, or deliveries, for each second of server CPU time; one for each pair of runs. */
  readonly bench: readonly number[];
  readonly reference: readonly number[];
  /** The first over the second, run by run, with its 95 % interval; null with too few runs. */
  readonly ratio: number;
  readonly low: number | null;
  readonly high: number | null;
}

/** What `bench/results/agreement.json` holds. */
export interface AgreementResult {
  readonly environment: Environment;
  readonly runs: number;
  readonly warmupMs: number;
  readonly durationMs: number;
  readonly agreements: readonly Agreement[];
}

/** Both tools measure the same when the interval of their ratio lies within these. */
export const AGREE = { low: 0.93, high: 1.07 };

/** Whether the whole interval of a ratio lies within {@link AGREE}. */
export function agrees({ low, high }: Pick<Agreement, 'low' | 'high'>): boolean {
  return low !== null && high !== null && low >= AGREE.low && high <= AGREE.high;
}

/** The lines of the page. */
export function agreementTable(result: AgreementResult | undefined): string[] {
  if (result === undefined) return ['Not measured yet.'];
  const { environment, runs, durationMs, agreements } = result;
  return [
    '| load | ws101 bench | in C | ratio | 95 % interval | |',
    '|---|--:|--:|--:|--:|---|',
    ...agreements.map((one) => {
      const [own, other] = [one.bench, one.reference].map((values) => formatValue(middle(values), '1/s'));
      const interval = formatInterval(one.low ?? Number.NaN, one.high ?? Number.NaN, 'ratio');
      const says = one.low === null ? 'not known' : agrees(one) ? 'agrees' : 'not shown to agree';
      return `| ${[one.load, own, other, formatRatio(one.ratio), interval, says].join(' | ')} |`;
    }),
    '',
    `Messages, or deliveries, for each second of server CPU time; medians of ${runs} runs of ${durationMs / 1000} s each. They agree when the ` +
      `interval lies within ${AGREE.low} to ${AGREE.high}. ${environment.cpu}, ${environment.cores} cores, Node ${environment.node}, on ` +
      `${environment.date.slice(0, 10)}.`,
  ];
}

function middle(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
