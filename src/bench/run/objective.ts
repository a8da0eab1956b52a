import type { Metric, Summary } from '../model.ts';

/** What a bench must reach: a limit for one metric. */
export interface Objective {
  readonly text: string;
  /** A metric's name, or `p99` for the one that ends so. */
  readonly metric: string;
  readonly than: '<' | '<=' | '>' | '>=';
  /** In the metric's unit: nanoseconds, bytes, or a number. */
  readonly limit: number;
}

const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  k: 1e3,
  M: 1e6,
  '': 1,
};

/** @throws RangeError unless it is a metric, `<` or `>`, and a number with its unit: `p99<5ms`, `messages/s>100000` */
export function parseObjective(text: string): Objective {
  const [, metric = '', than = '', digits = '', unit = ''] =
    /^([^<>=]+)([<>]=?)\s*(\d+(?:\.\d+)?)\s*([a-zA-Zµ]*)$/.exec(text.trim()) ?? [];
  const factor = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (metric.trim() === '' || factor === undefined)
    throw new RangeError(
      `objective must be a metric, < or >, and a number with its unit, such as p99<5ms or messages/s>100000, not ${JSON.stringify(text)}`,
    );
  return { text: text.trim(), metric: metric.trim(), than: than as Objective['than'], limit: Number(digits) * factor };
}

/**
 * Does the median of the runs keep to it, in every variant? Not when nothing is known of the metric.
 *
 * A `curve` looks for the highest rate at which the objective is kept: there it is met when there is one.
 */
export function isMet(objective: Objective, summaries: readonly Summary[]): boolean {
  const variants = [...new Set(summaries.map(({ variant }) => variant))];
  return (
    variants.length > 0 &&
    variants.every((name) =>
      isMetBy(
        objective,
        summaries.filter(({ variant }) => variant === name),
      ),
    )
  );
}

function isMetBy(objective: Objective, summaries: readonly Summary[]): boolean {
  const searched = summaries.find(({ metric }) => metric.name.endsWith(` ${objective.text}`));
  if (searched !== undefined) return searched.median > 0;
  const about = summaries.find(({ metric }) => isAbout(objective, metric));
  return about !== undefined && keeps(objective, about.median);
}

/** A percentile alone is that of what the scenario times first: its latency. */
function isAbout({ metric }: Objective, { name }: Pick<Metric, 'name'>): boolean {
  return name === metric || (/^p\d/.test(metric) && name.endsWith(` ${metric}`));
}

function keeps({ than, limit }: Objective, value: number): boolean {
  switch (than) {
    case '<':
      return value < limit;
    case '<=':
      return value <= limit;
    case '>':
      return value > limit;
    case '>=':
      return value >= limit;
  }
}
