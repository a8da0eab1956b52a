import type * as FastCheck from 'fast-check';
import { vi } from 'vitest';

// The mutation run asks thousands of mutants: each property gets few runs there, and the examples beside it do the rest.
const RUNS = 8;

vi.mock('fast-check', async (original) => {
  const real = await original<typeof FastCheck>();
  const assert = ((property: FastCheck.IProperty<unknown>, parameters: FastCheck.Parameters<unknown> = {}) =>
    real.assert(property, { ...parameters, numRuns: RUNS })) as typeof FastCheck.assert;
  return { ...real, assert, default: { ...real, assert } };
});
