import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import type { GeneratorLoad } from '../model.ts';

/** Tells how busy this process was between two moments. */
export class LoadGauge {
  #cpu: NodeJS.CpuUsage = process.cpuUsage();
  #loop: EventLoopUtilization = performance.eventLoopUtilization();
  #load: Pick<GeneratorLoad, 'cpuNs' | 'utilization'> | undefined = undefined;

  start(): void {
    this.#cpu = process.cpuUsage();
    this.#loop = performance.eventLoopUtilization();
    this.#load = undefined;
  }

  /** Only the first call after {@link start} counts. */
  stop(): void {
    if (this.#load !== undefined) return;
    const { user, system } = process.cpuUsage(this.#cpu);
    const { utilization } = performance.eventLoopUtilization(this.#loop);
    this.#load = { cpuNs: (user + system) * 1_000, utilization };
  }

  get load(): Pick<GeneratorLoad, 'cpuNs' | 'utilization'> {
    this.stop();
    return this.#load ?? { cpuNs: 0, utilization: 0 };
  }
}
