import type { Phase, RunRecord } from '../model.ts';

/** What a bench tells while it runs. All of it is optional. */
export interface BenchObserver {
  /** The generator is measured against the null server, for about so long. */
  calibrating?(ms: number): void;
  /** What it came to; NaN when that failed, and why. */
  calibrated?(ceiling: number, failure?: string): void;
  /** The next of `total` runs begins; `order` counts from 0. */
  runStarted?(run: {
    readonly variant: string;
    readonly run: number;
    readonly order: number;
    readonly total: number;
  }): void;
  phaseStarted?(phase: Phase): void;
  /** About once a second: messages a second and the p99 in nanoseconds (0 when unknown) since the last time. */
  sampled?(sample: {
    readonly phase: Phase;
    readonly warm: boolean;
    readonly elapsedMs: number;
    readonly rate: number;
    readonly p99Ns: number;
  }): void;
  runEnded?(run: RunRecord): void;
}
