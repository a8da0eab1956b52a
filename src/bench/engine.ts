import type { GeneratorLoad, Measurement, Phase } from './model.ts';

/** What an engine has seen so far, for the line of progress; running totals since the last `reset`. */
export interface Sample {
  readonly received: number;
  /** The 99th percentile of the time since the last sample, in nanoseconds; 0 when there is none. */
  readonly p99Ns: number;
}

/**
 * The part of a scenario that makes load, in a process of its own; one of several workers that share it.
 *
 * The order of calls: `open`, then for each phase `start`, `reset` when it is warm, `cut` when its time is over, `stop`;
 * at last `close`. `sample` at any time between `start` and `stop`.
 */
export interface Engine {
  /** Opens what all phases need. Rejects when nothing can be measured at all (every connection is refused …). */
  open(): Promise<void>;
  /** Makes the load of a phase flow. Resolves when it has its shape: all connections stand, the first messages are on their way. */
  start(phase: Phase): Promise<void>;
  /** Forgets what was measured so far in this phase; what is under way stays under way. */
  reset(): void;
  sample(): Sample;
  /** The end of what counts into rates: freezes the counts. The load goes on until `stop`. */
  cut(): void;
  /** Sends no more, waits for what is under way as long as the timeout allows, counts the rest as lost at its age. */
  stop(): Promise<Measurement>;
  /** Ends every connection. */
  close(): Promise<void>;
}

/** What the worker's process adds to the measurement of its engine. */
export interface WorkerResult {
  readonly measurement: Measurement;
  readonly load: GeneratorLoad;
}
