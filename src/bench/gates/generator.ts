import type { Gate, PhaseRecord, Verdict } from '../model.ts';
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
