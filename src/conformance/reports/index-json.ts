import type { ConformanceReport } from '../result.ts';

/** What the known suite tells of a case in its `index.json`. */
export interface IndexEntry {
  readonly behavior: string;
  readonly behaviorClose: string;
  /** Milliseconds. */
  readonly duration: number;
  /** The close code that the testee gave; null when it gave none. */
  readonly remoteCloseCode: number | null;
  readonly reportfile: string;
}

/**
 * The verdicts in the shape of the known suite's `index.json`, for scripts that read that: by agent, then by case.
 *
 * @param reportFile where the details are; the known suite has a file for each case, here all name this one
 */
export function knownIndex(
  reports: readonly ConformanceReport[],
  reportFile: string = '',
): Readonly<Record<string, Readonly<Record<string, IndexEntry>>>> {
  return Object.fromEntries(
    reports.map(({ agent, results }) => [
      agent,
      Object.fromEntries(
        results.map(({ number, behavior, behaviorClose, durationMs, testeeCode }): [string, IndexEntry] => [
          number,
          {
            behavior,
            behaviorClose,
            duration: durationMs,
            remoteCloseCode: testeeCode ?? null,
            reportfile: reportFile,
          },
        ]),
      ),
    ]),
  );
}
