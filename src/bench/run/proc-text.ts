/** Linux gives times of `/proc/<pid>/stat` and `/proc/stat` in hundredths of a second, whatever its kernel ticks at. */
export const TICK_NS = 10_000_000;

/** What `/proc/<pid>/stat` says of a process. */
export interface ProcessStat {
  readonly parent: number;
  readonly session: number;
  /** In ticks since the machine started: with the pid it names one process for ever. */
  readonly startedAt: number;
  /** CPU time of all its threads, ended ones included, to 10 ms. */
  readonly cpuNs: number;
  /** CPU time of its children that ended and were waited for, and of theirs, to 10 ms. */
  readonly endedChildrenCpuNs: number;
}

/** Reads the text of `/proc/<pid>/stat`; undefined when it is none. */
export function parseProcessStat(text: string): ProcessStat | undefined {
  // The name stands in brackets and may hold blanks and brackets itself; the numbers follow the last one.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const at = (field: number): number => fields[field - 3] ?? Number.NaN;
  const stat = {
    parent: at(4),
    session: at(6),
    startedAt: at(22),
    cpuNs: (at(14) + at(15)) * TICK_NS,
    endedChildrenCpuNs: (at(16) + at(17)) * TICK_NS,
  };
  return Object.values(stat).every(Number.isFinite) ? stat : undefined;
}

/** CPU time of a thread in nanoseconds, from the text of its `schedstat`; NaN when the kernel keeps none. */
export function parseSchedstat(text: string): number {
  return /^\d+ /.test(text) ? Number.parseInt(text, 10) : Number.NaN;
}

/** A line such as `VmHWM:   1234 kB` of `/proc/<pid>/status` or `smaps_rollup`, in bytes; NaN without it. */
export function parseKilobytes(text: string, field: string): number {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${field}:`));
  return line === undefined ? Number.NaN : Number.parseInt(line.slice(field.length + 1), 10) * 1024;
}

/** CPU time of the whole machine since it started, in ticks. */
export interface HostTicks {
  readonly total: number;
  readonly idle: number;
  readonly steal: number;
}

/** Reads the text of `/proc/stat`; undefined when it is none. */
export function parseHostTicks(text: string): HostTicks | undefined {
  const line = /^cpu +([\d ]+)/.exec(text)?.[1];
  if (line === undefined) return undefined;
  // The two times of guests behind these eight are part of user and nice already.
  const ticks = line.split(' ').map(Number).slice(0, 8);
  const [, , , idle = 0, waiting = 0, , , steal = 0] = ticks;
  return { total: ticks.reduce((sum, part) => sum + part, 0), idle: idle + waiting, steal };
}

/** For how long something had to wait for a CPU since the machine started, in µs, from the text of `/proc/pressure/cpu`. */
export function parsePressure(text: string): number {
  const total = /^some .*\btotal=(\d+)/m.exec(text)?.[1];
  return total === undefined ? Number.NaN : Number(total);
}
