import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/{codec,handshake,protocol}/**/*.test.ts'],
    setupFiles: ['test/support/brief-properties.ts'],
    testTimeout: 20_000,
  },
});
