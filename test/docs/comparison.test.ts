import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const DOCS = fileURLToPath(new URL('../../docs/', import.meta.url));
const PAGE = readFileSync(`${DOCS}comparison.md`, 'utf8');
const COLUMNS = 12;
const FEATURES = 66;

interface Row {
  readonly number: number;
  readonly ours: string;
  readonly cells: number;
}

const ROWS: readonly Row[] = PAGE.split('\n')
  .filter((line) => /^\| \d/.test(line))
  .map((line) => {
    const cells = line.slice(1, -1).split('|');
    return { number: Number(cells[0]), ours: cells[2]?.trim() ?? '', cells: cells.length };
  });

const LINKS = [...PAGE.matchAll(/\]\((?<to>[^\s)]+)(?: "(?<title>[^"]*)")?\)/g)].map(({ groups }) => ({
  to: groups?.to ?? '',
  title: groups?.title,
}));

function versionOf(manifest: string): string {
  return (JSON.parse(readFileSync(`${DOCS}../${manifest}`, 'utf8')) as { version: string }).version;
}

describe('the comparison', () => {
  it('has every feature once, with a cell for each system', () => {
    expect(ROWS.map(({ number }) => number)).toEqual(Array.from({ length: FEATURES }, (_, index) => index + 1));
    expect(ROWS.filter(({ cells }) => cells !== COLUMNS)).toEqual([]);
  });

  it('shows a test for what is there, and says what is not', () => {
    const unproven = ROWS.filter(({ ours }) => !/\]\(\.\.\/test\/\S+ ".+?"\)/.test(ours));
    expect(unproven.filter(({ ours }) => !/^(?:no|not yet|partly)\b/.test(ours))).toEqual([]);
    expect(LINKS.filter(({ to, title }) => to.startsWith('../test/') && title === undefined)).toEqual([]);
  });

  it('links to tests that exist by the title that they have', () => {
    const broken = LINKS.filter(({ to, title }) => {
      const path = `${DOCS}${to}`;
      return !existsSync(path) || (title !== undefined && !readFileSync(path, 'utf8').includes(title));
    });
    expect(broken).toEqual([]);
    expect(LINKS.length).toBeGreaterThan(FEATURES / 2);
  });

  it('names the versions that are installed', () => {
    const [major, minor] = versionOf('node_modules/ws/package.json').split('.');
    expect(PAGE).toContain(`ws101 ${versionOf('package.json')} `);
    expect(PAGE).toContain(`ws ${major}.${minor} `);
  });
});
