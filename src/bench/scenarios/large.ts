import { EchoEngine } from '../load/echo-engine.ts';
import type { Scenario } from '../scenario.ts';
import { echoMetrics, singlePhase } from './echo.ts';
import { throughputMetric } from './message-metrics.ts';

/** Messages that are so long that copying them is the work. */
export const large: Scenario = {
  name: 'large',
  summary: 'sends long messages (1 MiB) and waits for them to come back, one in flight',
  defaults: { source: { kind: 'size', bytes: 1024 * 1024 }, depth: 1 },
  phases: singlePhase,
  engine: (config) => new EchoEngine(config),
  metrics: (phases) => [...phases.map(throughputMetric), ...echoMetrics(phases)],
  calibrate: 'rate',
};
