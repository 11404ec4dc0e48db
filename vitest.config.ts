import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
  'test/dev/{bench-start,help}.test.ts',
  'test/examples/*.test.ts',
  'test/faults/{import,limits,parallel,store}.test.ts',
  'test/scripts/install-npm.test.ts',
  'test/terraform/{package,sizes,two-instances,unknown,upstream,validation}.test.ts',
  'test/workspace/*.test.ts',
];

/** The files that use `vi.mock`, which has no effect once another file of the process has loaded the real module. */
const MOCKED = readdirSync(join(import.meta.dirname, 'test'), { recursive: true, encoding: 'utf8' })
  .map((name) => join('test', name))
  .filter((path) => path.endsWith('.test.ts'))
  .filter((path) => readFileSync(join(import.meta.dirname, path), 'utf8').includes('vi.mock('));

const project = (name: string, include: readonly string[], exclude: readonly string[], isolate = false) => ({
  extends: true as const,
  // Unless files share a process, each of them loads cdktf and builds the tests' programs anew.
  test: { name, include: [...include], exclude: [...exclude], isolate },
});

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
    // `npm test` runs all but the last, `npm run test:all` runs them all.
    projects: [
      project('promises', PROMISES, MOCKED),
      project('quick', ['test/**/*.test.ts'], [...PROMISES, ...LONG, ...MOCKED]),
      project('mocked', MOCKED, [], true),
      project('long', LONG, [...PROMISES, ...MOCKED]),
    ],
  },
});
