import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { emptyReport, type FuzzReport } from './fuzzer.ts';

/** What the legs of one long run came to so far. */
export interface FuzzState {
  readonly report: FuzzReport;
  /** The seed of each leg, in order. */
  readonly seeds: number[];
  seconds: number;
}

/** What {@link writeState} left in the file; nothing done yet when it is not there. */
export function readState(file: string | undefined): FuzzState {
  if (file === undefined || !existsSync(file)) return { report: emptyReport(), seeds: [], seconds: 0 };
  const { report, seeds, seconds } = JSON.parse(readFileSync(file, 'utf8'));
  const found = Object.entries<string[]>(report.found).map(
    ([target, inputs]) => [target, inputs.map((text) => new Uint8Array(Buffer.from(text, 'base64')))] as const,
  );
  return {
    report: {
      ...report,
      byTarget: new Map(Object.entries(report.byTarget)),
      outcomes: new Map(Object.entries(report.outcomes)),
      found: new Map(found),
    },
    seeds,
    seconds,
  };
}

/** Leaves in the file how far a run has come, its finds included. */
export function writeState(file: string, { report, seeds, seconds }: FuzzState): void {
  const found = [...report.found].map(
    ([target, inputs]) => [target, inputs.map((input) => Buffer.from(input).toString('base64'))] as const,
  );
  const plain = {
    ...report,
    byTarget: Object.fromEntries(report.byTarget),
    outcomes: Object.fromEntries(report.outcomes),
    found: Object.fromEntries(found),
  };
  writeFileSync(file, JSON.stringify({ seeds, seconds, report: plain }));
}
