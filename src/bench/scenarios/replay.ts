import { merged, metric, percentile, perSecond, perServerCpu } from '../engines/metrics.ts';
import { ReplayEngine, readRecording } from '../engines/replay-engine.ts';
import type { Scenario } from '../scenario.ts';

/** A recorded session, played on many connections. */
export const replay: Scenario = {
  name: 'replay',
  summary:
    "plays the client's side of a recording with its timing, over and over; compares what comes with what was recorded",
  defaults: { connections: 10, speed: 1 },
  phases: ({ connections, warmupMs, durationMs, file, speed = 1 }) => {
    readRecording(file);
    if (!(speed > 0)) throw new RangeError(`speed must be above 0 (2 plays twice as fast), not ${speed}`);
    return [{ label: '', warmupMs, durationMs, rate: 0, connections }];
  },
  engine: (config) => new ReplayEngine(config),
  metrics: (phases) => {
    const outcomes = merged(phases).outcomes ?? {};
    const [alike, different] = [outcomes['sessions as recorded'] ?? 0, outcomes['sessions that differ'] ?? 0];
    return [
      perSecond('sessions/s', 'closed', phases),
      perSecond('messages/s', 'received', phases),
      perServerCpu('messages/server CPU s', 'received', phases),
      percentile('session p50', 'cycle', 0.5, phases),
      percentile('sent late p99', 'lag', 0.99, phases),
      metric({
        name: 'sessions as recorded',
        kind: 'count',
        unit: '%',
        better: 'higher',
        value: (100 * alike) / (alike + different),
      }),
    ];
  },
  calibrate: 'none',
};
