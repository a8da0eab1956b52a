import { type Content, element, type Markup } from './markup.ts';

// Long enough that each combination with a marker is seen as one; no two neighbours look alike.
const DASHES = ['', '7 4', '2 4', '10 4 2 4', '14 5', '4 3 1 3'];
const MARKERS = ['circle', 'square', 'triangle', 'diamond', 'cross', 'ring'] as const;

/** How many series have a colour of their own; those after them differ by dash and marker. */
export const SERIES_COLOURS = 6;

/** The class that gives a series its colour. */
export function seriesClass(series: number): string {
  return `s${series % SERIES_COLOURS}`;
}

/** The `stroke-dasharray` of a series; undefined for a whole line. */
export function seriesDash(series: number): string | undefined {
  return DASHES[series % DASHES.length] || undefined;
}

/** The marker of a series around a point; no two of the first 36 series have the same dash and marker. */
export function seriesMarker(series: number, x: number, y: number, size: number = 4): Markup {
  const marker = MARKERS[(series + Math.floor(series / MARKERS.length)) % MARKERS.length];
  const path = (d: string): Markup => element('path', { class: 'mark', d });
  const [left, right, top, bottom] = [x - size, x + size, y - size, y + size].map((at) => Math.round(at * 100) / 100);
  const middle = Math.round(x * 100) / 100;
  const centre = Math.round(y * 100) / 100;
  switch (marker) {
    case 'square':
      return path(`M${left} ${top}H${right}V${bottom}H${left}Z`);
    case 'triangle':
      return path(`M${middle} ${top}L${right} ${bottom}H${left}Z`);
    case 'diamond':
      return path(`M${middle} ${top}L${right} ${centre}L${middle} ${bottom}L${left} ${centre}Z`);
    case 'cross':
      return element('path', {
        class: 'open',
        d: `M${left} ${top}L${right} ${bottom}M${left} ${bottom}L${right} ${top}`,
      });
    case 'ring':
      return element('circle', { class: 'open', cx: x, cy: y, r: size });
    default:
      return element('circle', { class: 'mark', cx: x, cy: y, r: size });
  }
}

/** Everything of one series, in its colour. */
export function seriesGroup(series: number, ...content: readonly Content[]): Markup {
  return element('g', { class: seriesClass(series) }, ...content);
}
