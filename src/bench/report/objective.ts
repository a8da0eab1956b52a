import { parseObjective } from '../run/objective.ts';

/** An objective that bounds a percentile of a latency. */
export interface LatencyObjective {
  readonly text: string;
  /** `p99`. */
  readonly name: string;
  /** 0.99. */
  readonly share: number;
  readonly latencyNs: number;
}

/** The bound that an objective sets to a latency; undefined for an objective about something else, or none. */
export function latencyObjective(text: string | undefined): LatencyObjective | undefined {
  const isTime = text !== undefined && /[<=]\s*[\d.]+\s*(?:ns|us|µs|ms|s)\s*$/.test(text);
  if (!isTime) return undefined;
  const { metric, than, limit } = parseObjective(text);
  const percentile = /(?:^|\s)p(\d{1,2}(?:\.\d+)?)$/.exec(metric)?.[1];
  if (percentile === undefined || !than.startsWith('<')) return undefined;
  return { text, name: `p${percentile}`, share: Number(percentile) / 100, latencyNs: limit };
}
