/**
 * Measuring WebSocket servers: load, statistics, and whether to believe them.
 *
 * Stability: names and shapes follow semantic versioning from 1.0.0 on. What single metrics are called, and where the limits of
 * gates lie, may change with a minor release; the lines of JSON say which schema they follow.
 *
 * @module
 */
export type { Adapter, AdapterMessage } from './adapters/adapter.ts';
export type { LoadConfig, MessageSource, Verify } from './config.ts';
export type { Engine, Sample, WorkerResult } from './engine.ts';
export type { ScriptClient, ScriptContext } from './engines/script-engine.ts';
export type {
  BenchReport,
  Comparison,
  CountName,
  Environment,
  FaultName,
  Gate,
  GeneratorLoad,
  HostState,
  Measurement,
  Metric,
  MetricKind,
  Phase,
  PhaseRecord,
  RunRecord,
  ScenarioName,
  ServerCost,
  Summary,
  TimingName,
  Verdict,
} from './model.ts';
export { createNullServer, type NullServer } from './null-server/null-server.ts';
export type { BenchOptions, VariantOptions } from './options.ts';
export { toHgrm } from './report/hgrm.ts';
export { toHtml } from './report/html.ts';
export { toNdjson } from './report/ndjson.ts';
export { readNdjson } from './report/read-ndjson.ts';
export { BENCH_SCHEMA, type JsonSchema } from './report/schema.ts';
export { formatReport, type TerminalReportOptions } from './report/terminal.ts';
export { BaselineError } from './run/baseline.ts';
export { runBench } from './run/bench.ts';
export type { BenchObserver } from './run/observer.ts';
export { splitCommand } from './run/split-command.ts';
export { quoteWord } from './run/wording.ts';
export type { Scenario, Timing } from './scenario.ts';
export { SCENARIOS } from './scenarios/scenarios.ts';
export { Histogram, type HistogramData } from './stats/histogram.ts';

// For the floors above alone: absent from the published types, and free to change.

/** @internal */
export { endGroup, hasEnded, startGroup } from './run/process-group.ts';
/** @internal */
export { RunFailure } from './run/run-failure.ts';
/** @internal */
export { type MeasuredServer, startServer } from './run/server-process.ts';
