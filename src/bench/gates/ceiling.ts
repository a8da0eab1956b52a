import type { LoadConfig } from '../config.ts';
import type { Gate, Metric, PhaseRecord, ScenarioName, Verdict } from '../model.ts';
import { percent } from './gate.ts';
import { THRESHOLDS } from './thresholds.ts';

/** Scenarios in which a few connections publish; in the others all send. */
const PUBLISHED: ReadonlySet<ScenarioName> = new Set(['fanout', 'slow']);

/**
 * The rate is the server's: the generator could have done much more. Either it did so against a server that does nothing, or it
 * waited for the server most of the time. The second is what can be shown where round trips bound the rate, since those take
 * their time with any server.
 *
 * @param ceiling what the same load came to against the null server; undefined when it was not calibrated
 * @returns undefined where no rate was measured
 */
export function ceilingGate(
  metrics: readonly Metric[],
  ceiling: number | undefined,
  phases: readonly Pick<PhaseRecord, 'generators'>[],
  config: LoadConfig,
): Gate | undefined {
  const result = metrics.find(({ kind, value }) => kind === 'rate' && Number.isFinite(value))?.value;
  if (result === undefined) return undefined;
  const gate = (verdict: Verdict, reason: string): Gate => ({ name: 'ceiling', verdict, kinds: ['rate'], reason });
  if (ceiling === undefined || !(ceiling > 0))
    return gate(
      'WARN',
      "the generator was not calibrated, so nobody knows whether the rate is the server's or its own",
    );
  const times = ceiling / result;
  const seen = `against the null server the same load reaches ${Math.round(ceiling)} a second, ${times.toFixed(1)} times the result`;
  if (times >= THRESHOLDS.ceiling) return gate('VALID', seen);
  const least = `${seen} (at least ${THRESHOLDS.ceiling})`;
  const busiest = Math.max(0, ...phases.flatMap(({ generators }) => generators.map(({ utilization }) => utilization)));
  if (busiest > 0 && busiest <= 1 / THRESHOLDS.ceiling)
    return gate(
      'VALID',
      `${seen}; yet the generator waited for the server for ${percent(1 - busiest)} of the time, so round trips bound the rate`,
    );
  if (underWay(config) === 1)
    return gate(
      'WARN',
      `${least}: with one message under way, server and generator take turns, and the rate holds both their times; servers differ by more than it shows: keep more under way (-p), or compare cost per server CPU second`,
    );
  return gate(
    'INVALID',
    `${least}: the rate may be the generator's own; use more workers (-w), or compare cost per server CPU second`,
  );
}

/** Messages, or publications, that a closed loop keeps under way on all connections together. */
function underWay({ scenario, connections, depth, publishers = 1 }: LoadConfig): number {
  return depth * (PUBLISHED.has(scenario) ? publishers : connections);
}
