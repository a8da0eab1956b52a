import type { LoadConfig } from '../config.ts';
import type { Gate, PhaseRecord, ScenarioName, Verdict } from '../model.ts';
import { Histogram } from '../stats/histogram.ts';
import { percent, totalOf } from './gate.ts';
import { THRESHOLDS } from './thresholds.ts';

/** Scenarios in which each connection keeps so many messages in flight. */
const CLOSED_LOOPS: ReadonlySet<ScenarioName> = new Set(['echo', 'large', 'deflate']);
/** Scenarios whose rate is one of connections. */
const CONNECT_RATES: ReadonlySet<ScenarioName> = new Set(['storm', 'churn']);
/** Scenarios that offer more than a server can take in order to find out how much that is. */
const BEYOND_LIMITS: ReadonlySet<ScenarioName> = new Set(['curve']);

const KINDS: Gate['kinds'] = ['rate', 'cost', 'latency', 'memory'];

/** The load had its shape: something came back, the offered rate was held, so many messages were in flight. */
export function shapeGate(record: PhaseRecord, { scenario, depth, pacing }: LoadConfig): Gate {
  const { phase, measurement, elapsedNs } = record;
  const { sent = 0, received = 0, published, opened = 0 } = measurement.counts;
  const offered = CONNECT_RATES.has(scenario) ? opened : (published ?? sent);
  const { held } = measurement.counts;
  if (phase.connections === 0) return shape('VALID', 'there was nothing to load');
  if (held !== undefined && held < phase.connections)
    return shape('INVALID', `only ${held} of ${phase.connections} connections stood`);
  if (offered + received === 0 && held === undefined && (opened === 0 || CLOSED_LOOPS.has(scenario)))
    return shape('INVALID', 'nothing was sent and nothing came back while it was measured');
  if (sent > 0 && received === 0)
    return shape(
      'INVALID',
      `${sent} messages were sent and none came back; give an --adapter if the server does not echo`,
    );
  if (phase.rate > 0) return rateGate(offered, phase.rate * (elapsedNs / 1e9), pacing, scenario);
  if (CLOSED_LOOPS.has(scenario)) return depthGate(record, received, phase.connections * depth);
  return shape('VALID', 'the load was the one asked for');
}

function rateGate(offered: number, due: number, pacing: LoadConfig['pacing'], scenario: ScenarioName): Gate {
  // Random gaps make a count spread by its square root; three times that is rare. Even ones are off by a tick at each end.
  const allowed = THRESHOLDS.rateHeld + (pacing === 'poisson' ? 3 * Math.sqrt(due) : 2) / due;
  const held = offered / due;
  if (Math.abs(held - 1) <= allowed) return shape('VALID', `${percent(held)} of the offered rate was sent`);
  const beyond = BEYOND_LIMITS.has(scenario);
  const verdict = beyond ? 'WARN' : 'INVALID';
  const advice = beyond ? 'this step is beyond the limit' : 'offer less (-R), or use more workers (-w)';
  return shape(verdict, `${percent(held)} of the offered rate was sent, not 100 ± ${percent(allowed)}; ${advice}`);
}

function depthGate({ measurement, elapsedNs }: PhaseRecord, received: number, depth: number): Gate {
  const latency = measurement.timings.latency;
  const meanNs = latency === undefined ? 0 : Histogram.from(latency).mean;
  const underWay = (received / elapsedNs) * meanNs;
  const share = underWay / depth;
  const seen = `${underWay.toFixed(1)} messages were under way on average, ${percent(share)} of those asked for`;
  if (share >= THRESHOLDS.depthKept) return shape('VALID', seen);
  const verdict = share >= THRESHOLDS.depthLost ? 'WARN' : 'INVALID';
  if (totalOf(measurement.errors) > 0) return shape('INVALID', `${seen}: connections ended, see the errors`);
  return shape(
    verdict,
    `${seen} (at least ${percent(THRESHOLDS.depthKept)}): the generator cannot keep up; use more workers (-w)`,
  );
}

function shape(verdict: Verdict, reason: string): Gate {
  return { name: 'shape', verdict, kinds: KINDS, reason };
}
