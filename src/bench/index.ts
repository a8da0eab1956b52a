/**
 * Measuring WebSocket servers: load, statistics, and whether to believe them.
 *
 * @module
 */
export type { LoadConfig, MessageSource, Verify } from './config.ts';
export type { Engine, Sample } from './engine.ts';
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
