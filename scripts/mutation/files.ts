import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StrykerReport } from './report.ts';

/** Where the runs write. */
export const FOLDER = 'coverage/mutation';

/** The JSON report of a floor. */
export function reportOf(floor: string): string {
  return `${FOLDER}/${floor}.json`;
}

/** The reports of all floors. */
export interface Reports {
  readonly all: readonly StrykerReport[];
  /** The sources that they are about. */
  readonly sources: ReadonlyMap<string, string>;
  /** The files of the tests that were there. */
  readonly testFiles: ReadonlySet<string>;
  /** The text of a file: as the reports have it, or else as it is now. */
  read(file: string): string;
}

/** Reads every report that is there. */
export function readReports(root: string): Reports {
  const names = existsSync(join(root, FOLDER)) ? readdirSync(join(root, FOLDER)).sort() : [];
  const all = names
    .filter((name) => /^[a-z]+\.json$/.test(name))
    .map((name): StrykerReport => JSON.parse(readFileSync(join(root, FOLDER, name), 'utf8')));
  const sources = new Map(
    all.flatMap(({ files }) => Object.entries(files).map(([file, { source }]) => [file, source] as const)),
  );
  return {
    all,
    sources,
    testFiles: new Set(all.flatMap(({ testFiles = {} }) => Object.keys(testFiles))),
    read: (file) => sources.get(file) ?? readFileSync(join(root, file), 'utf8'),
  };
}
