import { longest, merged, metric, peakMemory, percentile, perSecond, total } from '../engines/metrics.ts';
import { OFFERED_BYTES, SlowEngine } from '../engines/slow-engine.ts';
import type { Scenario } from '../scenario.ts';

/** A share of the readers stalls: do the others notice, and what does the server do about it? */
export const slow: Scenario = {
  name: 'slow',
  summary:
    'one publishes, a share of the receivers stops reading: latency of the others, who is given up and when, memory',
  defaults: {
    adapter: 'broadcast',
    connections: 50,
    share: 0.1,
    rate: 100,
    binary: false,
    source: { kind: 'size', bytes: 16 * 1024 },
    publishers: 1,
  },
  phases: ({ connections, rate, warmupMs, durationMs, source, share }) => {
    if (source.kind !== 'size') throw new TypeError('slow numbers its own messages: give a size');
    if (!(share > 0 && share < 1)) throw new RangeError('slow needs a share of stalled readers between 0 and 1');
    const seconds = (warmupMs + durationMs) / 1_000;
    const needed = Math.ceil(OFFERED_BYTES / source.bytes / seconds);
    if (rate > 0 && rate < needed) {
      throw new RangeError(
        `a reader that stalls must be offered at least 8 MiB: ${needed} messages of ${source.bytes} bytes a second, not ${rate}`,
      );
    }
    return [{ label: '', warmupMs, durationMs, rate, connections }];
  },
  engine: (config) => SlowEngine.create(config),
  metrics: (phases) => {
    const [open, closed] = [total('stalledOpen', phases), total('stalledClosed', phases)];
    const withGaps = merged(phases).outcomes?.['still open, with gaps'] ?? 0;
    const share = (name: string, value: number) => metric({ name, kind: 'count', unit: '%', value: value * 100 });
    return [
      percentile('delivery p50, healthy', 'latency', 0.5, phases),
      percentile('delivery p99, healthy', 'latency', 0.99, phases),
      perSecond('deliveries/s, healthy', 'received', phases),
      { ...share('stalled readers given up', closed / (open + closed)), better: 'higher' as const },
      share('stalled readers kept, with gaps', withGaps / (open + closed)),
      longest('given up after, at most', 'stalled', phases),
      peakMemory(phases),
    ];
  },
  calibrate: 'none',
};
