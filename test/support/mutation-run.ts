import type * as FastCheck from 'fast-check';
import { beforeEach, type TestContext, vi } from 'vitest';

// The mutation run asks thousands of mutants: each property gets few runs there, and the examples beside it do the rest.
const RUNS = 8;

// So do they for tests that go through all there is, or through a MiB: each of these costs as much as a hundred others.
// A thorough run has them too, for what the others left.
const TOO_LONG =
  process.env.MUTATION_THOROUGH === undefined
    ? [
        'comes back as it was written, for any',
        'reads the same from every cut',
        'of empty messages in one chunk of',
        'that a handler echoes while nobody reads',
        'gives the same events wherever it stops',
        'gives the same parts joined',
        'RFC 9110 §5.5: every byte of a value',
        'RFC 9110 §15.5.15: a request line one byte',
        'RFC 6585 §5: a head one byte',
        'longer than any buffer to begin with',
        'without end is refused at the limits',
        'takes 65535 in 16 bits',
        'reads 64 KiB behind',
        'any byte in any field',
        'takes a MiB of',
      ]
    : [];

// The run about the rows of the RFC matrix sets it: the tests that rows name, by file and title.
const NAMED = process.env.MUTATION_TESTS;
const named = (JSON.parse(NAMED ?? '[]') as [string, string][]).map(
  ([file, title]) => [file, new RegExp(`^${title}$`, 's')] as const,
);

vi.mock('fast-check', async (original) => {
  const real = await original<typeof FastCheck>();
  const assert = ((property: FastCheck.IProperty<unknown>, parameters: FastCheck.Parameters<unknown> = {}) =>
    real.assert(property, { ...parameters, numRuns: RUNS, seed: 1 })) as typeof FastCheck.assert;
  return { ...real, assert, default: { ...real, assert } };
});

beforeEach((context) => {
  const isWanted =
    NAMED === undefined
      ? !TOO_LONG.some((start) => context.task.name.startsWith(start))
      : named.some(([file, title]) => file === context.task.file.name && title.test(titleOf(context)));
  if (!isWanted) context.skip();
});

/** The title behind those of the groups around it. */
function titleOf({ task }: TestContext): string {
  let title = task.name;
  for (let { suite } = task; suite !== undefined; suite = suite.suite) title = `${suite.name} ${title}`;
  return title;
}
