import type { Gate, Metric, PhaseRecord, Verdict } from '../model.ts';
import { Histogram } from '../stats/histogram.ts';
import { percent } from './gate.ts';
import { THRESHOLDS } from './thresholds.ts';

/** The generators had time to spare. */
export function generatorGates({ generators }: PhaseRecord): Gate[] {
  const busiest = Math.max(0, ...generators.map(({ utilization }) => utilization));
  const seen = `the busiest generator was busy for ${percent(busiest)} of the time`;
  const gate = (kinds: Gate['kinds'], verdict: Verdict, reason: string): Gate => ({
    name: 'generator',
    verdict,
    kinds,
    reason,
  });
  if (busiest <= THRESHOLDS.busy) return [gate(['rate', 'latency'], 'VALID', seen)];
  const advice = 'use more workers (-w) on a machine with cores for them';
  const isTooBusy = busiest >= THRESHOLDS.tooBusy;
  const limit = percent(isTooBusy ? THRESHOLDS.tooBusy : THRESHOLDS.busy);
  return [
    gate(['rate'], isTooBusy ? 'INVALID' : 'WARN', `${seen} (below ${limit}): the rate may be its own; ${advice}`),
    gate(['latency'], 'WARN', `${seen} (below ${limit}): latencies include its queue; ${advice}`),
  ];
}

/** The generator could have done much more: what the same load came to against a server that does nothing. */
export function ceilingGate(metrics: readonly Metric[], ceiling: number | undefined): Gate | undefined {
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
  return gate(
    'INVALID',
    `${seen} (at least ${THRESHOLDS.ceiling}): the rate may be the generator's own; use more workers (-w), or compare cost per server CPU second`,
  );
}

/** Messages were sent when they should have been; only open loops know. */
export function lagGate({ measurement: { timings } }: PhaseRecord): Gate | undefined {
  if (timings.lag === undefined || timings.latency === undefined) return undefined;
  const lag = Histogram.from(timings.lag).quantile(0.99);
  const latency = Histogram.from(timings.latency).quantile(0.5);
  const gate = (verdict: Verdict, reason: string): Gate => ({ name: 'lag', verdict, kinds: ['latency'], reason });
  const seen = `99 % of the messages were sent at most ${milliseconds(lag)} late, with a median latency of ${milliseconds(latency)}`;
  if (lag <= Math.max(THRESHOLDS.lagNs, latency * THRESHOLDS.lagOfLatency)) return gate('VALID', seen);
  const limits = `(at most ${percent(THRESHOLDS.lagOfLatency)} of it, or ${milliseconds(THRESHOLDS.lagNs)})`;
  const isTooLate = lag > Math.max(THRESHOLDS.lagNs, latency * THRESHOLDS.lagOfLatency) * THRESHOLDS.lagTooLate;
  return gate(
    isTooLate ? 'INVALID' : 'WARN',
    `${seen} ${limits}: offer less (-R), use more workers (-w), or free a core`,
  );
}

function milliseconds(ns: number): string {
  return `${(ns / 1e6).toPrecision(2)} ms`;
}
