// What Coder's agent shows of Amp in the dashboard: it runs a metadata script every ten seconds, with its script
// folder on PATH, and shows what it prints on either stream, or an error where it fails.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import { runAgentDouble } from '../support/cli/agent-double.ts';
import { makeBench } from '../support/cli/bench.ts';
import type { Home } from '../support/cli/home.ts';
import { makeToolFolder } from '../support/workspace/machine.ts';

const sources = ['README.md', ...readdirSync('examples').map((name) => `examples/${name}`)].map((path) =>
  path === 'README.md'
    ? readFileSync(path, 'utf8')
    : readdirSync(path)
        .map((name) => readFileSync(join(path, name), 'utf8'))
        .join('\n'),
);
const SCRIPT = 'amp-session status --line 2> /dev/null || echo not ready';

/** Runs the script as the agent does, from the home folder. */
async function shown({ home, env }: Home, script = SCRIPT): Promise<unknown> {
  const { exitCode, all } = await execa('bash', ['-c', script], {
    cwd: home,
    env,
    extendEnv: false,
    reject: false,
    all: true,
  });
  return { exitCode, all };
}

it.each(sources)('the README and every example have the script, with a limit of time: %#', (text) => {
  expect(text).toContain(SCRIPT);
  expect(text).toMatch(/interval\s*[=:] 10\b/);
  expect(text).toMatch(/timeout\s*[=:] 5\b/);
});

it('is one line without colours for each state of the agent, and no Amp is called for it', async () => {
  const { home, amp } = await makeBench();
  const calls = amp.calls();
  const review = SCRIPT.replace('--line', '--line --key review');
  expect(await shown(home, review)).toEqual({ exitCode: 0, all: 'no thread yet: stopped' });
  expect(await shown(home)).toEqual({
    exitCode: 0,
    all: expect.stringMatching(/^T-a0000001: stopped, last used \w+ ago$/),
  });
  onTestFinished(await runAgentDouble(home, true));
  expect(await shown(home)).toEqual({
    exitCode: 0,
    all: expect.stringMatching(/^\P{Cc}+: running\P{Cc}*$/u),
  });
  expect(amp.calls()).toEqual(calls);
});

it('says that it is not ready while amp-session is not there, as in a first start', async () => {
  const { home } = await makeBench();
  const PATH = makeToolFolder(join(home.home, 'bare'), []);
  expect(await shown({ ...home, env: { ...home.env, PATH } })).toEqual({ exitCode: 0, all: 'not ready' });
});
