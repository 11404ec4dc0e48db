/** One `run` block of a `*.tftest.hcl` file, and how it ended. */
export interface TestRun {
  file: string;
  name: string;
  status: string;
}

/** The runs in what `terraform test -no-color` prints, in order; other lines are plans, progress and the summary. */
export function testRunsOf(log: string): TestRun[] {
  let file = '';
  return [...log.matchAll(/^(?:(\S+\.tftest\.hcl)\.\.\. in progress| {2}run "(.+)"\.\.\. (\w+))$/gm)].flatMap(
    ([, begun, name = '', status = '']) => {
      if (begun === undefined) return [{ file, name, status }];
      file = begun;
      return [];
    },
  );
}
