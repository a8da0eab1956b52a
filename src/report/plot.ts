import { type Content, element, Markup } from './markup.ts';
import { columnsOf, cut } from './paint.ts';
import { PLOT_STYLE, THEME } from './plot-style.ts';
import type { Scale } from './scale.ts';
import { seriesDash, seriesGroup, seriesMarker } from './series.ts';

/** The numbers of a plot in words. */
export interface NumberTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A drawing of numbers that can be had in any width. */
export interface Plot {
  readonly title: string;
  /** What is to be seen, for those who do not see it. */
  readonly description: string;
  /** The same numbers as text. */
  readonly table: NumberTable;
  /** What is drawn, and how high it is at this width. Width in pixels, from 300. */
  draw(width: number): { readonly height: number; readonly content: Content };
}

/** A part of a drawing, in pixels from its upper left corner. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** An estimate of how wide a text of 12 pixels is. */
export function widthOf(text: string): number {
  return columnsOf(text) * 6.7;
}

/** A plot as an element of a page; `id` is its own there. */
export function svgOf(plot: Plot, width: number, id: string): Markup {
  return svg(plot, width, id, {}, undefined);
}

/** A plot as a file of its own, with its own colours for dark and light screens. */
export function svgFile(plot: Plot, width: number = 760): string {
  const style = element('style', {}, new Markup(THEME + PLOT_STYLE));
  const paper = element('rect', { class: 'paper', width: '100%', height: '100%' });
  return `${svg(plot, width, 'plot', { xmlns: 'http://www.w3.org/2000/svg' }, [style, paper]).text}\n`;
}

function svg(plot: Plot, width: number, id: string, attributes: Record<string, string>, first: Content): Markup {
  const { height, content } = plot.draw(width);
  return element(
    'svg',
    {
      ...attributes,
      class: 'plot',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-description`,
    },
    element('title', { id: `${id}-title` }, plot.title),
    element('desc', { id: `${id}-description` }, plot.description),
    first,
    content,
  );
}

/** What a line of the legend says: a series, or a mark of another kind. */
export interface LegendEntry {
  readonly name: string;
  /** The number of the series, or how its own mark is drawn in the middle of 28 by 12 pixels. */
  readonly sample: number | ((x: number, y: number) => Content);
}

const SAMPLE = 28;
const LEGEND_LINE = 20;

/** The legend in as many lines as it needs, and how high it is. */
export function drawLegend(entries: readonly LegendEntry[], width: number): { height: number; content: Content } {
  const content: Content[] = [];
  let [x, y] = [0, 0];
  for (const { name, sample } of entries) {
    const text = cut(name, Math.floor((width - SAMPLE - 8) / 6.7));
    const needed = SAMPLE + 6 + widthOf(text) + 16;
    if (x > 0 && x + needed > width) [x, y] = [0, y + LEGEND_LINE];
    const middle = y + LEGEND_LINE / 2;
    content.push(
      typeof sample === 'number'
        ? seriesGroup(
            sample,
            line({ left: x, right: x + SAMPLE, top: middle, bottom: middle }, 'curve', seriesDash(sample)),
            seriesMarker(sample, x + SAMPLE / 2, middle),
          )
        : sample(x + SAMPLE / 2, middle),
      element('text', { x: x + SAMPLE + 6, y: middle + 4 }, text),
    );
    x += needed;
  }
  return { height: entries.length === 0 ? 0 : y + LEGEND_LINE + 8, content };
}

/** A straight line from the upper left to the lower right corner of an area. */
export function line({ left, top, right, bottom }: Area, className: string, dash?: string): Markup {
  return element('line', { class: className, x1: left, y1: top, x2: right, y2: bottom, 'stroke-dasharray': dash });
}

/** A line through points; nothing for fewer than two. */
export function polyline(
  points: readonly (readonly [x: number, y: number])[],
  className: string,
  dash?: string,
): Content {
  if (points.length < 2) return undefined;
  const d = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`);
  return element('path', { class: className, d: d.join(''), 'stroke-dasharray': dash });
}

/** What a plot with two axes is made of. */
export interface FrameOptions {
  readonly width: number;
  readonly x: Scale;
  readonly y: Scale;
  readonly xTitle: string;
  readonly yTitle: string;
  readonly legend: readonly LegendEntry[];
}

/** Two axes with their grid, names and legend; where points lie between them, and how high all of it is. */
export function drawFrame({ width, x, y, xTitle, yTitle, legend }: FrameOptions): {
  readonly height: number;
  readonly area: Area;
  readonly content: Content;
  xAt(value: number): number;
  yAt(value: number): number;
} {
  const names = drawLegend(legend, width - 8);
  const left = Math.max(36, ...y.ticks.map(({ label }) => widthOf(label) + 10));
  const top = names.height + 24;
  const area = { left, top, right: width - 18, bottom: top + Math.round(Math.min(300, Math.max(200, width * 0.45))) };
  const xAt = (value: number): number => area.left + x.at(value) * (area.right - area.left);
  const yAt = (value: number): number => area.bottom - y.at(value) * (area.bottom - area.top);
  const content: Content[] = [
    element('g', { transform: 'translate(4 0)' }, names.content),
    element('text', { class: 'dim', x: 4, y: top - 10 }, yTitle),
    y.ticks.map(({ value, label }) => [
      line({ ...area, top: yAt(value), bottom: yAt(value) }, 'grid'),
      element('text', { class: 'tick', x: area.left - 6, y: yAt(value) + 4, 'text-anchor': 'end' }, label),
    ]),
    drawTicks(x, area, xAt),
    line({ ...area, top: area.bottom }, 'axis'),
    element('text', { class: 'dim', x: area.right, y: area.bottom + 38, 'text-anchor': 'end' }, xTitle),
  ];
  return { height: area.bottom + 48, area, content, xAt, yAt };
}

/** The marks of the axis at the bottom; those whose label would run into the one before have none. */
export function drawTicks(scale: Scale, area: Area, xAt: (value: number) => number): Content {
  let free = Number.NEGATIVE_INFINITY;
  return scale.ticks.map(({ value, label }) => {
    const at = xAt(value);
    const half = widthOf(label) / 2;
    const centre = Math.min(Math.max(at, half), area.right + 16 - half);
    const fits = centre - half >= free;
    if (fits) free = centre + half + 8;
    return [
      line({ left: at, right: at, top: area.top, bottom: area.bottom + (fits ? 5 : 0) }, 'grid'),
      fits
        ? element('text', { class: 'tick', x: centre, y: area.bottom + 19, 'text-anchor': 'middle' }, label)
        : undefined,
    ];
  });
}
