import type { Gate, PhaseRecord, ScenarioName } from '../model.ts';
import { ALL_KINDS, listCounts, percent, totalOf } from './gate.ts';
import { THRESHOLDS } from './thresholds.ts';

/** Scenarios in which connections come and go, or are ended by the server, by design. */
const COMING_AND_GOING: ReadonlySet<ScenarioName> = new Set(['storm', 'churn', 'slow', 'hostile', 'replay', 'script']);

/** Nothing was lost, doubled, reordered, truncated or corrupted. */
export function faultsGate({ measurement: { faults } }: PhaseRecord): Gate {
  const seen = listCounts(faults);
  const base = { name: 'faults', kinds: ALL_KINDS };
  return seen === ''
    ? { ...base, verdict: 'VALID', reason: 'every message came back once, whole, and in order' }
    : {
        ...base,
        verdict: 'INVALID',
        reason: `wrong data: ${seen}; the server (or what stands before it) broke its promise`,
      };
}

/** Nothing failed: no connection, no handshake, no message that took too long. */
export function errorsGate({ measurement: { errors, counts } }: PhaseRecord, scenario: ScenarioName): Gate {
  const base = { name: 'errors', kinds: ALL_KINDS.filter((kind) => kind !== 'count') };
  const failed = totalOf(errors);
  if (failed === 0) return { ...base, verdict: 'VALID', reason: 'nothing failed' };
  const seen = listCounts(errors);
  if (!COMING_AND_GOING.has(scenario))
    return { ...base, verdict: 'INVALID', reason: `errors: ${seen}; the load was not the one asked for` };
  const share = failed / (failed + (counts.opened ?? 0));
  const verdict = share > THRESHOLDS.failedConnections ? 'INVALID' : 'WARN';
  return {
    ...base,
    verdict,
    reason: `errors: ${seen}, ${percent(share)} of the connections (at most ${percent(THRESHOLDS.failedConnections)})`,
  };
}
