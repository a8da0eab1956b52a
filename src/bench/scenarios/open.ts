import { EchoEngine } from '../load/echo-engine.ts';
import type { Scenario } from '../scenario.ts';
import { echoMetrics, singlePhase } from './echo.ts';
import { latencyMetrics } from './message-metrics.ts';

/** Messages a second where the options name no rate. */
const RATE = 1_000;

/** Messages at times that do not depend on the server. */
export const open: Scenario = {
  name: 'open',
  summary: 'sends messages at a rate, whether or not earlier ones came back; latency counts from the intended time',
  defaults: { rate: RATE },
  phases: (options) => singlePhase({ ...options, rate: options.rate > 0 ? options.rate : RATE }),
  engine: (config) => new EchoEngine(config),
  metrics: (phases) => [
    ...echoMetrics(phases),
    ...phases.flatMap((record) => [...latencyMetrics(record, 'service'), ...latencyMetrics(record, 'lag')]),
  ],
  calibrate: 'none',
};
