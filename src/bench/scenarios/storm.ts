import { merged, percentile, perSecond, perServerCpu } from '../engines/metrics.ts';
import { StormEngine } from '../engines/storm-engine.ts';
import type { Scenario } from '../scenario.ts';
import { singlePhase } from './echo.ts';

/** Everybody comes at once. */
export const storm: Scenario = {
  name: 'storm',
  summary: 'opens all connections as fast as they come, or at a rate, closes them when all stand, and begins again',
  defaults: { connections: 1_000, binary: false, source: { kind: 'size', bytes: 32 }, adapter: 'echo' },
  phases: singlePhase,
  engine: (config) => StormEngine.create(config),
  metrics: (phases) => [
    perSecond('handshakes/s', 'opened', phases),
    perServerCpu('handshakes/server CPU s', 'opened', phases),
    percentile('TCP p50', 'tcp', 0.5, phases),
    percentile('TCP p99', 'tcp', 0.99, phases),
    percentile('upgrade p50', 'upgrade', 0.5, phases),
    percentile('upgrade p99', 'upgrade', 0.99, phases),
    percentile('first message p50', 'first-message', 0.5, phases),
    percentile('first message p99', 'first-message', 0.99, phases),
    percentile('connect to first message p99', 'latency', 0.99, phases),
    {
      name: 'refused or failed',
      kind: 'count',
      unit: '',
      better: 'lower',
      value: Object.values(merged(phases).errors).reduce((sum, many) => sum + many, 0),
    },
  ],
  calibrate: 'none',
};
