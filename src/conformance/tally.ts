import { GROUPS } from './cases/groups.ts';
import type { CaseResult, ConformanceReport } from './result.ts';
import { groupOf } from './select.ts';
import { type Behavior, type CloseBehavior, closesWell, passes } from './verdict.ts';

/** How many cases of a group had which verdict. */
export interface GroupTally {
  /** What stands before the first dot of the numbers. */
  readonly group: string;
  readonly title: string;
  readonly total: number;
  readonly behaviors: Readonly<Record<Behavior, number>>;
  /** How many connections ended otherwise than they should, though nothing before that FAILED. */
  readonly closes: Readonly<Partial<Record<CloseBehavior, number>>>;
  /** How many pass. */
  readonly passed: number;
}

/** The tallies of all groups that were run, in the order of the results. */
export function tallyGroups({ results, strict }: ConformanceReport): readonly GroupTally[] {
  const groups = new Map<string, CaseResult[]>();
  for (const result of results) {
    const group = groupOf(result.number);
    groups.set(group, [...(groups.get(group) ?? []), result]);
  }
  return [...groups].map(([group, all]) => tallyOf(group, all, strict));
}

/** The results that do not pass. */
export function failuresOf({ results, strict }: ConformanceReport): readonly CaseResult[] {
  return results.filter((result) => !passes(result, strict));
}

function tallyOf(group: string, results: readonly CaseResult[], strict: boolean): GroupTally {
  const behaviors = { OK: 0, 'NON-STRICT': 0, INFORMATIONAL: 0, UNIMPLEMENTED: 0, FAILED: 0 };
  const closes: Partial<Record<CloseBehavior, number>> = {};
  for (const { behavior, behaviorClose } of results) {
    behaviors[behavior]++;
    if (behavior !== 'FAILED' && !closesWell(behaviorClose)) closes[behaviorClose] = (closes[behaviorClose] ?? 0) + 1;
  }
  const passed = results.filter((result) => passes(result, strict)).length;
  return { group, title: GROUPS.get(group) ?? '', total: results.length, behaviors, closes, passed };
}
