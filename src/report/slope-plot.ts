import { element } from './markup.ts';
import { formatNumber, formatValue } from './numbers.ts';
import { drawFrame, type Plot, polyline } from './plot.ts';
import { linearScale, rangeOf } from './scale.ts';
import { seriesDash, seriesGroup, seriesMarker } from './series.ts';

/** A straight line: `intercept + slope * x`. */
export interface FittedLine {
  readonly slope: number;
  readonly intercept: number;
}

/** Points that should lie on a line, one for each run and size. */
export interface SlopeSeries {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** What a plot of points and their slope shows. */
export interface SlopePlotOptions {
  readonly title: string;
  /** What lies on the axis at the bottom: `connections`. */
  readonly of: string;
  /** One of them: `connection`. */
  readonly per: string;
  /** What lies on the axis at the left: `resident memory`. */
  readonly what: string;
  readonly unit: string;
  readonly series: readonly SlopeSeries[];
}

/** The line with the least squares of distances; NaN for fewer than two different `x`. */
export function fitLine(points: readonly (readonly [x: number, y: number])[]): FittedLine {
  const mean = (of: (point: readonly [number, number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const spread = mean((point) => (point[0] - x) ** 2);
  const slope = spread === 0 ? Number.NaN : mean((point) => (point[0] - x) * (point[1] - y)) / spread;
  return { slope, intercept: y - slope * x };
}

/** What each one more costs: the slope says it, a single size would count what is there with none as well. */
export function slopePlot({ title, of, per, what, unit, series }: SlopePlotOptions): Plot {
  const lines = series.map(({ points }) => fitLine(points.filter((point) => point.every(Number.isFinite))));
  const slopeText = (i: number): string => `${formatValue(lines[i]?.slope ?? Number.NaN, unit)} per ${per}`;
  const all = series.flatMap(({ points }) => points);
  const most = all.reduce((highest, [x]) => Math.max(highest, x), 0);
  return {
    title,
    description: `The ${what} against the number of ${of}: a point for each run, and the line that fits them best.`,
    table: {
      columns: ['', of, what],
      rows: series.flatMap(({ name, points }, i) => [
        ...points.map(([x, y]) => [name, formatNumber(x), formatValue(y, unit)]),
        [name, 'slope', slopeText(i)],
      ]),
    },
    draw(width) {
      const { low, high } = rangeOf(all.map(([, y]) => y));
      const frame = drawFrame({
        width,
        x: linearScale(0, most * 1.05 || 1, ''),
        y: linearScale(low < high / 2 ? 0 : low, high, unit),
        xTitle: of,
        yTitle: what,
        legend: series.map(({ name }, i) => ({ name: `${name}: ${slopeText(i)}`, sample: i })),
      });
      const drawn = series.map(({ points }, i) => {
        const { slope, intercept } = lines[i] ?? { slope: Number.NaN, intercept: Number.NaN };
        const known = points.filter((point) => point.every(Number.isFinite));
        const ends = [Math.min(...known.map(([x]) => x)), Math.max(...known.map(([x]) => x))];
        const fitted = ends.map((x): [number, number] => [frame.xAt(x), frame.yAt(intercept + slope * x)]);
        return seriesGroup(
          i,
          Number.isFinite(slope) ? polyline(fitted, 'curve', seriesDash(i)) : undefined,
          known.map(([x, y]) => seriesMarker(i, frame.xAt(x), frame.yAt(y))),
        );
      });
      return { height: frame.height, content: [frame.content, element('g', {}, drawn)] };
    },
  };
}
