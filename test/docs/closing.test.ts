import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fillClosingTable } from '../../scripts/closing-page.ts';
import { CLOSING_TABLE } from '../../src/protocol/index.ts';

const PAGE = readFileSync(new URL('../../docs/closing.md', import.meta.url), 'utf8');

describe('docs/closing.md', () => {
  it('has the drawing and the table of the code; npx tsx scripts/closing-page.ts makes them', () => {
    expect(fillClosingTable(PAGE)).toBe(PAGE);
  });

  it('draws each move of the code, and no other', () => {
    const drawn = [...PAGE.matchAll(/^ {4}(\w+) --> (\w+): (\S+)$/gm)].map(([, from, to, event]) => [from, to, event]);
    const moves = Object.entries(CLOSING_TABLE).flatMap(([from, row]) =>
      Object.entries(row).map(([event, { next }]) => [from, next, event]),
    );
    expect(drawn).toEqual(
      moves.map(([from = '', to = '', event]) => [from.replace('-', '_'), to.replace('-', '_'), event]),
    );
  });

  it('explains each state, event and action of the code', () => {
    const rows = Object.values(CLOSING_TABLE).flatMap((row) => Object.entries(row));
    const names = new Set([
      ...Object.keys(CLOSING_TABLE),
      ...rows.flatMap(([event, { actions }]) => [event, ...actions]),
    ]);
    const explained = [...PAGE.matchAll(/^\| `([\w-]+)` \| [^|`]+/gm)].map(([, name]) => name);
    for (const name of names) expect(explained).toContain(name);
  });

  it('refuses a page without a place for them', () => {
    expect(() => fillClosingTable('# Closing')).toThrow('no place');
  });
});
