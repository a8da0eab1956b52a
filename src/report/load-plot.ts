import { element } from './markup.ts';
import { formatDuration, formatRate } from './numbers.ts';
import { drawFrame, type LegendEntry, line, type Plot, polyline } from './plot.ts';
import { fittingScale, linearScale } from './scale.ts';
import { seriesDash, seriesGroup, seriesMarker } from './series.ts';

/** What was measured under one load. */
export interface LoadPoint {
  /** A second, as it was offered; the median of the runs. */
  readonly rate: number;
  /** In nanoseconds; the median of the runs. */
  readonly latencyNs: number;
  /** In each run, which may have had a rate of its own. */
  readonly runs?: readonly { readonly rate: number; readonly latencyNs: number }[];
}

/** One server in a plot of latency against load. */
export interface LoadSeries {
  readonly name: string;
  /** In rising order of rate. */
  readonly points: readonly LoadPoint[];
  /** The highest rate that keeps the objective; absent when there is none. */
  readonly knee?: number;
}

/** What a plot of latency against load shows. */
export interface LoadPlotOptions {
  readonly title: string;
  /** Which latency: `p99 latency`. */
  readonly what: string;
  readonly series: readonly LoadSeries[];
  /** The latency that is not to be exceeded. */
  readonly objective?: { readonly text: string; readonly latencyNs: number };
}

/** How the latency grows with the load, where it begins to climb, and up to which load it keeps an objective. */
export function loadPlot({ title, what, series, objective }: LoadPlotOptions): Plot {
  const points = series.flatMap((one) => one.points);
  const latencies = points.flatMap(({ latencyNs, runs = [] }) => [latencyNs, ...runs.map((run) => run.latencyNs)]);
  const rates = points.flatMap(({ rate, runs = [] }) => [rate, ...runs.map((run) => run.rate)]);
  const most = rates.filter(Number.isFinite).reduce((highest, rate) => Math.max(highest, rate), 0);
  const kneeSample = (x: number, y: number): ReturnType<LegendEntry['sample'] & object> =>
    element('circle', { class: 'knee', cx: x, cy: y, r: 7 });
  return {
    title,
    description:
      `The ${what} at each offered rate; small dots are single runs.` +
      (objective === undefined
        ? ''
        : ` The line across is the objective ${objective.text}; a ring marks the knee, the highest rate up to which it is kept.`),
    table: {
      columns: ['', 'rate', what, ...(objective === undefined ? [] : ['objective'])],
      rows: series.flatMap(({ name, points, knee }) =>
        points.map(({ rate, latencyNs }) => [
          name,
          formatRate(rate),
          formatDuration(latencyNs),
          ...(objective === undefined
            ? []
            : [rate === knee ? 'knee' : latencyNs < objective.latencyNs ? 'kept' : 'missed']),
        ]),
      ),
    },
    draw(width) {
      const frame = drawFrame({
        width,
        x: linearScale(0, most * 1.05 || 1, '1/s'),
        y: fittingScale([...latencies, ...(objective === undefined ? [] : [objective.latencyNs])], 'ns'),
        xTitle: 'offered rate',
        yTitle: what,
        legend: [
          ...series.map(({ name, knee }, i) => ({
            name: knee === undefined ? name : `${name}: up to ${formatRate(knee)}`,
            sample: i,
          })),
          ...(series.some(({ knee }) => knee !== undefined) ? [{ name: 'knee', sample: kneeSample }] : []),
        ],
      });
      const { area, xAt, yAt } = frame;
      const lines = series.map(({ points, knee }, i) => {
        const place = ({ rate, latencyNs }: LoadPoint): [number, number] => [xAt(rate), yAt(latencyNs)];
        const known = points.filter(({ latencyNs }) => Number.isFinite(latencyNs));
        const best = known.find(({ rate }) => rate === knee);
        return seriesGroup(
          i,
          best &&
            line(
              { left: xAt(best.rate), right: xAt(best.rate), top: yAt(best.latencyNs) + 7, bottom: area.bottom },
              'knee',
              '2 3',
            ),
          known.flatMap(({ runs = [] }) =>
            runs
              .filter(({ rate, latencyNs }) => Number.isFinite(rate) && Number.isFinite(latencyNs))
              .map(({ rate, latencyNs }) =>
                element('circle', { class: 'dot', cx: xAt(rate), cy: yAt(latencyNs), r: 2 }),
              ),
          ),
          polyline(known.map(place), 'curve', seriesDash(i)),
          known.map((point) => seriesMarker(i, ...place(point))),
          best && element('circle', { class: 'knee', cx: xAt(best.rate), cy: yAt(best.latencyNs), r: 8 }),
        );
      });
      const limit = objective && yAt(objective.latencyNs);
      const across =
        limit === undefined
          ? undefined
          : [
              line({ ...area, top: limit, bottom: limit }, 'objective', '9 4'),
              element('text', { class: 'objective', x: area.left + 6, y: limit - 6 }, `objective ${objective?.text}`),
            ];
      return { height: frame.height, content: [frame.content, across, lines] };
    },
  };
}
