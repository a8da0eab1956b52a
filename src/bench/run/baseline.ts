import { readFile } from 'node:fs/promises';
import type { Summary } from '../model.ts';
import { readNdjson } from '../report/read-ndjson.ts';

/**
 * The medians of an earlier bench, from the file that `--json` wrote.
 *
 * @throws Error that names the file: it is not there, or holds no whole report
 */
export async function readBaseline(path: string): Promise<readonly Summary[]> {
  try {
    return readNdjson(await readFile(path, 'utf8')).summaries;
  } catch (error) {
    throw new Error(`the baseline ${JSON.stringify(path)} cannot be used: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
