import { DeliveryEngine } from '../engines/delivery-engine.ts';
import { MIN_PUBLICATION_BYTES } from '../engines/publication.ts';
import type { Scenario } from '../scenario.ts';
import { deliveryMetrics } from './fanout.ts';

/** Everybody speaks and everybody listens. */
export const chat: Scenario = {
  name: 'chat',
  summary: 'every connection publishes its share of the rate, all receive all of it; exact losses',
  defaults: {
    adapter: 'broadcast',
    connections: 32,
    rate: 100,
    binary: false,
    source: { kind: 'size', bytes: 64 },
  },
  phases: ({ connections, rate, warmupMs, durationMs, source }) => {
    if (source.kind !== 'size' || source.bytes < MIN_PUBLICATION_BYTES) {
      throw new RangeError(`chat numbers its own messages: give a size of at least ${MIN_PUBLICATION_BYTES} bytes`);
    }
    return [{ label: '', warmupMs, durationMs, rate, connections }];
  },
  engine: (config) => DeliveryEngine.create(config, { publishers: config.connections }),
  metrics: (phases) => deliveryMetrics(phases),
  calibrate: 'none',
};
