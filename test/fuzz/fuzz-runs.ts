import { expect } from 'vitest';
import { readCorpus } from './corpus.ts';
import { emptyReport, type FuzzReport, fuzz, runInput } from './fuzzer.ts';
import type { Target } from './target.ts';

/** Runs so many inputs of these targets, always the same ones, and gives what came of them. */
export async function runSeeded(targets: readonly Target[], inputs: number): Promise<FuzzReport> {
  const report = await fuzz({ targets, seed: 6455, inputs });
  expect(report.inputs).toBe(inputs);
  return report;
}

/** Runs every committed input of a target and gives what came of them. */
export async function replayCorpus(target: Target): Promise<FuzzReport> {
  const report = emptyReport();
  for (const input of readCorpus(target.name).values()) await runInput(target, input, report);
  return report;
}

/** How often each outcome came, all targets together. */
export function outcomes({ outcomes: counted }: FuzzReport): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [key, count] of counted) {
    const outcome = key.slice(key.indexOf(' ') + 1);
    sums.set(outcome, (sums.get(outcome) ?? 0) + count);
  }
  return sums;
}
