import { parseKilobytes } from './proc-text.ts';
import { readText } from './process-tree.ts';

/** Resident memory of processes, in bytes: now, and the sum of the most that each ever had. */
export interface Memory {
  readonly rssBytes: number;
  readonly peakRssBytes: number;
}

/**
 * Reads `smaps_rollup`, which is exact, or where that is not allowed `VmRSS`, which may be some hundred KiB behind; `VmHWM` for the
 * peak. Pages that processes share are counted in each.
 */
export function readMemory(pids: readonly number[], root: string = '/proc'): Memory {
  let [rssBytes, peakRssBytes] = [0, 0];
  for (const pid of pids) {
    const status = readText(`${root}/${pid}/status`);
    const exact = parseKilobytes(readText(`${root}/${pid}/smaps_rollup`), 'Rss');
    const rss = (Number.isNaN(exact) ? parseKilobytes(status, 'VmRSS') : exact) || 0;
    rssBytes += rss;
    peakRssBytes += Math.max(rss, parseKilobytes(status, 'VmHWM') || 0);
  }
  return { rssBytes, peakRssBytes };
}
