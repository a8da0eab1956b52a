import type { Environment } from '../src/bench/index.ts';
import { formatInterval, formatRatio } from '../src/report/index.ts';
import type { ContestResult } from './codec/contest.ts';
import { goalWords, judgeCodec, measuredWords, verdictWords } from './goals.ts';

/** What `bench/results/codec.json` holds. */
export interface CodecResult {
  readonly environment: Environment;
  readonly rounds: number;
  readonly sliceMs: number;
  readonly contests: readonly ContestResult[];
}

/** The lines of the page: for each contest everybody's figure, and how many times as fast the first is. */
export function codecTable(result: CodecResult | undefined): string[] {
  if (result === undefined) return ['Not measured yet.'];
  const { environment, rounds, sliceMs, contests } = result;
  const judged = judgeCodec(contests).map(
    (one) => `| ${[one.contest, goalWords(one.goal), measuredWords(one), verdictWords(one)].join(' | ')} |`,
  );
  return [
    '| work | who | figure | first is faster by | 95 % interval |',
    '|---|---|--:|--:|--:|',
    ...contests.flatMap(({ name, unit, contenders }) =>
      contenders.map((one, i) => {
        const figure = unit === 'B/s' ? `${(one.median / 1e9).toPrecision(3)} GB/s` : `${one.median.toPrecision(3)} ns`;
        const ratio = i === 0 ? '' : formatRatio(one.behind);
        const interval = i === 0 ? '' : formatInterval(one.low ?? Number.NaN, one.high ?? Number.NaN, 'ratio');
        return `| ${[i === 0 ? name : '', one.name, figure, ratio, interval].join(' | ')} |`;
      }),
    ),
    '',
    ...(judged.length === 0 ? [] : ['| work | goal | measured | |', '|---|---|--:|---|', ...judged, '']),
    `Medians of ${rounds} rounds of ${sliceMs} ms each, all contenders of a row in turn in one process. ${environment.cpu}, ` +
      `${environment.cores} cores, Node ${environment.node}, on ${environment.date.slice(0, 10)}.`,
  ];
}
