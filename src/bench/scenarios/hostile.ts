import { checkAttack, HostileEngine } from '../engines/hostile-engine.ts';
import { metric, peakMemory, percentile, perSecond, total } from '../engines/metrics.ts';
import type { Scenario } from '../scenario.ts';

/** Attackers beside clients that do nothing wrong. */
export const hostile: Scenario = {
  name: 'hostile',
  summary: 'a share of the connections attacks: what the others notice, how the attackers are ended, memory',
  defaults: {
    attack: 'ping-flood',
    connections: 20,
    share: 0.5,
    rate: 200,
    binary: false,
    source: { kind: 'size', bytes: 64 },
  },
  phases: ({ connections, rate, warmupMs, durationMs, attack, share, source }) => {
    checkAttack(attack);
    if (source.kind !== 'size') throw new TypeError('hostile numbers its own messages: give a size');
    if (!(share > 0 && share < 1)) throw new RangeError('hostile needs a share of attackers between 0 and 1');
    if (!(rate > 0)) throw new RangeError('hostile needs a rate at which the victims send');
    return [{ label: '', warmupMs, durationMs, rate, connections }];
  },
  engine: (config) => new HostileEngine(config),
  metrics: (phases) => [
    percentile('victim p50', 'latency', 0.5, phases),
    percentile('victim p99', 'latency', 0.99, phases),
    percentile('victim p99.9', 'latency', 0.999, phases),
    perSecond('victim messages/s', 'received', phases),
    metric({ name: 'attacks', kind: 'count', unit: '', value: total('attacks', phases) }),
    metric({
      name: 'attacks ended by the server',
      kind: 'count',
      unit: '',
      better: 'higher',
      value: total('attackersClosed', phases),
    }),
    peakMemory(phases),
  ],
  calibrate: 'none',
};
