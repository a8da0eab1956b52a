import type { Target } from './annotations.ts';
import type { Row } from './matrix.ts';

/** What a requirement rests on: breaking one of the pieces of code must make one of the tests fail. */
export interface MutationLink {
  readonly id: string;
  readonly levels: readonly string[];
  readonly binds: string;
  /** `range` is Stryker's form, `src/file.ts:line:column-line:column`, lines from 1, columns from 0. */
  readonly code: readonly (Target & { readonly file: string; readonly range: string })[];
  /** `pattern` is a regular expression for vitest's `-t`, which sees a title behind those of the groups around it. */
  readonly tests: readonly { readonly file: string; readonly title: string; readonly pattern: string }[];
}

/** The links of every requirement that has any. */
export function mapForMutations(rows: readonly Row[]): MutationLink[] {
  return rows
    .filter(({ code, tests }) => code.length + tests.length > 0)
    .map(({ id, levels, binds = '', code, tests }) => ({
      id,
      levels,
      binds,
      code: code.flatMap(({ file, target }) =>
        target === undefined ? [] : [{ file, ...target, range: rangeOf(file, target) }],
      ),
      tests: tests.flatMap(({ file, target }) =>
        target === undefined ? [] : [{ file, title: target.name, pattern: patternOf(target.name) }],
      ),
    }));
}

function rangeOf(file: string, { start, end }: Target): string {
  return `${file}:${start.line}:${start.column}-${end.line}:${end.column}`;
}

/** Placeholders, whether of `it.each` or of a template, stand for any text. */
function patternOf(title: string): string {
  return title
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replace(/ › /g, ' ')
    .replace(/%[sdifjo#]|\\\$[\w.]+|…/g, '.*');
}
