import type { CaseResult, ConformanceReport } from '../result.ts';
import { passes, worseBehavior, worseClose } from '../verdict.ts';

/** A case in which a testee does worse than it did. */
export interface Worsened {
  readonly result: CaseResult;
  /** Undefined when the case was not in the baseline. */
  readonly before: CaseResult | undefined;
}

/**
 * The cases in which a report is worse than an earlier one of the same testee: a worse verdict, of the messages or of the close,
 * than then. A case that is new counts when it does not pass; one that is gone does not.
 */
export function worsenedSince(report: ConformanceReport, baseline: ConformanceReport): Worsened[] {
  const known = new Map(baseline.results.map((result) => [result.number, result]));
  return report.results.flatMap((result) => {
    const before = known.get(result.number);
    const isWorse = before === undefined ? !passes(result, report.strict) : isWorseThan(result, before);
    return isWorse ? [{ result, before }] : [];
  });
}

function isWorseThan(result: CaseResult, before: CaseResult): boolean {
  const messages = worseBehavior(result.behavior, before.behavior);
  const close = worseClose(result.behaviorClose, before.behaviorClose);
  return messages !== before.behavior || close !== before.behaviorClose;
}
