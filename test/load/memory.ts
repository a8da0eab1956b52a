import { readFileSync, writeFileSync } from 'node:fs';

/** Bytes in a mebibyte. */
export const MIB: number = 1024 * 1024;

/** What a process holds of the machine's memory, in bytes. */
export interface Memory {
  readonly now: number;
  /** The most it ever held, or since {@link forgetPeak}. */
  readonly peak: number;
}

/** The memory of a process, as the kernel counts it. Linux only. */
export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return { now: kibibytes(status, 'VmRSS') * 1024, peak: kibibytes(status, 'VmHWM') * 1024 };
}

/** Lets the kernel count the peak of a process from its present memory on; needs to be of the same user. */
export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

function kibibytes(status: string, field: string): number {
  const found = new RegExp(`^${field}:\\s*(\\d+) kB$`, 'm').exec(status);
  if (found === null) throw new Error(`the kernel does not tell ${field}`);
  return Number(found[1]);
}
