import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAdvisories, renderAdvisories } from '../../scripts/advisories.ts';
import { stringsOf, symbolsOf, titlesOf } from './named.ts';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');
const advisories = readAdvisories();

describe('the page of known vulnerabilities', () => {
  it('has the rows 1 to 42, each once', () => {
    expect(advisories.map(({ id }) => id)).toEqual(Array.from({ length: 42 }, (_, i) => i + 1));
  });

  it.each(advisories)('row $id names a guard and a test, or else a reason: $known', ({ guards, tests, reason }) => {
    if (reason !== undefined) expect([guards, tests, reason.length > 80]).toEqual([undefined, undefined, true]);
    else expect([guards?.length, tests?.length]).not.toContain(undefined);
  });

  it.each(advisories)('row $id names nothing that does not exist: $known', ({ guards = [], tests = [] }) => {
    for (const { file, symbol } of guards) {
      expect(existsSync(new URL(file, ROOT)), file).toBe(true);
      expect(symbolsOf(read(file)), file).toContain(symbol);
    }
    for (const { file, title, case: row } of tests) {
      expect(existsSync(new URL(file, ROOT)), file).toBe(true);
      expect(titlesOf(read(file)), file).toContain(title);
      if (row !== undefined) expect(stringsOf(read(file)), file).toContain(row);
    }
  });

  it('is as its rows are now; otherwise run npx tsx scripts/advisories.ts', () => {
    expect(read('docs/advisories.md')).toBe(renderAdvisories(advisories));
  });

  it('shows each row with what it names', () => {
    const page = renderAdvisories([
      {
        id: 1,
        known: 'a peer',
        sent: 'a byte',
        guards: [{ file: 'src/a.ts', symbol: 'A.b' }],
        tests: [{ file: 'test/a.test.ts', title: 'a|b', case: 'c' }],
      },
      { id: 2, known: 'a peer', sent: 'a byte', reason: 'there is none' },
    ]);
    expect(page).toContain(
      '| 1 | a peer | a byte | [`A.b`](../src/a.ts) a.ts | [a.test.ts](../test/a.test.ts) a\\|b (c) |',
    );
    expect(page).toContain('| 2 | a peer | a byte |  | *Cannot apply:* there is none |');
  });
});

describe('what a source names', () => {
  const TEST = `
    describe('group', () => {
      it('one', () => {});
      it.each([['case', 1]])('two %s', () => {});
      for (const x of []) test.skipIf(x)(\`three \${x}\`, () => {});
    });
    // it('in a comment', () => {});
    notATest('four');
    const five = "it('five')";`;

  it('are the titles of its tests, as they are written, and not of its groups', () => {
    expect(titlesOf(TEST)).toEqual(['one', 'two %s', `three \${x}`]);
  });

  it('are the texts in it', () => {
    expect(stringsOf(TEST)).toContain('case');
    expect(stringsOf(TEST)).not.toContain('in a comment');
  });

  it('are its functions and constants, its classes and their members', () => {
    const names = symbolsOf('export class A { #b = 1; c() {} get d() { return 1; } }\nfunction e() {}\nconst f = 1;');
    expect(names.sort()).toEqual(['A', 'A.#b', 'A.c', 'A.d', 'e', 'f']);
  });
});
