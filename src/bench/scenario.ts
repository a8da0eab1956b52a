import type { LoadConfig } from './config.ts';
import type { Engine } from './engine.ts';
import type { Metric, MetricKind, Phase, PhaseRecord, ScenarioName } from './model.ts';
import type { BenchOptions } from './options.ts';

/** A way to load a server, and what it is measured by. */
export interface Scenario {
  readonly name: ScenarioName;
  /** What it does, in one line. */
  readonly summary: string;
  /** What differs from the defaults of the options. */
  readonly defaults: Partial<BenchOptions>;
  /** The phases of one run, in order. */
  phases(options: LoadConfig & Timing): readonly Phase[];
  /** The part that runs in a generator's process. */
  engine(config: LoadConfig): Promise<Engine> | Engine;
  /** What one run came to. */
  metrics(phases: readonly PhaseRecord[], config: LoadConfig): readonly Metric[];
  /** The kind of the metric that a calibration against the null server bounds; none when it would mean nothing. */
  readonly calibrate: MetricKind | 'none';
}

/** How long phases take, in milliseconds. */
export interface Timing {
  readonly warmupMs: number;
  readonly durationMs: number;
}
