import { type Canvas, columnsOf, cut, pad, printable, type Style, wrap } from './paint.ts';

/** A column of a table. */
export interface Column {
  readonly title: string;
  /** Numbers stand at the right; words, which may be wrapped, at the left. */
  readonly align: 'left' | 'right';
}

/** What stands in one place of a table. */
export type Cell = string | { readonly text: string; readonly style: Style };

const GAP = 2;
const NARROWEST = 8;

/**
 * The lines of a table that is no wider than the canvas: words are wrapped first; where that is not enough, each row
 * becomes a block with one line for each column.
 */
export function formatTable(given: readonly Column[], rows: readonly (readonly Cell[])[], canvas: Canvas): string[] {
  const columns = given.map(({ title, align }) => ({ title: printable(title), align }));
  const texts = rows.map((row) => columns.map((_column, i) => textOf(row[i] ?? '')));
  const natural = columns.map(({ title }, i) =>
    Math.max(columnsOf(title), ...texts.map((row) => columnsOf(row[i] ?? ''))),
  );
  const widths = shareOut(columns, natural, canvas.width);
  if (widths === undefined) return blocks(columns, rows, canvas);
  const lines = layOut(
    columns.map(({ title }) => ({ text: title, style: 'dim' as const })),
    columns,
    widths,
    canvas,
  );
  for (const row of rows) lines.push(...layOut(row, columns, widths, canvas));
  return lines;
}

function textOf(cell: Cell): string {
  return printable(typeof cell === 'string' ? cell : cell.text);
}

function styleOf(cell: Cell): Style {
  return typeof cell === 'string' ? 'plain' : cell.style;
}

/** How wide each column may be, or undefined where they do not fit side by side. */
function shareOut(columns: readonly Column[], natural: readonly number[], available: number): number[] | undefined {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width + GAP, -GAP) - available;
  while (excess > 0) {
    let widest = -1;
    for (const [i, { align }] of columns.entries()) {
      const width = widths[i] ?? 0;
      if (align === 'left' && width > NARROWEST && width > (widths[widest] ?? 0)) widest = i;
    }
    if (widest === -1) return undefined;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess--;
  }
  return widths;
}

function layOut(row: readonly Cell[], columns: readonly Column[], widths: readonly number[], canvas: Canvas): string[] {
  const wrapped = columns.map((_column, i) => wrap(textOf(row[i] ?? ''), Math.max(1, widths[i] ?? 0)));
  const height = Math.max(1, ...wrapped.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) => {
    const cells = columns.map(({ align }, i) => {
      const padded = pad(wrapped[i]?.[line] ?? '', widths[i] ?? 0, align);
      const last = i === columns.length - 1 && align === 'left';
      return canvas.paint(last ? padded.trimEnd() : padded, styleOf(row[i] ?? ''));
    });
    return cells.join(' '.repeat(GAP)).trimEnd();
  });
}

function blocks(columns: readonly Column[], rows: readonly (readonly Cell[])[], canvas: Canvas): string[] {
  const titles = Math.min(Math.max(...columns.map(({ title }) => columnsOf(title))), Math.floor(canvas.width / 2));
  return rows.flatMap((row, number) => {
    const lines = columns.flatMap(({ title }, i) =>
      wrap(textOf(row[i] ?? ''), canvas.width - titles - GAP).map((text, line) => {
        const name = pad(line === 0 ? cut(title, titles) : '', titles);
        return `${canvas.paint(name, 'dim')}${' '.repeat(GAP)}${canvas.paint(text, styleOf(row[i] ?? ''))}`.trimEnd();
      }),
    );
    return number === 0 ? lines : ['', ...lines];
  });
}
