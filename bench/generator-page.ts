import type { Environment } from '../src/bench/index.ts';
import { median } from '../src/bench/stats/bootstrap.ts';
import { pairedRatio } from '../src/bench/stats/ratio.ts';
import { formatInterval, formatRate, formatRatio, formatShare } from '../src/report/index.ts';

/** What one load generator has driven: one number for each run. */
export interface Driven {
  readonly name: string;
  readonly version: string;
  /** Echo messages a second of the clock. */
  readonly perSecond: readonly number[];
  /** Echo messages a second of the generator's own CPU time. */
  readonly perCpuSecond: readonly number[];
}

/** What `bench/results/generator.json` holds. */
export interface GeneratorResult {
  readonly environment: Environment;
  readonly runs: number;
  readonly warmupMs: number;
  readonly durationMs: number;
  readonly connections: number;
  readonly depth: number;
  readonly bytes: number;
  /** Whether generator and server each had a core of their own. */
  readonly pinned: boolean;
  readonly own: Driven;
  readonly other: Driven;
}

/** What one worker is to drive: messages a second, and how many times what a generator built on `ws` drives. */
export const DRIVES = { perSecond: 300_000, ratio: 2.5 };

const SEED = 1;

/** Own over other, run by run, with the 95 % interval. */
export function ratioOf(
  { own, other }: GeneratorResult,
  of: 'perSecond' | 'perCpuSecond',
): ReturnType<typeof pairedRatio> {
  return pairedRatio(own[of], other[of], SEED);
}

/** Whether one worker drives enough: its median, and its ratio when the interval reaches it. */
export function drives(result: GeneratorResult): { readonly rate: boolean; readonly ratio: boolean } {
  return {
    rate: median(result.own.perSecond) >= DRIVES.perSecond,
    ratio: ratioOf(result, 'perSecond').high >= DRIVES.ratio,
  };
}

/** The lines of the page. */
export function generatorTable(result: GeneratorResult | undefined): string[] {
  if (result === undefined) return ['Not measured yet.'];
  const { environment, runs, warmupMs, durationMs, connections, depth, bytes, pinned, own, other } = result;
  const ratios = (['perSecond', 'perCpuSecond'] as const).map((of) => {
    const { middle, low, high } = ratioOf(result, of);
    return `${formatRatio(middle)} ${formatInterval(low, high, 'ratio')}`;
  });
  const { rate, ratio } = drives(result);
  const rateSays = rate ? 'met' : `missed by ${formatShare(1 - median(own.perSecond) / DRIVES.perSecond)}`;
  const { middle, high } = ratioOf(result, 'perSecond');
  const ratioSays = Number.isNaN(high)
    ? 'not known'
    : ratio
      ? 'met'
      : `missed by ${formatShare(1 - middle / DRIVES.ratio)}`;
  return [
    '| generator | messages a second | messages a second of its CPU time |',
    '|---|--:|--:|',
    ...[own, other].map(
      ({ name, version, perSecond, perCpuSecond }) =>
        `| ${[`${name} ${version}`, formatRate(median(perSecond)), formatRate(median(perCpuSecond))].join(' | ')} |`,
    ),
    `| ratio, with its 95 % interval | ${ratios.join(' | ')} |`,
    '',
    `Goals: at least ${formatRate(DRIVES.perSecond)}, ${rateSays}; at least ${DRIVES.ratio} times the other, ${ratioSays}.`,
    '',
    `Echo of ${bytes} bytes, ${connections} connections, ${depth} in flight, one process each against the null server` +
      `${pinned ? ', generator and server each on a core of its own' : ''}; medians of ${runs} runs of ${durationMs / 1000} s after ` +
      `${warmupMs / 1000} s of warm-up, in turn. ${environment.cpu}, ${environment.cores} cores, Node ${environment.node}, on ` +
      `${environment.date.slice(0, 10)}; \`npm run bench:generator\` repeats it.`,
  ];
}
