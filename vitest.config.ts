import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Whole workspaces run in these tests: real processes, which wait for each other more than they compute.
    maxWorkers: 3,
    testTimeout: 60_000,
    // The first hook on a new machine may have to build Terraform's providers: two minutes alone on two cores, more beside others.
    hookTimeout: 900_000,
  },
});
