import { expect, it } from 'vitest';
import { test as register, runTests, expect as standIn, describe as suite } from './vitest.ts';

const matching = standIn as typeof expect;

it('the stand-in for vitest tells tests that pass from tests that fail', async () => {
  suite('numbers', () => {
    register.each([1, 2])('%d is one', (value: number) => matching(value).toBe(1));
    register.each([[1, 1] as const])('%d is %d', (a: number, b: number) => matching(a).toBe(b));
  });
  register('rejects', () => Promise.reject(new Error('late')));
  register('asserts less than it said', () => matching.assertions(1));
  register('matches parts', () => matching({ a: 1, b: [2] }).toMatchObject({ b: matching.arrayContaining([2]) }));
  expect(await runTests()).toEqual({
    passed: 3,
    failures: [
      expect.stringMatching(/^numbers > %d is one \[1\]: expected 2 to be 1/),
      'rejects: late',
      'asserts less than it said: 0 assertions, not 1',
    ],
  });
});
