import type { LoadConfig } from '../config.ts';

/** What a load is when neither the options nor the scenario say otherwise. */
export const LOAD_DEFAULTS: Omit<LoadConfig, 'scenario' | 'url' | 'worker' | 'workers'> = {
  connections: 10,
  depth: 1,
  rate: 0,
  pacing: 'even',
  timeoutMs: 10_000,
  headers: [],
  protocols: [],
  source: { kind: 'size', bytes: 32 },
  binary: true,
  deflate: false,
  takeover: true,
  verify: 'all',
  adapter: 'echo',
  file: '',
  share: 0.1,
  attack: '',
  insecure: false,
  seed: 1,
};

/** What the rest of a bench is. Comparing takes enough runs for an interval. */
export const BENCH_DEFAULTS: {
  readonly durationMs: number;
  readonly warmupMs: number;
  readonly workers: number;
  readonly runs: number;
  readonly runsToCompare: number;
} = { durationMs: 10_000, warmupMs: 3_000, workers: 1, runs: 1, runsToCompare: 5 };
