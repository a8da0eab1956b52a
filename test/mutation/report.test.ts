import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { judgeLinks } from '../../scripts/mutation/links.ts';
import { readMutants, type StrykerReport, scoresBy } from '../../scripts/mutation/report.ts';
import { compareSurvivors, findFaults, type KnownSurvivor, SURVIVORS } from '../../scripts/mutation/survivors.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));

const CODEC = `export function half(n: number): number {
  return n / 2;
}
export const ONE = 1;
export const TWO = 2;
`;
const PROTOCOL = 'export const wait = (i: number) => { while (i < 3) i++; };\n';

const at = (line: number, column: number, length: number) => ({
  start: { line, column },
  end: { line, column: column + length },
});

const REPORT: StrykerReport = {
  files: {
    'src/protocol/wait.ts': {
      source: PROTOCOL,
      mutants: [
        { replacement: 'true', location: at(1, 45, 5), status: 'Timeout', statusReason: 'Hit limit reached (501/500)' },
        { replacement: 'i--', location: at(1, 52, 3), status: 'Timeout' },
      ],
    },
    'src/codec/half.ts': {
      source: CODEC,
      mutants: [
        { replacement: 'n * 2', location: at(2, 10, 5), status: 'Killed', killedBy: ['7', '8'] },
        {
          replacement: '{}',
          location: { start: { line: 1, column: 41 }, end: { line: 3, column: 2 } },
          status: 'Survived',
        },
        { replacement: '1', location: at(5, 20, 1), status: 'Ignored' },
        { replacement: '3', location: at(4, 20, 1), status: 'NoCoverage' },
      ],
    },
  },
  testFiles: {
    'test/codec/half.test.ts': {
      tests: [
        { id: '7', name: 'a number is halved (4)' },
        { id: '8', name: 'a number stays finite' },
      ],
    },
  },
};
const mutants = readMutants(REPORT);

describe('what a mutation run found', () => {
  it('is read with the code that was changed and the tests that noticed', () => {
    expect(mutants.map(({ file, code, replacement }) => [file, code, replacement])).toEqual([
      ['src/codec/half.ts', 'n / 2', 'n * 2'],
      ['src/codec/half.ts', '{ return n / 2; }', '{}'],
      ['src/codec/half.ts', '2', '1'],
      ['src/codec/half.ts', '1', '3'],
      ['src/protocol/wait.ts', 'i < 3', 'true'],
      ['src/protocol/wait.ts', 'i++', 'i--'],
    ]);
    expect(mutants[0]).toMatchObject({ floor: 'codec', line: 2, on: 'return n / 2;' });
    expect(mutants[0]?.killers).toEqual([
      { file: 'test/codec/half.test.ts', name: 'a number is halved (4)' },
      { file: 'test/codec/half.test.ts', name: 'a number stays finite' },
    ]);
    expect(mutants.map(({ isEndless }) => isEndless)).toEqual([false, false, false, false, true, false]);
  });

  it('is counted for each floor and for all; what was not run counts nowhere', () => {
    expect(scoresBy(mutants, 'floor')).toEqual([
      ['codec', { killed: 1, timedOut: 0, survived: 1, uncovered: 1, notRun: 1, share: 1 / 3 }],
      ['protocol', { killed: 0, timedOut: 2, survived: 0, uncovered: 0, notRun: 0, share: 1 }],
      ['all', { killed: 1, timedOut: 2, survived: 1, uncovered: 1, notRun: 1, share: 3 / 5 }],
    ]);
    expect(scoresBy(mutants, 'file').map(([name]) => name)).toEqual([
      'src/codec/half.ts',
      'src/protocol/wait.ts',
      'all',
    ]);
    expect(scoresBy([], 'floor')[0]?.[1].share).toBe(1);
  });
});

describe('the reasons for survivors', () => {
  const body: KnownSurvivor = {
    file: 'src/codec/half.ts',
    on: 'export function half(n: number): number {',
    code: '{\n  return n / 2;\n}',
    replacement: '{}',
    kind: 'equivalent',
    reason: 'because',
  };
  const one: KnownSurvivor = { ...body, on: 'export const ONE = 1;', code: '1', replacement: '3' };

  it('are found by the changed code, and whoever has none is listed', () => {
    expect(compareSurvivors(mutants, [body, one])).toEqual({ unexplained: [], stale: [] });
    expect(compareSurvivors(mutants, [body]).unexplained).toEqual([mutants[3]]);
    expect(compareSurvivors(mutants, [one, { ...body, replacement: '{ }' }]).unexplained).toEqual([mutants[1]]);
  });

  it('are stale when a test notices after all; those of files that were not run are left alone', () => {
    const killed: KnownSurvivor = { ...body, on: 'return n / 2;', code: 'n / 2', replacement: 'n * 2' };
    const elsewhere = { ...killed, file: 'src/codec/other.ts' };
    expect(compareSurvivors(mutants, [body, one, killed, elsewhere]).stale).toEqual([killed]);
  });

  const read = (file: string): string | undefined => (file === body.file ? CODEC : undefined);

  it.each<[string, KnownSurvivor[], string | undefined]>([
    ['a file that is gone', [{ ...body, file: 'src/codec/gone.ts' }], 'there is no such file'],
    ['a line that has changed', [{ ...body, on: 'return n / 4;' }], 'the file has no such line'],
    ['code that has changed', [{ ...body, code: 'n / 4' }], 'the file has no such code'],
    ['a kind that does not exist', [{ ...body, kind: 'difficult' }], 'the reason is of no known kind'],
    ['an empty reason', [{ ...body, reason: ' ' }], 'the reason is empty'],
    ['the same mutant twice', [body, { ...body, reason: 'another' }], 'has two reasons'],
    ['nothing when all is in order', [body, one], undefined],
  ])('are refused for %s', (_, known, fault) => {
    const faults = findFaults(known, read);
    expect(faults).toHaveLength(fault === undefined ? 0 : 1);
    if (fault !== undefined) expect(faults[0]).toContain(fault);
  });

  it('of this project are about code as it stands now', () => {
    const known = JSON.parse(readFileSync(`${root}${SURVIVORS}`, 'utf8')) as KnownSurvivor[];
    const now = (file: string): string | undefined =>
      existsSync(`${root}${file}`) ? readFileSync(`${root}${file}`, 'utf8') : undefined;
    expect(findFaults(known, now)).toEqual([]);
  });
});

describe('a row of the RFC matrix', () => {
  const piece = { name: 'half', start: { line: 2, column: 2 }, end: { line: 2, column: 15 } };
  const link = (file: string, title: string, place = piece) => ({
    id: '1234-1-1',
    levels: ['MUST'],
    binds: 'both',
    code: [{ file, ...place, range: '' }],
    tests: [{ file: 'test/codec/half.test.ts', title, pattern: title }],
  });
  const read = (file: string): string => REPORT.files[file]?.source ?? '';
  const there = new Set(['test/codec/half.test.ts']);
  const judge = (row: ReturnType<typeof link>, testFiles: ReadonlySet<string> = there) =>
    judgeLinks([row], mutants, testFiles, read)[0];

  it('is proven when a test that it names notices a change of the code that it names', () => {
    expect(judge(link('src/codec/half.ts', 'a number is halved \\(.*\\)'))).toEqual({
      id: '1234-1-1',
      verdict: 'proven',
      files: ['src/codec/half.ts'],
      isAround: false,
      run: 1,
      noticed: 1,
    });
  });

  it.each([
    ['only other tests notice', link('src/codec/half.ts', 'a number'), 'unproven'],
    [
      'nobody says who noticed',
      link('src/protocol/wait.ts', '.*', { ...piece, start: { line: 1, column: 0 }, end: { line: 1, column: 58 } }),
      'unproven',
    ],
    ['its code was not changed', link('src/codec/other.ts', '.*'), 'outside'],
    [
      'its code was changed and not run',
      link('src/codec/half.ts', '.*', { ...piece, start: { line: 5, column: 0 }, end: { line: 5, column: 21 } }),
      'outside',
    ],
  ])('is not proven when %s', (_, row, verdict) => {
    expect(judge(row)?.verdict).toBe(verdict);
  });

  it('is judged by the smallest change around its code when none can be made within', () => {
    const operator = { ...piece, start: { line: 2, column: 11 }, end: { line: 2, column: 12 } };
    expect(judge(link('src/codec/half.ts', 'a number stays finite', operator))).toMatchObject({
      verdict: 'proven',
      isAround: true,
      run: 1,
    });
    const wider = { ...operator, end: { line: 2, column: 15 } };
    expect(judge(link('src/codec/half.ts', '.*', wider))).toMatchObject({ verdict: 'unproven', isAround: true });
  });

  it('is outside of the run when none of its tests was there', () => {
    const elsewhere = link('src/codec/half.ts', 'a number');
    expect(judge(elsewhere)?.verdict).toBe('unproven');
    expect(judge(elsewhere, new Set(['test/codec/other.test.ts']))?.verdict).toBe('outside');
  });
});
