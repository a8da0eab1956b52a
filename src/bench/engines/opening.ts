import { readFileSync } from 'node:fs';
import type { LoadConfig } from '../config.ts';
import { kindOf, LoadError } from '../load/load-error.ts';
import type { Recorder } from './recorder.ts';

/** So many connections are opened at a time: enough to keep a server busy, few enough for any backlog. */
export const WAVE = 100;

/** What a process has open beside its connections: files, pipes, the event loop's own. */
const OTHER_DESCRIPTORS = 40;

/** Errors after which no further attempt can succeed. */
const FATAL: readonly string[] = ['no ports', 'no descriptors', 'no deflate'];

/** How many descriptors this process may have; Infinity where the system does not say. */
export function descriptorLimit(limits: string = '/proc/self/limits'): number {
  let text: string;
  try {
    text = readFileSync(limits, 'latin1');
  } catch {
    return Infinity;
  }
  const soft = /^Max open files\s+(\S+)/m.exec(text)?.[1];
  return soft === undefined || soft === 'unlimited' ? Infinity : Number(soft);
}

/**
 * Passes when so many connections can be open in this process at one time.
 *
 * @throws LoadError of the kind `no descriptors`, with the remedy
 */
export function checkDescriptors(connections: number, limit: number = descriptorLimit()): void {
  const needed = connections + OTHER_DESCRIPTORS;
  if (needed <= limit) return;
  throw new LoadError(
    'no descriptors',
    `${connections} connections need ${needed} descriptors, but ulimit -n is ${limit}`,
  );
}

/**
 * Calls `openOne` for 0 to `count - 1`, at most {@link WAVE} at a time, and counts by kind what did not open.
 *
 * @throws the first error, when nothing opened at all, or one after which nothing further can
 */
export async function openAll(
  count: number,
  openOne: (index: number) => Promise<void>,
  recorder: Pick<Recorder, 'error'>,
): Promise<void> {
  let [next, opened] = [0, 0];
  let [first, fatal]: (unknown | undefined)[] = [undefined, undefined];
  const lane = async (): Promise<void> => {
    while (next < count && fatal === undefined) {
      try {
        await openOne(next++);
        opened++;
      } catch (error) {
        const kind = kindOf(error);
        recorder.error(kind);
        first ??= error;
        if (FATAL.includes(kind)) fatal ??= error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(WAVE, count) }, lane));
  if (fatal !== undefined) throw fatal;
  if (count > 0 && opened === 0) throw first;
}

/** Rejects when `promise` has not settled after so many milliseconds. */
export async function within<T>(promise: Promise<T>, ms: number, complain: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(complain()), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** How many bytes the payload of a message has. @throws TypeError for a source other than a size */
export function sizeOf({ source, scenario }: Pick<LoadConfig, 'source' | 'scenario'>): number {
  if (source.kind === 'size') return source.bytes;
  throw new TypeError(`${scenario} numbers its messages itself: give a size, not a ${source.kind}`);
}
