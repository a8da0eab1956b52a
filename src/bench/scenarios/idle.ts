import { IdleEngine } from '../engines/idle-engine.ts';
import { metric, slope } from '../engines/metrics.ts';
import type { Metric, PhaseRecord } from '../model.ts';
import type { Scenario } from '../scenario.ts';

const SIZES: readonly number[] = [1_000, 2_000, 4_000];
/** Two points make a line whatever they are; the third one tells whether it is one. */
const LEAST_SIZES = 3;

/** Connections that stand and do nothing: what does the server keep for each? */
export const idle: Scenario = {
  name: 'idle',
  summary:
    'holds growing numbers of connections that do nothing: memory per connection as a slope, and what closing gives back',
  defaults: { steps: SIZES, warmupMs: 2_000, durationMs: 3_000 },
  phases: ({ steps = SIZES, warmupMs, durationMs }) => {
    if (steps.length < LEAST_SIZES || steps.some((size, at) => !(size > (steps[at - 1] ?? 0)))) {
      throw new RangeError(
        `idle needs at least ${LEAST_SIZES} sizes that grow, such as ${SIZES.join(', ')}; not ${steps.join(', ')}`,
      );
    }
    const phase = { warmupMs, durationMs, rate: 0 };
    const sizes = steps.map((connections) => ({ ...phase, label: `${connections} connections`, connections }));
    return [...sizes, { ...phase, label: 'after closing', connections: 0 }];
  },
  engine: (config) => IdleEngine.create(config),
  metrics: (phases) => idleMetrics(phases),
  calibrate: 'none',
};

function idleMetrics(phases: readonly PhaseRecord[]): Metric[] {
  const sizes = phases.filter(({ phase }) => phase.connections > 0);
  const rssOf = (record: PhaseRecord | undefined): number => record?.server?.rssBytes ?? Number.NaN;
  const points = sizes.map((record) => [record.measurement.counts.held ?? 0, rssOf(record)] as const);
  const largest = sizes.at(-1);
  const closed = phases.find(({ phase }) => phase.connections === 0);
  const cpuNs = largest?.server?.cpuNs ?? Number.NaN;
  const memory = (name: string, unit: string, value: number): Metric => metric({ name, unit, value, kind: 'memory' });
  return [
    // One point, or two, would be no more than a guess.
    memory('memory per connection', 'KiB', points.length < LEAST_SIZES ? Number.NaN : slope(points) / 1024),
    memory('memory with all connections', 'bytes', rssOf(largest)),
    memory('memory after closing', 'bytes', rssOf(closed)),
    metric({
      name: 'CPU while idle',
      kind: 'cost',
      unit: 'ms/s',
      better: 'lower',
      value: cpuNs / 1e6 / ((largest?.elapsedNs ?? Number.NaN) / 1e9),
    }),
    metric({
      name: 'connections held',
      kind: 'count',
      unit: '',
      better: 'higher',
      value: Math.max(0, ...points.map(([held]) => held)),
    }),
  ];
}
