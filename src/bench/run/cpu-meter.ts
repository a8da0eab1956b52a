import { type ProcessStat, parseSchedstat } from './proc-text.ts';
import { processTree, readNames, readText } from './process-tree.ts';

interface Seen {
  readonly startedAt: number;
  readonly ownNs: number;
  readonly endedChildrenNs: number;
}

/**
 * CPU time of a process and all that descends from it.
 *
 * Threads that run are counted to the nanosecond (`/proc/<pid>/task/<tid>/schedstat`). When threads of a process have ended, the
 * kernel's sum for the process, which keeps them, is known to 10 ms only. A process that ended is counted by whoever waited for
 * it, to 10 ms, or, when nobody did, as it was seen last: {@link CpuMeter.read} it once a second.
 */
export class CpuMeter {
  readonly #pid: number;
  readonly #root: string;
  #seen = new Map<number, Seen>();
  #lostNs = 0;
  #latestNs = 0;

  constructor(pid: number, root: string = '/proc') {
    this.#pid = pid;
    this.#root = root;
  }

  /** How many processes there were at the last reading. */
  get processes(): number {
    return this.#seen.size;
  }

  /** The pids at the last reading. */
  get pids(): readonly number[] {
    return [...this.#seen.keys()];
  }

  /** CPU time so far, in nanoseconds; it never goes back. */
  read(): number {
    const now = new Map<number, Seen>();
    for (const [pid, stat] of processTree(this.#pid, this.#root)) now.set(pid, this.#look(pid, stat));
    this.#lostNs += this.#unaccounted(now);
    this.#seen = now;
    let total = this.#lostNs;
    for (const { ownNs, endedChildrenNs } of now.values()) total += ownNs + endedChildrenNs;
    this.#latestNs = Math.max(this.#latestNs, total);
    return this.#latestNs;
  }

  #look(pid: number, { startedAt, cpuNs, endedChildrenCpuNs }: ProcessStat): Seen {
    const tasks = `${this.#root}/${pid}/task`;
    let threadsNs = 0;
    for (const task of readNames(tasks)) threadsNs += parseSchedstat(readText(`${tasks}/${task}/schedstat`)) || 0;
    return { startedAt, ownNs: Math.max(threadsNs, cpuNs), endedChildrenNs: endedChildrenCpuNs };
  }

  /** CPU time of processes that are gone, as far as nobody who is still there has taken it over. */
  #unaccounted(now: ReadonlyMap<number, Seen>): number {
    let goneNs = 0;
    for (const [pid, { startedAt, ownNs, endedChildrenNs }] of this.#seen)
      if (now.get(pid)?.startedAt !== startedAt) goneNs += ownNs + endedChildrenNs;
    if (goneNs === 0) return 0;
    let takenOverNs = 0;
    for (const [pid, { startedAt, endedChildrenNs }] of now) {
      const before = this.#seen.get(pid);
      const known = before?.startedAt === startedAt ? before.endedChildrenNs : 0;
      takenOverNs += Math.max(0, endedChildrenNs - known);
    }
    return Math.max(0, goneNs - takenOverNs);
  }
}
