import { element, type Markup } from '../../src/report/index.ts';
import type { ImportEdge } from './imports.ts';
import { picture } from './svg.ts';

const ROW = 34;
const NAME_WIDTH = 130;
const WORDS_WIDTH = 400;
const CELL = 26;
const TOP = 96;
const DOT = 6;

/** A floor of the house, with what it holds in a few words. */
export interface FloorRow {
  readonly name: string;
  readonly words: string;
}

/**
 * The house: its floors, the lowest at the bottom, and beside each a dot for every floor that it imports from. A ring is an
 * import of types alone.
 */
export function floorsPicture(floors: readonly FloorRow[], edges: readonly ImportEdge[]): string {
  const columns = floors.slice(0, -1);
  const left = NAME_WIDTH + WORDS_WIDTH;
  const width = left + columns.length * CELL + 20;
  const height = TOP + floors.length * ROW + 10;
  const rowOf = (index: number): number => TOP + (floors.length - 1 - index) * ROW;
  const shapes: Markup[] = [];
  for (const [index, { name, words }] of floors.entries()) {
    const y = rowOf(index);
    shapes.push(
      element('rect', { class: 'box', x: 8, y, width: left - 16, height: ROW - 4, rx: 4 }),
      element('text', { class: 'name', x: 20, y: y + 20 }, name),
      element('text', { class: 'words', x: NAME_WIDTH, y: y + 20 }, words),
    );
    for (const [column, { name: below }] of columns.entries()) {
      if (column >= index) continue;
      const x = left + column * CELL + CELL / 2;
      shapes.push(element('line', { class: 'rule', x1: x, y1: y, x2: x, y2: y + ROW }));
      const between = edges.filter(({ from, to }) => from.startsWith(`${name}/`) && to.startsWith(`${below}/`));
      if (between.length === 0) continue;
      const kind = between.every(({ typeOnly }) => typeOnly) ? 'ring' : 'dot';
      shapes.push(
        element(
          'circle',
          { class: kind, cx: x, cy: y + ROW / 2 - 2, r: DOT },
          element('title', {}, `${name} imports from ${below}`),
        ),
      );
    }
  }
  for (const [column, { name }] of columns.entries()) {
    const x = left + column * CELL + CELL / 2 + 4;
    shapes.push(element('text', { class: 'words', transform: `translate(${x} ${TOP - 8}) rotate(-60)` }, name));
  }
  shapes.push(
    element('text', { class: 'words', x: 20, y: TOP - 12 }, 'a dot: imports from the floor above the column'),
  );
  return picture('The floors of the house, and which imports from which', width, height, shapes);
}
