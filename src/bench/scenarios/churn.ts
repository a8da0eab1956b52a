import { ChurnEngine } from '../engines/churn-engine.ts';
import { metric, percentile, perSecond, perServerCpu, total } from '../engines/metrics.ts';
import type { Scenario } from '../scenario.ts';
import { singlePhase } from './echo.ts';

/** Connections that come and go. */
export const churn: Scenario = {
  name: 'churn',
  summary:
    'connections that open, exchange a few messages, close, and are followed by others; what the server keeps of them',
  defaults: { connections: 50, messages: 10, binary: false, source: { kind: 'size', bytes: 32 } },
  phases: singlePhase,
  engine: (config) => new ChurnEngine(config),
  metrics: (phases) => {
    const closed = total('closed', phases);
    const before = total('descriptorsBefore', phases);
    const left = before === 0 ? Number.NaN : total('descriptorsAfter', phases) - before;
    return [
      perSecond('cycles/s', 'closed', phases),
      perServerCpu('cycles/server CPU s', 'closed', phases),
      percentile('cycle p50', 'cycle', 0.5, phases),
      percentile('cycle p99', 'cycle', 0.99, phases),
      percentile('message p99', 'latency', 0.99, phases),
      metric({
        name: 'closed cleanly',
        kind: 'count',
        unit: '%',
        better: 'higher',
        value: (100 * total('cleanlyClosed', phases)) / closed,
      }),
      metric({ name: 'descriptors left behind', kind: 'count', unit: '', value: left }),
    ];
  },
  calibrate: 'none',
};
