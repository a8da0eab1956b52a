import { type Content, element } from './markup.ts';
import { formatInterval, formatValue, UNKNOWN } from './numbers.ts';
import { cut } from './paint.ts';
import { type Area, drawTicks, line, type Plot, widthOf } from './plot.ts';
import { fittingScale, linearScale, rangeOf, type Scale } from './scale.ts';
import { seriesGroup } from './series.ts';

/** One row: a number from each run, their middle and its interval. NaN where they are not known. */
export interface DotRow {
  readonly name: string;
  /** Decides colour; rows of the same series have the same one. */
  readonly series: number;
  readonly values: readonly number[];
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** What the row says, in a word or two. */
  readonly says?: string;
}

/** What a plot of dots shows. */
export interface DotPlotOptions {
  readonly title: string;
  /** Of all values, as {@link formatValue} knows them. */
  readonly unit: string;
  readonly better?: 'higher' | 'lower';
  readonly rows: readonly DotRow[];
  /** A value that rows are compared with, and how far around it there is no difference. */
  readonly band?: { readonly centre: number; readonly low: number; readonly high: number; readonly text: string };
}

const ROW = 54;
const TEXT_LINE = 17;
/** Each way from the middle, as a share of it: what differs by less looks like what it is, nothing. */
const LEAST_HALF_RANGE = 0.04;

/** Every run as a dot, with the median and its 95 % interval; bars alone would hide how far the runs lie apart. */
export function dotPlot({ title, unit, better, rows, band }: DotPlotOptions): Plot {
  const values = [
    ...rows.flatMap((row) => [...row.values, row.median, row.low, row.high]),
    ...(band === undefined ? [] : [band.low, band.high]),
  ].filter(Number.isFinite);
  const direction = better === undefined ? '' : `${better} is better`;
  return {
    title,
    description:
      'Every run is a dot, the upright line is the median of the runs, the bar its 95 % interval.' +
      (direction === '' ? '' : ` Here ${direction}.`) +
      (band === undefined ? '' : ` The grey band is ${band.text}.`),
    table: {
      columns: ['', 'median', '95 % interval', 'runs', ...(rows.some(({ says }) => says !== undefined) ? [''] : [])],
      rows: rows.map(({ name, values, median, low, high, says }) => [
        name,
        formatValue(median, unit),
        formatInterval(low, high, unit),
        values.length === 0 ? UNKNOWN : values.map((value) => formatValue(value, unit)).join(', '),
        ...(says === undefined ? [] : [says]),
      ]),
    },
    draw(width) {
      // Name and number share a line where all of them find room there.
      const room = width - 54;
      const twoLines = rows.some((row) => widthOf(row.name) * 1.08 + widthOf(saying(row, unit)) > room);
      const height = ROW + (twoLines ? TEXT_LINE : 0);
      const area: Area = { left: 14, top: 8, right: width - 24, bottom: 8 + rows.length * height };
      const scale = scaleFor(values, unit, width);
      const xAt = (value: number): number => area.left + scale.at(value) * (area.right - area.left);
      const content: Content[] = [
        band &&
          element('rect', {
            class: 'band',
            x: xAt(band.low),
            y: area.top,
            width: xAt(band.high) - xAt(band.low),
            height: area.bottom - area.top,
          }),
        drawTicks(scale, area, xAt),
        band && line({ left: xAt(band.centre), right: xAt(band.centre), top: area.top, bottom: area.bottom }, 'axis'),
        line({ ...area, top: area.bottom }, 'axis'),
        rows.map((row, i) => [
          drawTexts(row, saying(row, unit), twoLines, { ...area, top: area.top + i * height }),
          drawRow(row, area.top + (i + 1) * height - 15, xAt),
        ]),
        element(
          'text',
          { class: 'dim', x: area.left, y: area.bottom + 40 },
          band === undefined ? direction : `grey: ${band.text}`,
        ),
      ];
      return { height: area.bottom + 50, content };
    },
  };
}

// Less than a factor of 3 apart, values are shown with their differences, not with their distance from 0.
function scaleFor(values: readonly number[], unit: string, width: number): Scale {
  const wanted = width < 500 ? 4 : 7;
  const least = values.reduce((a, b) => Math.min(a, b), Infinity);
  const most = values.reduce((a, b) => Math.max(a, b), -Infinity);
  if (least > 0 && most > 3 * least) return fittingScale(values, unit, wanted);
  const { low, high } = rangeOf(values);
  const middle = (low + high) / 2;
  const half = Math.max((high - low) / 2, Math.abs(middle) * LEAST_HALF_RANGE);
  return linearScale(Math.max(middle - half, Math.min(low, 0)), middle + half, unit, wanted);
}

function saying({ median, says }: DotRow, unit: string): string {
  return `${formatValue(median, unit)}${says === undefined ? '' : ` ${says}`}`;
}

function drawTexts({ name }: DotRow, said: string, twoLines: boolean, { left, top, right }: Area): Content {
  return [
    element('text', { class: 'strong', x: left, y: top + TEXT_LINE }, cut(name, Math.floor((right - left) / 7.2))),
    twoLines
      ? element('text', { x: left, y: top + 2 * TEXT_LINE }, said)
      : element('text', { x: right, y: top + TEXT_LINE, 'text-anchor': 'end' }, said),
  ];
}

function drawRow(
  { series, values, median, low, high }: DotRow,
  middle: number,
  xAt: (value: number) => number,
): Content {
  return seriesGroup(
    series,
    Number.isFinite(low) && Number.isFinite(high)
      ? [
          element('rect', { class: 'span', x: xAt(low), y: middle - 8, width: xAt(high) - xAt(low), height: 16 }),
          [low, high].map((at) =>
            line({ left: xAt(at), right: xAt(at), top: middle - 8, bottom: middle + 8 }, 'interval'),
          ),
        ]
      : undefined,
    values
      .filter(Number.isFinite)
      .map((value, i) => element('circle', { class: 'dot', cx: xAt(value), cy: middle + ((i % 3) - 1) * 4, r: 3.5 })),
    Number.isFinite(median)
      ? line({ left: xAt(median), right: xAt(median), top: middle - 12, bottom: middle + 12 }, 'curve')
      : undefined,
  );
}
