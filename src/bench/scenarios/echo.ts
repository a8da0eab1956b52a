import type { LoadConfig } from '../config.ts';
import { EchoEngine } from '../load/echo-engine.ts';
import type { Metric, Phase, PhaseRecord } from '../model.ts';
import type { Scenario, Timing } from '../scenario.ts';
import { costMetric, latencyMetrics, rateMetric } from './message-metrics.ts';

/** One phase, in which the load of the options flows. */
export function singlePhase({ warmupMs, durationMs, rate, connections }: LoadConfig & Timing): readonly Phase[] {
  return [{ label: '', warmupMs, durationMs, rate, connections }];
}

/** What a server that sends messages back is measured by. */
export function echoMetrics(phases: readonly PhaseRecord[]): readonly Metric[] {
  return phases.flatMap((record) => [rateMetric(record), costMetric(record), ...latencyMetrics(record)]);
}

/** Messages that come back, as fast as the server answers. */
export const echo: Scenario = {
  name: 'echo',
  summary: 'sends messages and waits for them to come back, a number of them in flight (closed loop)',
  defaults: {},
  phases: singlePhase,
  engine: (config) => new EchoEngine(config),
  metrics: echoMetrics,
  calibrate: 'rate',
};
