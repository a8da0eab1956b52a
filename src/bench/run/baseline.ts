import { readFile } from 'node:fs/promises';
import type { ScenarioName, Summary } from '../model.ts';
import { readNdjson } from '../report/read-ndjson.ts';

/** The file of an earlier report is not there, or holds no whole report. */
export class BaselineError extends Error {
  override readonly name: string = 'BaselineError';
}

/**
 * The medians of an earlier bench, from the file that `--json` wrote.
 *
 * @throws BaselineError that names the file
 */
export async function readBaseline(path: string, scenario: ScenarioName): Promise<readonly Summary[]> {
  try {
    const earlier = readNdjson(await readFile(path, 'utf8'));
    if (earlier.scenario !== scenario)
      throw new Error(`it is one of ${earlier.scenario}, which cannot be compared with one of ${scenario}`);
    return earlier.summaries;
  } catch (error) {
    throw new BaselineError(`the baseline ${JSON.stringify(path)} cannot be used: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
