import { element, type Markup } from '../../src/report/index.ts';
import type { ImportEdge } from './imports.ts';
import { picture } from './svg.ts';

const WIDTH = 900;
const BOX_HEIGHT = 28;
const LAYER = 66;
const BAND_GAP = 26;
const TOP = 20;
const LABEL_WIDTH = 90;

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/**
 * Some files and what they import of each other, users above what they use. An arrow that others imply is left out: where A
 * imports B and B imports C, A's import of C is not drawn. Neither are imports of types alone.
 */
export function pathPicture(files: readonly string[], edges: readonly ImportEdge[], floors: readonly string[]): string {
  const among = edges.filter(
    ({ from, to, typeOnly }) => files.includes(from) && files.includes(to) && from !== to && !typeOnly,
  );
  const drawn = withoutImplied(among);
  const places = new Map<string, Place>();
  const shapes: Markup[] = [];
  let y = TOP;
  for (const floor of [...floors].reverse()) {
    const own = files.filter((file) => file.startsWith(`${floor}/`));
    if (own.length === 0) continue;
    const layers = layersOf(own, among);
    const height = layers.length * LAYER;
    shapes.push(
      element('rect', { class: 'band', x: 4, y: y - 8, width: WIDTH - 8, height: height - 14, rx: 6 }),
      element('text', { class: 'name', x: 16, y: y + 14 }, floor),
    );
    for (const [row, layer] of layers.entries()) {
      const space = (WIDTH - LABEL_WIDTH - 20) / layer.length;
      for (const [column, file] of layer.entries()) {
        const name = file.slice(floor.length + 1);
        const width = name.length * 7.2 + 20;
        places.set(file, { x: LABEL_WIDTH + space * (column + 0.5), y: y + row * LAYER, width });
      }
    }
    y += height + BAND_GAP;
  }
  for (const { from, to } of drawn) {
    const [start, end] = [places.get(from), places.get(to)];
    if (start !== undefined && end !== undefined) shapes.push(arrow(start, end));
  }
  for (const [file, { x, y: top, width }] of places) {
    const name = file.slice(file.indexOf('/') + 1);
    shapes.push(
      element('rect', { class: 'box', x: x - width / 2, y: top, width, height: BOX_HEIGHT, rx: 4 }),
      element('text', { x, y: top + 18, 'text-anchor': 'middle' }, name),
    );
  }
  return picture('The files on the path of a message, and which imports which', WIDTH, y - BAND_GAP, shapes);
}

function arrow(start: Place, end: Place): Markup {
  const from = start.y + BOX_HEIGHT;
  const middle = (from + end.y) / 2;
  // Between files of one row the arrow goes below them.
  const d =
    end.y > start.y
      ? `M${start.x} ${from} C${start.x} ${middle} ${end.x} ${middle} ${end.x} ${end.y}`
      : `M${start.x} ${from} C${start.x} ${from + 26} ${end.x} ${from + 26} ${end.x} ${end.y + BOX_HEIGHT}`;
  return element('path', { class: 'edge', d });
}

/** Edges but for those that a longer way implies. */
export function withoutImplied(edges: readonly ImportEdge[]): ImportEdge[] {
  return edges.filter((edge) => {
    const others = edges.filter((other) => other !== edge);
    return !reaches(edge.from, edge.to, others, new Set());
  });
}

function reaches(from: string, to: string, edges: readonly ImportEdge[], seen: Set<string>): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  return edges.some((edge) => edge.from === from && reaches(edge.to, to, edges, seen));
}

/** The files in layers: each stands below all that import it. */
function layersOf(files: readonly string[], edges: readonly ImportEdge[]): string[][] {
  const own = edges.filter(({ from, to }) => files.includes(from) && files.includes(to));
  const depths = new Map<string, number>();
  const depthOf = (file: string, path: readonly string[]): number => {
    const known = depths.get(file);
    if (known !== undefined) return known;
    const users = own.filter(({ from, to }) => to === file && !path.includes(from));
    const depth = Math.max(-1, ...users.map(({ from }) => depthOf(from, [...path, file]))) + 1;
    if (path.length === 0) depths.set(file, depth);
    return depth;
  };
  const layers: string[][] = [];
  for (const file of files) {
    const depth = depthOf(file, []);
    layers[depth] = [...(layers[depth] ?? []), file];
  }
  return Array.from(layers, (layer) => layer ?? []).filter((layer) => layer.length > 0);
}
