import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  compareWithRfcs,
  findProblems,
  joinRows,
  PAGE,
  type Requirement,
  readAllAnnotations,
  readRequirements,
} from '../../scripts/rfc/matrix.ts';
import { mapForMutations } from '../../scripts/rfc/mutations.ts';
import { renderPage } from '../../scripts/rfc/page.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const folder = process.env.RFC_DIR;
const data = readRequirements(root);
const annotations = readAllAnnotations(root);
const rows = joinRows(data.requirements, annotations);

describe('the matrix from RFC to code to test', () => {
  it('has code and a test, or a reason, for every MUST and SHOULD; and nothing names what does not exist', () => {
    expect(findProblems(data, annotations)).toEqual([]);
  });

  it('is on its page as it stands now; otherwise run npm run rfc', () => {
    expect(readFileSync(join(root, PAGE), 'utf8')).toBe(renderPage(data, rows));
  });

  it('leads the mutation check from each requirement that is obeyed to code and tests', () => {
    const links = mapForMutations(rows);
    expect(links.length).toBeGreaterThan(150);
    for (const { id, code, tests } of links) {
      expect(code.length, id).toBeGreaterThan(0);
      expect(tests.length, id).toBeGreaterThan(0);
      for (const { pattern } of tests) expect(() => new RegExp(pattern), id).not.toThrow();
    }
  });

  it('numbers the demands of each section from 1 on, without a gap', () => {
    const last = new Map<string, number>();
    for (const { id, section } of data.requirements) {
      const place = `${id.slice(0, 4)}-${section}`;
      const ordinal = (last.get(place) ?? 0) + 1;
      expect(id).toBe(`${place}-${ordinal}`);
      last.set(place, ordinal);
    }
  });

  // The texts are no part of the repository: whoever has them names their folder.
  if (folder !== undefined) {
    it('has a row with the right hash for every sentence of the RFCs in RFC_DIR', () => {
      expect(compareWithRfcs(data.requirements, folder)).toEqual([]);
    });
  }
});

describe('what the matrix complains about', () => {
  const must: Requirement = {
    id: '1234-1-1',
    section: '1',
    levels: ['MUST'],
    hash: '',
    binds: 'both',
    requirement: 'x',
  };
  const place = { start: { line: 1, column: 0 }, end: { line: 2, column: 0 } };
  const code = { id: '1234-1-1', file: 'src/a.ts', line: 1, target: { name: 'f', ...place } };
  const test = { id: '1234-1-1', file: 'test/a.test.ts', line: 1, target: { name: 'works', ...place } };
  const judge = (row: Requirement, ...named: (typeof code)[]): string[] =>
    findProblems({ sections: { '1234-1': 'one' }, requirements: [row] }, named);

  it.each([
    ['nothing when code and a test name it', must, [code, test], []],
    ['a MUST without a test', must, [code], ['1234-1-1: no test names it, and no reason is given']],
    ['a MUST without code', must, [test], ['1234-1-1: no code names it, and no reason is given']],
    ['nothing when a reason is given instead', { ...must, reason: 'because' }, [], []],
    ['an empty reason', { ...must, reason: ' ' }, [], ['1234-1-1: its explanation is empty']],
    [
      'a reason beside a test',
      { ...must, departure: 'because' },
      [test],
      ['1234-1-1: is explained away, yet named by code or a test'],
    ],
    ['two reasons', { ...must, reason: 'a', excluded: 'b' }, [], ['1234-1-1: has more than one explanation']],
    [
      'a SHOULD without a test',
      { ...must, levels: ['SHOULD'] },
      [code],
      ['1234-1-1: no test names it, and no reason is given'],
    ],
    [
      'a name without a row',
      must,
      [code, test, { ...test, id: '1234-1-2' }],
      ['test/a.test.ts:1: names 1234-1-2, which does not exist'],
    ],
    ['a mark without a name', must, [code, test, { ...test, id: '' }], ['test/a.test.ts:1: names no requirement']],
  ] as const)('is %s', (_, row, named, problems) => {
    expect(judge(row, ...(named as readonly (typeof code)[]))).toEqual(problems);
  });

  it('is a mark that stands at nothing', () => {
    const { target: _, ...loose } = code;
    const all = [code, test, loose, { ...loose, file: 'test/b.test.ts' }];
    expect(findProblems({ sections: { '1234-1': 'one' }, requirements: [must] }, all)).toEqual([
      'src/a.ts:1: stands at no code',
      'test/b.test.ts:1: stands at no test',
    ]);
  });

  it('is a row that is there twice, or whose section has no title', () => {
    const problems = findProblems({ sections: {}, requirements: [must, must] }, [code, test]);
    expect(problems).toEqual([
      '1234-1-1: its section has no title',
      '1234-1-1: has two rows',
      '1234-1-1: its section has no title',
    ]);
  });
});
