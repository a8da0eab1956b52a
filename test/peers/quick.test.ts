import { describe, expect, it } from 'vitest';
import { driftOf } from '../../bench/quick-verdict.ts';
import type { ContenderResult } from '../../bench/results.ts';

const result = (own: readonly (number | null)[], raw: readonly number[]) => ({
  contenders: [
    { name: 'ws101', values: own },
    { name: 'raw', values: raw },
  ] as unknown as ContenderResult[],
});
const RAW = [100, 100, 100, 100, 100, 100];
const committed = result([90, 90, 90, 90, 90], RAW);

describe('the short comparison with the committed results', () => {
  it('tells a regression only where the whole interval lies under the committed ratio', () => {
    expect(driftOf(result([80, 81, 82, 83, 84, 85], RAW), committed)).toMatchObject({ says: 'slower', before: 0.9 });
    expect(driftOf(result([80, 81, 82, 93, 94, 95], RAW), committed).says).toBe('same');
    expect(driftOf(result([95, 96, 97, 98, 99, 99], RAW), committed).says).toBe('faster');
  });

  it('tells nothing without a committed result, or with too few runs', () => {
    expect(driftOf(result([1, 1, 1, 1, 1], RAW), undefined)).toMatchObject({ says: 'unknown', before: undefined });
    expect(driftOf(result([1, 1], RAW), committed).says).toBe('unknown');
    expect(driftOf(result([1, null, 1, 1, 1], RAW), committed).says).not.toBe('slower');
  });
});
