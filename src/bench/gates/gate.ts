import type { Gate, MetricKind, Verdict } from '../model.ts';

/** Every kind of metric. */
export const ALL_KINDS: readonly MetricKind[] = ['rate', 'cost', 'latency', 'memory', 'count'];

const ORDER: readonly Verdict[] = ['VALID', 'WARN', 'INVALID'];

/** The worst of some verdicts; VALID when there is none. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  return ORDER[Math.max(0, ...verdicts.map((verdict) => ORDER.indexOf(verdict)))] ?? 'VALID';
}

/** What the gates that bind metrics of this kind say of them. */
export function verdictFor(kind: MetricKind, gates: readonly Gate[]): Verdict {
  return worst(gates.filter(({ kinds }) => kinds.includes(kind)).map(({ verdict }) => verdict));
}

/**
 * What the gates say of everything that was measured: those that bind no metric with a value do not count, unless there is none.
 *
 * @param kinds of the metrics that have a value
 */
export function overallVerdict(kinds: readonly MetricKind[], gates: readonly Gate[]): Verdict {
  const binding = kinds.length === 0 ? gates : gates.filter((gate) => gate.kinds.some((kind) => kinds.includes(kind)));
  return worst(binding.map(({ verdict }) => verdict));
}

/** A share as a percentage: 0.0123 is `1.2 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}

/** `1 run`, `2 runs`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** Counts by name in words: `3 lost, 1 corrupted`; an empty text when there are none. */
export function listCounts(counts: Readonly<Record<string, number | undefined>>): string {
  const entries = Object.entries(counts).filter(([, count = 0]) => count > 0);
  return entries.map(([name, count]) => `${count} ${name}`).join(', ');
}

/** How many there are of all names together. */
export function totalOf(counts: Readonly<Record<string, number | undefined>>): number {
  return Object.values(counts).reduce<number>((sum, count = 0) => sum + count, 0);
}
