import type { LoadConfig, MessageSource, Verify } from './config.ts';
import type { ScenarioName } from './model.ts';

/** A server to measure: where it listens, and what starts it. */
export interface VariantOptions {
  readonly name: string;
  /** Started for each run and ended after it; without it the server at `url` is used as it is. */
  readonly command?: readonly string[];
  /** Default: the bench's own. */
  readonly url?: string;
  /** Default: the bench's own; `count` for a server that answers with prepared bytes. */
  readonly verify?: Verify;
}

/** What to measure and how. Everything but `url` has a default. */
export interface BenchOptions extends Partial<Omit<LoadConfig, 'url' | 'worker' | 'workers' | 'source' | 'scenario'>> {
  readonly url: string;
  readonly scenario?: ScenarioName;
  /** Default: 32 bytes. */
  readonly source?: MessageSource;
  /** How long each phase is measured, in milliseconds. Default: 10,000. */
  readonly durationMs?: number;
  /** How long load flows before anything is measured. Default: 3,000. */
  readonly warmupMs?: number;
  /** Processes that make load. Default: 1. */
  readonly workers?: number;
  /** Runs per variant, each in fresh processes. Default: 1; with `compare` 5. */
  readonly runs?: number;
  /** Starts the server of a bench without `variants`. */
  readonly command?: readonly string[];
  /** Servers to compare, the first one being the base. Their runs take turns. */
  readonly variants?: readonly VariantOptions[];
  /** The server's process, when it was not started here. Its children count too. */
  readonly serverPid?: number;
  /** `p99<5ms`, `messages/s>100000`. */
  readonly objective?: string;
  /** The file of an earlier report to compare with. */
  readonly baseline?: string;
  /** What else than wrong data, an invalid run and a missed objective is a failure. */
  readonly failOn?: 'regression';
  /** Measure the generator's own ceiling against the null server first. Default: true for scenarios that claim a rate. */
  readonly calibrate?: boolean;
  /** Rates of `curve`, sizes of `idle`. */
  readonly steps?: readonly number[];
  readonly title?: string;
  /** The command line that repeats it, for the report. Default: made of these options. */
  readonly repeat?: string;
  /** Ends it early; what is there is reported. */
  readonly signal?: AbortSignal;
}
