import type { LoadConfig } from '../config.ts';
import { EchoEngine } from '../load/echo-engine.ts';
import type { Metric, Phase, PhaseRecord } from '../model.ts';
import type { Scenario, Timing } from '../scenario.ts';
import { costMetric, nanoseconds, percentileName, perSecond, quantileOf, rateMetric } from './message-metrics.ts';

const OBJECTIVE = 'p99<5ms';

/** Shares of the closed loop's rate, in percent, where the options name no rates. */
const SHARES: readonly number[] = [10, 22, 34, 46, 59, 71, 83, 95];

const NANOSECONDS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };

function phasesOf({ steps, warmupMs, durationMs, connections }: LoadConfig & Timing): readonly Phase[] {
  const common = { warmupMs, durationMs, connections };
  if (steps !== undefined) return steps.map((rate) => ({ ...common, label: `${rate}/s`, rate }));
  return [
    { ...common, label: 'closed loop', rate: 0 },
    ...SHARES.map((percent) => ({ ...common, label: `${percent} %`, rate: 0, share: percent / 100 })),
  ];
}

/** An objective on latency: its percentile as a share, and its limit in nanoseconds. Another one is read as the default. */
function readObjective(text: string): { readonly share: number; readonly limitNs: number } {
  const [, percent, limit, unit] = /^(?:latency )?p(\d+(?:\.\d+)?)<=?(\d+(?:\.\d+)?)(ns|us|µs|ms|s)$/.exec(text) ?? [];
  const factor = unit === undefined ? undefined : NANOSECONDS[unit];
  if (percent === undefined || factor === undefined) return readObjective(OBJECTIVE);
  return { share: Number(percent) / 100, limitNs: Number(limit) * factor };
}

function metricsOf(phases: readonly PhaseRecord[], { objective = OBJECTIVE }: LoadConfig): readonly Metric[] {
  const closed = phases.filter(({ phase }) => phase.label === 'closed loop');
  const paced = phases.filter((record) => !closed.includes(record));
  const { share, limitNs } = readObjective(objective);
  const offered = (record: PhaseRecord): number => perSecond(record.measurement.counts.sent ?? 0, record);
  const kept = paced.filter((record) => quantileOf(record, 'latency', share) < limitNs);
  const isKnown = paced.some((record) => !Number.isNaN(quantileOf(record, 'latency', share)));
  const highest = isKnown ? Math.max(0, ...kept.map(offered)) : Number.NaN;
  return [
    { name: `highest rate with ${objective}`, kind: 'rate', unit: '1/s', better: 'higher', value: highest },
    ...closed.flatMap((record) => [rateMetric(record), costMetric(record)]),
    ...paced.map((record) => {
      const name = `latency ${percentileName(share)} at ${record.phase.label}`;
      return nanoseconds(name, quantileOf(record, 'latency', share));
    }),
  ];
}

/** Latency against load, and the highest rate that keeps an objective. */
export const curve: Scenario = {
  name: 'curve',
  summary:
    'latency at rates from 10 to 95 % of what a closed loop reaches, and the highest rate that keeps an objective',
  defaults: { depth: 16, pacing: 'poisson' },
  phases: phasesOf,
  engine: (config) => new EchoEngine(config),
  metrics: metricsOf,
  calibrate: 'none',
};
