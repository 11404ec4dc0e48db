import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Whole workspaces run in these tests: real processes, two of them on a two-core machine.
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
