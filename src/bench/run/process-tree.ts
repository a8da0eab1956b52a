import { readdirSync, readFileSync } from 'node:fs';
import { type ProcessStat, parseProcessStat } from './proc-text.ts';

/** The text of a file, or an empty one when it cannot be read: processes end while they are looked at. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}

/** The names in a folder; none when it cannot be read. */
export function readNames(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** Does this system tell what its processes cost? */
export function hasProc(root: string = '/proc'): boolean {
  return parseProcessStat(readText(`${root}/self/stat`)) !== undefined;
}

/**
 * A process and everything that descends from it: its children and theirs, and, when it leads a session of its own, all of that
 * session, so that a child whose parent has ended is still found. Empty when the process is gone and has left nobody.
 */
export function processTree(pid: number, root: string = '/proc'): Map<number, ProcessStat> {
  const all = new Map<number, ProcessStat>();
  for (const name of readNames(root)) {
    const stat = /^\d+$/.test(name) ? parseProcessStat(readText(`${root}/${name}/stat`)) : undefined;
    if (stat !== undefined) all.set(Number(name), stat);
  }
  const tree = new Map<number, ProcessStat>();
  let found = [...all].filter(([candidate, { session }]) => candidate === pid || session === pid);
  while (found.length > 0) {
    for (const [member, stat] of found) tree.set(member, stat);
    found = [...all].filter(([candidate, { parent }]) => tree.has(parent) && !tree.has(candidate));
  }
  return tree;
}
