import { defineConfig } from 'vitest/config';

/** Where the real Amp runs under AgentAPI, or on a terminal. */
const TERMINALS = [
  'test/workspace/**/*.test.ts',
  'test/cli/live/**/*.test.ts',
  'test/terraform/two-instances.test.ts',
];

export default defineConfig({
  test: {
    testTimeout: 60_000,
    // The first hook on a new machine may have to build Terraform's providers: two minutes alone on two cores, more beside others.
    hookTimeout: 900_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'others',
          include: ['test/**/*.test.ts'],
          exclude: TERMINALS,
          // Real processes, which wait for each other more than they compute.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'terminals',
          include: TERMINALS,
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
          // What AgentAPI types while Amp still opens its thread is lost until the next start (README, "Limits"), and on a machine with too
          // much to do Amp takes long. A test that misses a message at Amp's servers has one more try; for anything else it has none.
          retry: { count: 1, condition: /^Not seen in the messages of T-/ },
        },
      },
    ],
  },
});
