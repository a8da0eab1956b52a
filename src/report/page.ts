import { type Content, element, Markup } from './markup.ts';
import { PAGE_STYLE } from './page-style.ts';
import { type NumberTable, type Plot, svgOf } from './plot.ts';

// In pixels: what is left of a page, and of a telephone of 360 pixels, inside a figure.
const WIDE = 888;
const NARROW = 314;

/** A page in one file, without scripts and without anything that is loaded from elsewhere. */
export function htmlPage(title: string, ...content: readonly Content[]): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('title', {}, title),
    element('style', {}, new Markup(PAGE_STYLE)),
  );
  const body = element('body', {}, element('main', {}, ...content));
  return `<!doctype html>\n${element('html', { lang: 'en' }, head, body).text}\n`;
}

/** A column of a table on a page. */
export interface PageColumn {
  readonly title: Content;
  /** Numbers stand at the right, sentences at the left, where they have room to be read; tight is no wider than it must be. */
  readonly align: 'left' | 'right' | 'sentence' | 'tight';
}

/** A table that scrolls inside itself where the page is too narrow for it; the first cell of each row names the row. */
export function pageTable(
  label: string,
  columns: readonly PageColumn[],
  rows: readonly (readonly Content[])[],
): Markup {
  const classes = { left: undefined, right: 'number', sentence: 'words', tight: 'tight' };
  const classOf = (i: number): string | undefined => classes[columns[i]?.align ?? 'left'];
  const head = columns.map(({ title }, i) =>
    title === '' ? element('td', {}) : element('th', { scope: 'col', class: classOf(i) }, title),
  );
  const rowClass = columns[0]?.align === 'tight' ? 'tight' : undefined;
  const body = rows.map((row) =>
    element(
      'tr',
      {},
      row.map((cell, i) =>
        i === 0 ? element('th', { scope: 'row', class: rowClass }, cell) : element('td', { class: classOf(i) }, cell),
      ),
    ),
  );
  return element(
    'div',
    { class: 'scroll', role: 'region', 'aria-label': label, tabindex: 0 },
    element('table', {}, element('thead', {}, element('tr', {}, head)), element('tbody', {}, body)),
  );
}

/** A plot with its words and its numbers, drawn once for wide and once for narrow pages; `id` is its own on the page. */
export function pageFigure(plot: Plot, id: string): Markup {
  return element(
    'figure',
    { id },
    element('h3', {}, plot.title),
    element('figcaption', {}, plot.description),
    element('div', { class: 'wide' }, svgOf(plot, WIDE, `${id}-wide`)),
    element('div', { class: 'narrow' }, svgOf(plot, NARROW, `${id}-narrow`)),
    element('details', {}, element('summary', {}, 'The numbers'), numberTable(plot.title, plot.table)),
  );
}

function numberTable(label: string, { columns, rows }: NumberTable): Markup {
  return pageTable(
    label,
    columns.map((title, i) => ({ title, align: i === 0 ? 'left' : 'right' })),
    rows,
  );
}

/** Names and what they stand for. */
export function pageFacts(facts: readonly (readonly [name: string, value: Content])[]): Markup {
  return element(
    'dl',
    {},
    facts.map(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]),
  );
}
