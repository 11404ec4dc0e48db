import { execa } from 'execa';
import { expect, it } from 'vitest';
import { makeBench } from '../support/cli/bench.ts';

it('says that too many files are open, where that keeps Amp from being run', async () => {
  const { home } = await makeBench();
  const said: string[] = [];
  // Runtimes differ in how many they have open themselves; below that, they don't start.
  for (let limit = 18; limit <= 40; limit += 2) {
    const limited = `ulimit -n ${limit}; exec amp-session new`;
    const { stdout, stderr } = await execa('bash', ['-c', limited], {
      cwd: home.project,
      env: home.env,
      extendEnv: false,
      reject: false,
    });
    said.push(`${stdout}${stderr}`);
  }
  const all = said.join('\n');
  expect(all).not.toContain('iterable');
  expect(all).not.toContain('Emitted');
  expect(all).toMatch(/too many files are open; raise the limit \(ulimit -n\)/);
  expect(said.at(-1)).toContain('T-');
});
