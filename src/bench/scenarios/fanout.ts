import { DeliveryEngine } from '../engines/delivery-engine.ts';
import { percentile, perSecond, perServerCpu } from '../engines/metrics.ts';
import { MIN_PUBLICATION_BYTES } from '../engines/publication.ts';
import type { Metric, PhaseRecord } from '../model.ts';
import type { Scenario } from '../scenario.ts';

/** A few connections publish and all receive: what a delivery costs, and how long the last receiver waits. */
export const fanout: Scenario = {
  name: 'fanout',
  summary: 'one connection publishes, all receive: delivery latency to the first, median and last one; exact losses',
  defaults: {
    adapter: 'broadcast',
    connections: 100,
    depth: 1,
    binary: false,
    source: { kind: 'size', bytes: 64 },
    publishers: 1,
  },
  phases: ({ connections, rate, warmupMs, durationMs, source, publishers = 1 }) => {
    if (source.kind !== 'size' || source.bytes < MIN_PUBLICATION_BYTES) {
      throw new RangeError(`fanout numbers its own messages: give a size of at least ${MIN_PUBLICATION_BYTES} bytes`);
    }
    if (publishers > connections) {
      throw new RangeError(`of ${connections} connections ${publishers} cannot publish: give more connections`);
    }
    return [{ label: '', warmupMs, durationMs, rate, connections }];
  },
  engine: (config) => DeliveryEngine.create(config, { publishers: config.publishers ?? 1 }),
  metrics: (phases) => deliveryMetrics(phases),
  calibrate: 'rate',
};

/** What every scenario that distributes messages is measured by. */
export function deliveryMetrics(phases: readonly PhaseRecord[]): Metric[] {
  return [
    perSecond('deliveries/s', 'received', phases),
    perServerCpu('deliveries/server CPU s', 'received', phases),
    percentile('delivery p50', 'latency', 0.5, phases),
    percentile('delivery p99', 'latency', 0.99, phases),
    percentile('delivery p99.9', 'latency', 0.999, phases),
    percentile('first receiver p50', 'first', 0.5, phases),
    percentile('median receiver p50', 'median', 0.5, phases),
    percentile('last receiver p50', 'last', 0.5, phases),
    percentile('last receiver p99', 'last', 0.99, phases),
  ];
}
