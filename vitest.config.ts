import { defineConfig } from 'vitest/config';

// Where nobody watches, a machine of two cores that plays two files at a time, real browsers and servers among them, can hold
// up any of them: there a test has more time, and one that failed is played once more, which the report says.
const unwatched = process.env.CI !== undefined;

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: unwatched ? 60_000 : 20_000,
    hookTimeout: unwatched ? 60_000 : 20_000,
    retry: unwatched ? 1 : 0,
    // By default one core is left idle, which is half of a machine of two.
    maxWorkers: '100%',
  },
});
