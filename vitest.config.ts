import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { HANG_MS, TEST_MS } from './test/support/limits.ts';

/** The main promises: from end to end, with the real Amp, and the module's own Terraform tests. */
const PROMISES = [
  ...['restart', 'gone', 'toggle', 'crash', 'secrets', 'default'].map(
    (name) => `test/workspace/${name}.test.ts`,
  ),
  'test/terraform/tftests.test.ts',
];

/** What needs more than a few seconds, and proves what is rarer than the above: for `npm run test:all`. */
const LONG = [
  'test/chaos/*.test.ts',
  'test/cli/live/*.test.ts',
  'test/conformance/*.test.ts',
  'test/dev/bench-start.test.ts',
  'test/examples/*.test.ts',
  'test/faults/{import,parallel,store}.test.ts',
  'test/terraform/{package,sizes,two-instances,unknown,validation}.test.ts',
  'test/workspace/*.test.ts',
];

const project = (name: string, include: readonly string[], exclude: readonly string[], isolate = false) => ({
  extends: true as const,
  // Files share a process: loading cdktf and the tests' programs anew for each took a thirtieth of all time.
  test: { name, include: [...include], exclude: [...exclude], isolate },
});

/** These replace Node's file functions with `vi.mock`, for which no file before them may have loaded the shim. */
const MOCKED = ['test/faults/{disk,unreadable}.test.ts', 'test/shim/doctor/record.test.ts'];

/** Begins with the projects whose files take long: the quick ones then keep the workers busy to the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project }: TestSpecification) =>
      ['long', 'promises', 'mocked', 'quick'].indexOf(project.name);
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    testTimeout: TEST_MS,
    hookTimeout: TEST_MS,
    expect: { poll: { timeout: HANG_MS } },
    setupFiles: ['test/support/quiet.ts'],
    globalSetup: ['test/support/terraform/global-setup.ts'],
    // Twice the two cores that the README speaks of: a third of a file's time is waiting.
    maxWorkers: 4,
    sequence: { sequencer: LongFirst },
    // `npm test` runs all but the last, `npm run test:all` all.
    projects: [
      project('promises', PROMISES, []),
      project('quick', ['test/**/*.test.ts'], [...PROMISES, ...LONG, ...MOCKED]),
      project('mocked', MOCKED, [], true),
      project('long', LONG, PROMISES),
    ],
  },
});
