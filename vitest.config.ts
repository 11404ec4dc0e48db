import { defineConfig } from 'vitest/config';
import { HANG_MS, TEST_MS } from './test/support/limits.ts';

export default defineConfig({
  test: {
    testTimeout: TEST_MS,
    hookTimeout: TEST_MS,
    expect: { poll: { timeout: HANG_MS } },
    setupFiles: ['test/support/quiet.ts'],
    globalSetup: ['test/support/terraform/global-setup.ts'],
    include: ['test/**/*.test.ts'],
    maxWorkers: 3,
  },
});
