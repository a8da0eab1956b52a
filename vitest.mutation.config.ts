import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/mutation-run.ts'],
    // A fresh worker for each file would take most of the time; each mutant still gets one of its own.
    isolate: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
