/** What Stryker writes as JSON, as far as it is read here. */
export interface StrykerReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly StrykerMutant[] }>>;
  readonly testFiles?: Readonly<Record<string, { readonly tests: readonly { id: string; name: string }[] }>>;
}

/** A mutant in {@link StrykerReport}; lines and columns from 1 on, the end behind the last character. */
export interface StrykerMutant {
  readonly replacement?: string;
  readonly location: { readonly start: Place; readonly end: Place };
  readonly status: string;
  readonly statusReason?: string;
  readonly killedBy?: readonly string[];
}

interface Place {
  readonly line: number;
  readonly column: number;
}

/** A test as Stryker knows it: the file, and the title behind those of the groups around it. */
export interface NamedTest {
  readonly file: string;
  readonly name: string;
}

/** A change of the code, and what became of it. */
export interface Mutant {
  readonly file: string;
  readonly floor: string;
  /** Offsets into the file. */
  readonly start: number;
  readonly end: number;
  readonly line: number;
  /** The line on which it starts, without the indentation: it tells equal pieces of code apart. */
  readonly on: string;
  /** The code that was replaced, white space between words as one space. */
  readonly code: string;
  readonly replacement: string;
  readonly status: string;
  /** Whether a loop ran a hundred times as often as it should, rather than the time ran out. */
  readonly isEndless: boolean;
  readonly killers: readonly NamedTest[];
}

/** Where a line and a column, both from 0 on, are in a text. */
export function offsetOf(text: string, line: number, column: number): number {
  let offset = 0;
  for (let i = 0; i < line; i++) offset = text.indexOf('\n', offset) + 1;
  return offset + column;
}

/** Every mutant of a report, in the order of the files. */
export function readMutants(report: StrykerReport): Mutant[] {
  const tests = new Map<string, NamedTest>();
  for (const [file, { tests: all }] of Object.entries(report.testFiles ?? {}))
    for (const { id, name } of all) tests.set(id, { file, name });
  return Object.entries(report.files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([file, { source, mutants }]) =>
      mutants.map(({ location, replacement = '', status, statusReason = '', killedBy = [] }) => {
        const start = offsetOf(source, location.start.line - 1, location.start.column - 1);
        const end = offsetOf(source, location.end.line - 1, location.end.column - 1);
        return {
          file,
          floor: file.split('/')[1] ?? '',
          start,
          end,
          line: location.start.line,
          on: source.split('\n')[location.start.line - 1]?.trim() ?? '',
          code: squeeze(source.slice(start, end)),
          replacement: squeeze(replacement),
          status,
          isEndless: statusReason.startsWith('Hit limit'),
          killers: killedBy.flatMap((id) => tests.get(id) ?? []),
        };
      }),
    );
}

/** Runs of white space as one space. */
export function squeeze(code: string): string {
  return code.trim().replace(/\s+/g, ' ');
}

/** How many mutants there are of each kind; static ones are not run and count nowhere. */
export interface Score {
  readonly killed: number;
  readonly timedOut: number;
  readonly survived: number;
  readonly uncovered: number;
  readonly notRun: number;
  /** The share of those run that a test noticed, from 0 to 1; 1 when none was run. */
  readonly share: number;
}

/** Counts the mutants. */
export function scoreOf(mutants: readonly Mutant[]): Score {
  const count = (...statuses: string[]): number => mutants.filter(({ status }) => statuses.includes(status)).length;
  const killed = count('Killed');
  const timedOut = count('Timeout');
  const survived = count('Survived');
  const uncovered = count('NoCoverage');
  const run = killed + timedOut + survived + uncovered;
  return {
    killed,
    timedOut,
    survived,
    uncovered,
    notRun: mutants.length - run,
    share: run === 0 ? 1 : (killed + timedOut) / run,
  };
}

/** The scores of the parts that `key` makes, and of all as the last row. */
export function scoresBy(mutants: readonly Mutant[], key: 'file' | 'floor'): [string, Score][] {
  const names = [...new Set(mutants.map((mutant) => mutant[key]))];
  return [
    ...names.map((name): [string, Score] => [name, scoreOf(mutants.filter((mutant) => mutant[key] === name))]),
    ['all', scoreOf(mutants)],
  ];
}
