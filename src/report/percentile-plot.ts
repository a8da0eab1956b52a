import { formatDuration, percentileName } from './numbers.ts';
import { drawFrame, type NumberTable, type Plot, polyline } from './plot.ts';
import { fittingScale, percentileScale } from './scale.ts';
import { seriesDash, seriesGroup, seriesMarker } from './series.ts';

/** A distribution as points of a share of all values and the value that this share does not exceed, in nanoseconds. */
export type PercentilePoints = readonly (readonly [share: number, nanoseconds: number])[];

/** One line of a percentile plot. */
export interface PercentileSeries {
  readonly name: string;
  /** Rising, up to the share of which enough values are known. */
  readonly points: PercentilePoints;
  /** Single runs, drawn faintly. */
  readonly runs?: readonly PercentilePoints[];
}

/** What a percentile plot shows. */
export interface PercentilePlotOptions {
  readonly title: string;
  /** What was timed: `latency`. */
  readonly what: string;
  readonly series: readonly PercentileSeries[];
}

const SHARES = [0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999];

/** How times are spread, up to the rarest: one more nine takes the same distance each. */
export function percentilePlot({ title, what, series }: PercentilePlotOptions): Plot {
  const highest = Math.max(0.9, ...series.map(({ points }) => points.at(-1)?.[0] ?? 0));
  const values = series.flatMap(({ points, runs = [] }) => [points, ...runs].flat()).map(([, value]) => value);
  return {
    title,
    description:
      `For each share of all values (${what}), the time that they do not exceed. Thin lines are ` +
      'single runs; each line ends where fewer than ten values lie beyond.',
    table: tableOf(series, highest),
    draw(width) {
      const frame = drawFrame({
        width,
        x: percentileScale(highest),
        y: fittingScale(values, 'ns'),
        xTitle: 'share of values that take no longer',
        yTitle: what,
        legend: series.map(({ name }, i) => ({ name, sample: i })),
      });
      const place = (points: PercentilePoints): [number, number][] =>
        points.map(([share, value]) => [frame.xAt(share), frame.yAt(value)]);
      const lines = series.map(({ points, runs = [] }, i) =>
        seriesGroup(
          i,
          runs.map((run) => polyline(place(run), 'ghost')),
          polyline(place(points), 'curve', seriesDash(i)),
          SHARES.filter((share) => share <= (points.at(-1)?.[0] ?? 0)).map((share) =>
            seriesMarker(i, frame.xAt(share), frame.yAt(valueAt(points, share))),
          ),
        ),
      );
      return { height: frame.height, content: [frame.content, lines] };
    },
  };
}

/** The value at a share, between two points on the line from one to the other; NaN beyond them. */
export function valueAt(points: PercentilePoints, share: number): number {
  const next = points.findIndex(([at]) => at >= share - 1e-12);
  const [above, below] = [points[next], points[next - 1]];
  if (above === undefined) return Number.NaN;
  if (below === undefined || above[0] - share < 1e-12) return above[1];
  return below[1] + ((share - below[0]) / (above[0] - below[0])) * (above[1] - below[1]);
}

function tableOf(series: readonly PercentileSeries[], highest: number): NumberTable {
  const shares = SHARES.filter((share) => share <= highest + 1e-12);
  return {
    columns: ['', ...shares.map(percentileName)],
    rows: series.map(({ name, points }) => [name, ...shares.map((share) => formatDuration(valueAt(points, share)))]),
  };
}
