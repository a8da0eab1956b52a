import { readFileSync, writeFileSync } from 'node:fs';
import {
  type ConformanceReport,
  failuresOf,
  htmlReport,
  junitXml,
  knownIndex,
  readReport,
  worsenedSince,
  writeReport,
} from '../conformance/index.ts';
import { printable } from '../report/index.ts';
import type { Terminal } from './command.ts';
import { quote, UsageError } from './usage-error.ts';

/** Where reports go besides the terminal: paths, or `-` for standard output. */
export interface OutputValues {
  readonly json: string | undefined;
  readonly index: string | undefined;
  readonly junit: string | undefined;
  readonly html: string | undefined;
  readonly baseline: string | undefined;
}

/** What is done with reports at the end. */
export interface ConformOutput {
  /** Nothing for people goes to standard output, because a report does. */
  readonly isPiped: boolean;
  /** Writes every report that was asked for. Throws a `UsageError` for a file that cannot be written. */
  write(reports: readonly ConformanceReport[], terminal: Terminal): void;
  /** 0 when all that is required passes, or with a baseline when nothing is worse than in it; says what is. */
  exitCode(reports: readonly ConformanceReport[], terminal: Terminal): number;
}

/** Throws a `UsageError` before anything is run: for two reports on standard output, and for a baseline that is none. */
export function outputOf({ json, index, junit, html, baseline }: OutputValues): ConformOutput {
  const targets = [json, index, junit, html].filter((path) => path === '-');
  if (targets.length > 1) throw new UsageError('only one report can go to standard output');
  const before = baseline === undefined ? undefined : readBaseline(baseline);
  return {
    isPiped: targets.length > 0,
    write(reports, terminal) {
      const only = reports[0];
      if (only === undefined) return;
      if (json !== undefined) {
        for (const [i, report] of reports.entries()) put(numbered(json, i), writeReport(report), terminal);
      }
      if (index !== undefined) put(index, `${JSON.stringify(knownIndex(reports, html ?? ''), null, 2)}\n`, terminal);
      if (junit !== undefined) {
        for (const [i, report] of reports.entries()) put(numbered(junit, i), junitXml(report), terminal);
      }
      if (html !== undefined) put(html, htmlReport(reports), terminal);
    },
    exitCode(reports, { stderr }) {
      if (reports.every(({ results }) => results.length === 0)) return 1;
      if (before === undefined) return reports.some((report) => failuresOf(report).length > 0) ? 1 : 0;
      const worse = reports.flatMap((report) => worsenedSince(report, before));
      for (const { result, before: was } of worse) {
        const then = was === undefined ? 'not run' : `${was.behavior}, close ${was.behaviorClose}`;
        stderr.write(
          `${result.number} is worse than in the baseline: ${result.behavior}, close ${result.behaviorClose}; `,
        );
        stderr.write(`it was ${printable(then)}\n`);
      }
      if (worse.length > 0) return 1;
      stderr.write('nothing is worse than in the baseline\n');
      return 0;
    },
  };
}

/** A further report of the same kind gets a number before the ending of its file: `report.json`, `report-2.json`. */
function numbered(path: string, i: number): string {
  return i === 0 || path === '-' ? path : path.replace(/(\.[^./\\]*)?$/, `-${i + 1}$1`);
}

function put(path: string, text: string, { stdout }: Terminal): void {
  if (path === '-') stdout.write(text);
  else {
    try {
      writeFileSync(path, text);
    } catch (error) {
      throw new UsageError(`${quote(path)} cannot be written: ${(error as Error).message}`);
    }
  }
}

function readBaseline(path: string): ConformanceReport {
  try {
    return readReport(readFileSync(path, 'utf8'));
  } catch (error) {
    const reason = (error as Error).message;
    throw new UsageError(`--baseline ${quote(path)} cannot be read: ${reason}; ws101 conform --json makes one`);
  }
}
