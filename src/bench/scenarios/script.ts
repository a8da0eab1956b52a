import { percentile, perSecond, perServerCpu } from '../engines/metrics.ts';
import { ScriptEngine } from '../engines/script-engine.ts';
import type { Scenario } from '../scenario.ts';

/** Clients that the user has written. */
export const script: Scenario = {
  name: 'script',
  summary: 'runs the client of an ES module on each connection and times what it measures',
  defaults: { connections: 10 },
  phases: ({ connections, warmupMs, durationMs, file }) => {
    if (file === '') throw new TypeError('script needs the file of a module that exports "client"');
    return [{ label: '', warmupMs, durationMs, rate: 0, connections }];
  },
  engine: (config) => ScriptEngine.create(config),
  metrics: (phases) => [
    perSecond('measured/s', 'received', phases),
    perServerCpu('measured/server CPU s', 'received', phases),
    percentile('latency p50', 'latency', 0.5, phases),
    percentile('latency p90', 'latency', 0.9, phases),
    percentile('latency p99', 'latency', 0.99, phases),
    percentile('latency p99.9', 'latency', 0.999, phases),
  ],
  calibrate: 'none',
};
