import type { HistogramData } from './stats/histogram.ts';

/** The names of the scenarios. */
export type ScenarioName =
  | 'echo'
  | 'open'
  | 'curve'
  | 'fanout'
  | 'chat'
  | 'storm'
  | 'churn'
  | 'idle'
  | 'large'
  | 'deflate'
  | 'slow'
  | 'hostile'
  | 'replay'
  | 'script';

/** Wrong data: the server broke a promise that it should keep. Any of these ends a bench with exit code 3. */
export type FaultName = 'lost' | 'duplicated' | 'reordered' | 'truncated' | 'corrupted';

/** What is timed, each in nanoseconds. */
export type TimingName =
  /** From sending, closed loop; from the moment it should have been sent, open loop. */
  | 'latency'
  /** From the actual sending, open loop. */
  | 'service'
  /** How late a message was sent, open loop. */
  | 'lag'
  /** From publishing to the first, the median and the last receiver. */
  | 'first'
  | 'median'
  | 'last'
  /** Until TCP (and TLS) stood, until the 101 came after that, and until the first message came after that. */
  | 'tcp'
  | 'upgrade'
  | 'first-message'
  /** A whole cycle of connect, exchange and close. */
  | 'cycle'
  /** From the moment a reader stalled until the server gave its connection up. */
  | 'stalled';

/** What is counted while a phase is measured. Bytes are payload unless they say `wire`. */
export type CountName =
  | 'sent'
  | 'received'
  | 'sentBytes'
  | 'receivedBytes'
  | 'wireBytesSent'
  | 'wireBytesReceived'
  | 'opened'
  | 'closed'
  | 'cleanlyClosed'
  | 'published'
  | 'expectedDeliveries'
  | 'stalledOpen'
  | 'stalledClosed'
  | 'held'
  | 'attacks'
  | 'attackersClosed'
  /** Messages that are no deliveries: announcements, a sender's own copy that was not asked for. */
  | 'others'
  /** Descriptors of the server's processes, before the first connection and after the last one. */
  | 'descriptorsBefore'
  | 'descriptorsAfter';

/**
 * What a generator, or all of them together, measured in one phase. Every part adds up over workers.
 *
 * Errors are counted by kind: `refused`, `reset`, `timeout`, `status 404`, `handshake`, `closed 1011`, `violation masked`,
 * `no ports`, `no descriptors`, …
 */
export interface Measurement {
  readonly counts: Readonly<Partial<Record<CountName, number>>>;
  readonly faults: Readonly<Partial<Record<FaultName, number>>>;
  readonly errors: Readonly<Record<string, number>>;
  /** How those ended that were meant to be ended, and what else is told apart by a text: `closed 1008`, `still open`. No errors. */
  readonly outcomes?: Readonly<Record<string, number>>;
  readonly timings: Readonly<Partial<Record<TimingName, HistogramData>>>;
}

/** One part of a run with a load of its own: a rate, a number of connections. Most scenarios have one phase. */
export interface Phase {
  /** Names it in reports: `rate 1000`, `2000 connections`; empty when there is only one. */
  readonly label: string;
  readonly warmupMs: number;
  readonly durationMs: number;
  /** Messages, publications or connects a second over all workers; 0 for as fast as it goes. */
  readonly rate: number;
  /** In place of `rate`: a share of what the first phase of the run reached, 0 to 1 (`curve`). */
  readonly share?: number;
  /** Connections over all workers. */
  readonly connections: number;
}

/** How busy a generator was while a phase was measured. */
export interface GeneratorLoad {
  /** CPU time of its process, in nanoseconds. */
  readonly cpuNs: number;
  /** Share of the time in which its event loop was busy, 0 to 1. */
  readonly utilization: number;
  /** Messages that it received. */
  readonly received: number;
}

/** What the server's processes cost while a phase was measured. */
export interface ServerCost {
  readonly cpuNs: number;
  /** Resident memory of all its processes at the end of the phase, and their highest. */
  readonly rssBytes: number;
  readonly peakRssBytes: number;
  readonly processes: number;
}

/** What the host did beside the bench while a phase was measured; absent numbers could not be read. */
export interface HostState {
  /** Share of CPU time that the hypervisor took, 0 to 1. */
  readonly steal?: number;
  /** Share of CPU time in which nothing ran, 0 to 1. */
  readonly idle?: number;
  /** Share of time in which something waited for a CPU, 0 to 1 (`/proc/pressure/cpu`, some). */
  readonly pressure?: number;
  readonly cores: number;
}

/** One phase of one run, all workers together. */
export interface PhaseRecord {
  readonly phase: Phase;
  readonly elapsedNs: number;
  readonly measurement: Measurement;
  readonly generators: readonly GeneratorLoad[];
  /** Absent without `/proc`, or when the server's process is not known. */
  readonly server?: ServerCost;
  readonly host: HostState;
  /** Messages a second and p99 in nanoseconds, each second of the phase. */
  readonly series: readonly { readonly rate: number; readonly p99Ns: number }[];
}

/** What kind of claim a metric makes; decides which gates bind it. */
export type MetricKind = 'rate' | 'cost' | 'latency' | 'memory' | 'count';

/** One number that a scenario is about, in one run. */
export interface Metric {
  /** `messages/s`, `messages/server CPU s`, `latency p99`, `KiB/connection` … */
  readonly name: string;
  readonly kind: MetricKind;
  /** `1/s`, `ns`, `bytes`, … */
  readonly unit: string;
  readonly better: 'higher' | 'lower';
  /** NaN when it could not be measured; reports show `—`. */
  readonly value: number;
}

/** What became of one gate. */
export type Verdict = 'VALID' | 'WARN' | 'INVALID';

/** One reason to trust, or not to trust, the metrics of some kinds. */
export interface Gate {
  /**
   * Stable: `server`, `load`, `faults`, `errors`, `shape`, `cost`, `ceiling`, `generator`, `lag`, `steal`, `pressure`, `samples`,
   * `runs`, `spread`.
   */
  readonly name: string;
  readonly verdict: Verdict;
  readonly kinds: readonly MetricKind[];
  /** What was seen, what it should be, and what to do, in one sentence. */
  readonly reason: string;
}

/** One run of one variant in fresh processes. */
export interface RunRecord {
  readonly variant: string;
  /** From 0. */
  readonly run: number;
  /** When it took its turn among all runs of all variants, from 0. */
  readonly order: number;
  readonly startedAt: string;
  readonly phases: readonly PhaseRecord[];
  readonly metrics: readonly Metric[];
  /** What the same load reaches against the null server; absent when not calibrated. */
  readonly ceiling?: number;
  readonly gates: readonly Gate[];
}

/** A metric over all runs of a variant: the median of the runs and its bootstrap interval. */
export interface Summary {
  readonly variant: string;
  readonly metric: Omit<Metric, 'value'>;
  readonly values: readonly number[];
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly verdict: Verdict;
}

/** A metric of one variant over that of another, paired by run. */
export interface Comparison {
  readonly metric: Omit<Metric, 'value'>;
  readonly variant: string;
  readonly base: string;
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
  /** `better` or `worse` when the interval lies beyond 3 % of 1, `no difference` when it lies within, otherwise `not known`. */
  readonly says: 'better' | 'worse' | 'no difference' | 'not known';
}

/** Where and with what it was measured. */
export interface Environment {
  readonly date: string;
  readonly ws101: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** The command that repeats it. */
  readonly command: string;
}

/** Everything about a bench: what was asked, what was measured, and whether to believe it. */
export interface BenchReport {
  readonly title: string;
  readonly scenario: ScenarioName;
  readonly description: string;
  readonly environment: Environment;
  readonly runs: readonly RunRecord[];
  readonly summaries: readonly Summary[];
  readonly comparisons: readonly Comparison[];
  readonly gates: readonly Gate[];
  readonly verdict: Verdict;
  readonly objective?: { readonly text: string; readonly met: boolean };
  readonly regressions?: readonly Comparison[];
  /** True when it was stopped by hand: what is there is whole, but less than was asked for. */
  readonly interrupted: boolean;
  /** 0 ok, 3 wrong data, 4 invalid, 5 objective missed, 6 regression. */
  readonly exitCode: number;
}
