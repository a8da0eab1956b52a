import type { LoadConfig } from '../config.ts';
import type { Gate, PhaseRecord } from '../model.ts';
import { worst } from './gate.ts';
import { generatorGates, lagGate } from './generator.ts';
import { costGate, pressureGate, stealGate } from './host.ts';
import { errorsGate, faultsGate } from './loss.ts';
import { samplesGate } from './runs.ts';
import { shapeGate } from './shape.ts';

/** Every gate that one phase passes. */
export function gatesOfPhase(record: PhaseRecord, config: LoadConfig, hasProc: boolean): Gate[] {
  const gates = [
    faultsGate(record),
    errorsGate(record, config.scenario),
    shapeGate(record, config),
    ...generatorGates(record),
    lagGate(record),
    samplesGate(record),
    stealGate(record),
    pressureGate(record),
    costGate(record, hasProc),
  ];
  return gates.filter((gate) => gate !== undefined);
}

/** Gates with what they are about: a phase, a run. */
export interface Source {
  readonly label: string;
  readonly gates: readonly Gate[];
}

/**
 * The gates of several phases, or runs, as one list: each gate once for the metrics that it binds, with its worst verdict and the
 * reason for that. A gate that is VALID everywhere is there once.
 */
export function mergeGates(sources: readonly Source[]): Gate[] {
  const merged: Gate[] = [];
  for (const name of new Set(sources.flatMap(({ gates }) => gates.map((gate) => gate.name)))) {
    const all = sources.flatMap(({ label, gates }) =>
      gates.filter((gate) => gate.name === name).map((gate) => ({ label, gate })),
    );
    const bad = all.filter(({ gate }) => gate.verdict !== 'VALID');
    if (bad.length === 0) merged.push(...all.slice(0, 1).map(({ gate }) => gate));
    for (const kinds of new Set(bad.map(({ gate }) => gate.kinds.join()))) {
      const same = bad.filter(({ gate }) => gate.kinds.join() === kinds);
      merged.push(...worstOf(same, sources.length));
    }
  }
  return merged;
}

function worstOf(bad: readonly { readonly label: string; readonly gate: Gate }[], of: number): Gate[] {
  const verdict = worst(bad.map(({ gate }) => gate.verdict));
  const found = bad.find(({ gate }) => gate.verdict === verdict);
  if (found === undefined) return [];
  const { label, gate } = found;
  const labels = new Set(bad.map((one) => one.label)).size;
  const where = label === '' || of === 1 ? '' : `${label}${labels > 1 ? ` and ${labels - 1} more of ${of}` : ''}: `;
  return [{ ...gate, reason: where + gate.reason }];
}
