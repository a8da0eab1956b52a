import { availableParallelism } from 'node:os';
import type { HostState } from '../model.ts';
import { type HostTicks, parseHostTicks, parsePressure } from './proc-text.ts';
import { readText } from './process-tree.ts';

/** The state of the host's counters at one moment. */
export interface HostReading {
  readonly ticks: HostTicks | undefined;
  readonly pressureUs: number;
  readonly atMs: number;
}

/** Reads the counters of `/proc/stat` and `/proc/pressure/cpu` as far as there are any. */
export function readHost(root: string = '/proc'): HostReading {
  return {
    ticks: parseHostTicks(readText(`${root}/stat`)),
    pressureUs: parsePressure(readText(`${root}/pressure/cpu`)),
    atMs: performance.now(),
  };
}

/** What the host did between two readings. */
export function hostBetween(from: HostReading, to: HostReading): HostState {
  const state: { -readonly [Name in keyof HostState]: HostState[Name] } = { cores: availableParallelism() };
  const total = (to.ticks?.total ?? 0) - (from.ticks?.total ?? 0);
  if (from.ticks !== undefined && to.ticks !== undefined && total > 0) {
    state.steal = share((to.ticks.steal - from.ticks.steal) / total);
    state.idle = share((to.ticks.idle - from.ticks.idle) / total);
  }
  const pressure = (to.pressureUs - from.pressureUs) / 1000 / (to.atMs - from.atMs);
  if (Number.isFinite(pressure)) state.pressure = share(pressure);
  return state;
}

// Kernels have been seen to count a counter back.
function share(value: number): number {
  return Math.min(1, Math.max(0, value));
}
