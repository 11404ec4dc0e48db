import * as z from 'zod';

/** One `run` block of a `*.tftest.hcl` file, and how it ended. */
export interface TestRun {
  file: string;
  name: string;
  status: string;
}

const runSchema = z.object({
  type: z.literal('test_run'),
  test_run: z.object({ path: z.string(), run: z.string(), progress: z.string(), status: z.string() }),
});

/** The runs in the output of `terraform test -json`, in order; other lines are progress and the summary. */
export function testRunsOf(stdout: string): TestRun[] {
  return stdout.split('\n').flatMap((line) => {
    const parsed = runSchema.safeParse(line === '' ? undefined : JSON.parse(line));
    if (!parsed.success || parsed.data.test_run.progress !== 'complete') return [];
    const { path, run, status } = parsed.data.test_run;
    return [{ file: path, name: run, status }];
  });
}
