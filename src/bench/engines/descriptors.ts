import { processTree, readNames } from '../run/process-tree.ts';

/** How many descriptors a process and its children have open; NaN where the system does not tell. */
export function descriptorsOf(pid: number, root: string = '/proc'): number {
  const pids = [...processTree(pid, root).keys()];
  const counts = pids.map((one) => readNames(`${root}/${one}/fd`).length);
  // A process without any descriptor is one that this user may not look into.
  return counts.length === 0 || counts.includes(0) ? Number.NaN : counts.reduce((sum, count) => sum + count, 0);
}
