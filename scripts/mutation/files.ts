import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StrykerReport } from './report.ts';

/** Where the runs write. */
export const FOLDER = 'coverage/mutation';

/** The JSON report of a floor. */
export function reportOf(floor: string): string {
  return `${FOLDER}/${floor}.json`;
}

/** The JSON report of the rows of the matrix with code in a floor. */
export function linkReportOf(floor: string): string {
  return `${FOLDER}/links-${floor}.json`;
}

/** The reports of the floors, and with them those about the rows of the matrix. */
export interface Reports {
  readonly floors: readonly StrykerReport[];
  readonly mutants: readonly StrykerReport[];
  /** The sources that the reports are about. */
  readonly sources: ReadonlyMap<string, string>;
  /** The text of a file: as the reports have it, or else as it is now. */
  read(file: string): string;
}

/** Reads every report that is there. */
export function readReports(root: string): Reports {
  const names = existsSync(join(root, FOLDER)) ? readdirSync(join(root, FOLDER)).sort() : [];
  const load = (pattern: RegExp): StrykerReport[] =>
    names
      .filter((name) => pattern.test(name))
      .map((name) => JSON.parse(readFileSync(join(root, FOLDER, name), 'utf8')));
  const floors = load(/^[a-z]+\.json$/);
  const mutants = [...floors, ...load(/^links-[a-z]+\.json$/)];
  const sources = new Map(
    mutants.flatMap(({ files }) => Object.entries(files).map(([file, { source }]) => [file, source] as const)),
  );
  return { floors, mutants, sources, read: (file) => sources.get(file) ?? readFileSync(join(root, file), 'utf8') };
}
