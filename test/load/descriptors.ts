import { readFileSync } from 'node:fs';

// What a process of Node has open beside its connections, and some to spare.
const BESIDE = 200;

/**
 * Sees to it that this process may open so many connections, and throws an error that says what to do if it may not. Node has by
 * then taken its limit as high as it may go by itself. Linux only.
 */
export function needDescriptors(connections: number): void {
  const limits = readFileSync('/proc/self/limits', 'utf8');
  const [soft = '0'] = /^Max open files\s+(\S+)/m.exec(limits)?.slice(1) ?? [];
  const needed = connections + BESIDE;
  if (soft === 'unlimited' || Number(soft) >= needed) return;
  throw new Error(`${needed} open files are needed and ${soft} allowed: raise the hard limit (ulimit -Hn ${needed})`);
}
