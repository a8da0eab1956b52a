import type { Gate, Metric, PhaseRecord } from '../model.ts';
import { FEWEST_RUNS } from '../stats/bootstrap.ts';
import { Histogram } from '../stats/histogram.ts';
import { samplesNeeded } from '../stats/percentile.ts';
import { coefficientOfVariation } from '../stats/spread.ts';
import { ALL_KINDS, percent, plural } from './gate.ts';
import { THRESHOLDS } from './thresholds.ts';

/** There were enough runs for an interval. */
export function runsGate(runs: number): Gate {
  const base = { name: 'runs', kinds: ALL_KINDS };
  return runs >= FEWEST_RUNS
    ? { ...base, verdict: 'VALID', reason: `${plural(runs, 'run')}` }
    : {
        ...base,
        verdict: 'WARN',
        reason: `${plural(runs, 'run')} ${runs === 1 ? 'gives' : 'give'} no interval, so nobody knows how much chance is in it; use --runs ${FEWEST_RUNS}`,
      };
}

/** The runs agree with each other; undefined when there are too few to tell, or nothing was measured. */
export function spreadGate(metric: Omit<Metric, 'value'>, values: readonly number[]): Gate | undefined {
  const spread = coefficientOfVariation(values);
  if (Number.isNaN(spread) || metric.kind === 'count') return undefined;
  const seen = `${metric.name} differs by ${percent(spread)} from run to run`;
  const base = { name: 'spread', kinds: [metric.kind] };
  if (spread <= THRESHOLDS.spread) return { ...base, verdict: 'VALID', reason: seen };
  const isTooMuch = spread > THRESHOLDS.tooSpread && metric.kind === 'rate';
  const limit = percent(isTooMuch ? THRESHOLDS.tooSpread : THRESHOLDS.spread);
  return {
    ...base,
    verdict: isTooMuch ? 'INVALID' : 'WARN',
    reason: `${seen} (at most ${limit}): free the machine, or run longer (-d) and more often (--runs)`,
  };
}

/** The percentiles that metrics claim had enough samples; undefined where nothing was timed. */
export function samplesGate({ measurement: { timings } }: PhaseRecord): Gate | undefined {
  if (timings.latency === undefined) return undefined;
  const { count } = Histogram.from(timings.latency);
  const unknown = [0.5, 0.9, 0.99, 0.999].find((share) => count < samplesNeeded(share));
  const base = { name: 'samples', kinds: ['latency'] } as const;
  if (unknown === undefined || unknown > 0.99)
    return { ...base, verdict: 'VALID', reason: `latencies of ${plural(count, 'message')}` };
  const name = `p${Number((unknown * 100).toFixed(1))}`;
  return {
    ...base,
    verdict: 'WARN',
    reason: `latencies of ${plural(count, 'message')}: ${name} needs ${samplesNeeded(unknown)}, so it is not shown; measure longer (-d)`,
  };
}
