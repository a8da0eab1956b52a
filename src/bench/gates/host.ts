import type { Gate, PhaseRecord } from '../model.ts';
import { percent } from './gate.ts';
import { THRESHOLDS } from './thresholds.ts';

const TIMES: Gate['kinds'] = ['rate', 'latency'];

/** The hypervisor gave the machine its time. Absent where the system does not tell. */
export function stealGate({ host: { steal } }: PhaseRecord): Gate | undefined {
  if (steal === undefined) return undefined;
  const seen = `the hypervisor took ${percent(steal)} of the CPU time`;
  return steal <= THRESHOLDS.steal
    ? { name: 'steal', verdict: 'VALID', kinds: TIMES, reason: seen }
    : {
        name: 'steal',
        verdict: 'WARN',
        kinds: TIMES,
        reason: `${seen} (at most ${percent(THRESHOLDS.steal)}): repeat it on a quieter machine`,
      };
}

/** The machine had CPUs for everybody. Absent where the system does not tell. */
export function pressureGate({ host: { pressure } }: PhaseRecord): Gate | undefined {
  if (pressure === undefined) return undefined;
  const seen = `something waited for a CPU for ${percent(pressure)} of the time`;
  return pressure <= THRESHOLDS.pressure
    ? { name: 'pressure', verdict: 'VALID', kinds: TIMES, reason: seen }
    : {
        name: 'pressure',
        verdict: 'WARN',
        kinds: TIMES,
        reason: `${seen} (at most ${percent(THRESHOLDS.pressure)}): end what else runs, or trust only the cost per server CPU second`,
      };
}

/** Whether what the server costs could be measured at all, and why not. */
export function costGate({ server }: PhaseRecord, hasProc: boolean): Gate {
  const base = { name: 'cost', kinds: ['cost', 'memory'] } as const;
  if (server !== undefined)
    return {
      ...base,
      verdict: 'VALID',
      reason: `CPU time and memory of ${server.processes === 1 ? '1 process' : `${server.processes} processes`} were measured`,
    };
  return {
    ...base,
    verdict: 'WARN',
    reason: hasProc
      ? 'whose CPU time and memory to measure is not known: give the command that starts the server behind --, or its --server-pid'
      : 'this system has no /proc, so the CPU time and memory of the server are not known; rates and latencies are',
  };
}
