import { element } from './markup.ts';
import { formatValue } from './numbers.ts';
import { drawFrame, type Plot, polyline } from './plot.ts';
import { fittingScale, linearScale } from './scale.ts';
import { seriesDash, seriesGroup, seriesMarker } from './series.ts';

/** What was seen of one server, second by second. NaN where nothing is known. */
export interface TimeSeries {
  readonly name: string;
  /** The median of the runs in each second. */
  readonly values: readonly number[];
  /** The same of single runs, drawn faintly. */
  readonly runs?: readonly (readonly number[])[];
}

/** What a plot of the time shows. */
export interface TimePlotOptions {
  readonly title: string;
  /** What was seen: `p99 latency`. */
  readonly what: string;
  /** Of all values, as {@link formatValue} knows them. */
  readonly unit: string;
  readonly series: readonly TimeSeries[];
}

/** Up to so many seconds each has a marker. */
const MARKED = 40;
/** The table has no more columns of seconds than that; beyond it they are left out evenly. */
const COLUMNS = 10;

/** Whether something stayed as it was, second by second: a stall, a climb, a warm-up that was too short. */
export function timePlot({ title, what, unit, series }: TimePlotOptions): Plot {
  const all = series.flatMap(({ values, runs = [] }) => [values, ...runs]);
  const seconds = Math.max(1, ...all.map((values) => values.length));
  const every = Math.ceil(seconds / COLUMNS);
  const shown = Array.from({ length: Math.ceil(seconds / every) }, (_, i) => Math.min(seconds, (i + 1) * every));
  return {
    title,
    description: `The ${what} in each second that was measured: the median of the runs. Thin lines are single runs.`,
    table: {
      columns: ['', ...shown.map((second) => formatValue(second, 's'))],
      rows: series.map(({ name, values }) => [
        name,
        ...shown.map((second) => formatValue(values[second - 1] ?? Number.NaN, unit)),
      ]),
    },
    draw(width) {
      const frame = drawFrame({
        width,
        x: linearScale(Math.min(1, seconds - 1), seconds, 's'),
        y: fittingScale(all.flat(), unit),
        xTitle: 'time since the warm-up',
        yTitle: what,
        legend: series.map(({ name }, i) => ({ name, sample: i })),
      });
      const place = (values: readonly number[]): [number, number][] =>
        values.flatMap((value, i): [number, number][] =>
          Number.isFinite(value) ? [[frame.xAt(i + 1), frame.yAt(value)]] : [],
        );
      const lines = series.map(({ values, runs = [] }, i) => {
        const points = place(values);
        return seriesGroup(
          i,
          runs.map((run) => polyline(place(run), 'ghost')),
          polyline(points, 'curve', seriesDash(i)),
          points.length > MARKED ? undefined : points.map(([x, y]) => seriesMarker(i, x, y, 3)),
        );
      });
      return { height: frame.height, content: [frame.content, element('g', {}, lines)] };
    },
  };
}
