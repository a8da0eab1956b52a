import { describe, expect, it } from 'vitest';
import { MemoryBudget } from '../../src/protocol/index.ts';

describe('a budget of memory', () => {
  it('gives until its limit and not a byte more', () => {
    const budget = new MemoryBudget(10);
    expect(budget.take(9)).toBe(true);
    expect(budget.take(2)).toBe(false);
    expect(budget.used).toBe(9);
    expect(budget.take(1)).toBe(true);
    expect(budget.take(0)).toBe(true);
    expect(budget.used).toBe(10);
  });

  it('gives again what was given back', () => {
    const budget = new MemoryBudget(10);
    budget.take(10);
    budget.give(4);
    expect(budget.take(5)).toBe(false);
    expect(budget.take(4)).toBe(true);
    expect(budget.limit).toBe(10);
  });

  it('has no end with Infinity', () => {
    expect(new MemoryBudget(Infinity).take(Number.MAX_SAFE_INTEGER)).toBe(true);
  });
});
