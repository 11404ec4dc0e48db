import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { QUICK_VARIABLE } from '../support/agentapi/stand-in/pauses.ts';
import { installFakeAmp } from '../support/amp/fake-amp.ts';
import { realAmpDir } from '../support/amp/real-amp.ts';
import { startSession } from '../support/cli/agent.ts';
import { hasTurn } from '../support/cli/line.ts';
import { temporaryFolder } from '../support/folders.ts';
import { makeProgram } from '../support/script.ts';
import { waitUntil } from '../support/wait.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { threadHas, threadIn, useFixture } from './fixture.ts';

const fixture = useFixture();

/** 100 KB in which every line differs, so that a lost or duplicated line shows. */
const LONG = Array.from(
  { length: 2_000 },
  (_, line) => `line ${line}: 'quoted' "twice" $(echo ${line}) \`id\` \\n 🙂`,
)
  .join('\n')
  .slice(0, 102_400);

const PROMPTS: readonly (readonly [string, string])[] = [
  ['quotes', `it's "quoted" and 'more' \`\``],
  ['what a shell would run', 'a $(touch pwned) `touch pwned` $HOME ${HOME} ; touch pwned # & | > pwned'],
  ['what Terraform would read', 'a ${path.module} %{ if true } $${x} %%{y}'],
  ['several lines', 'first\n\n  third\twith a tab\nlast'],
  ['a leading dash', '--help -x'],
  ['characters outside of ASCII', 'prüfe 日本語 🙂👩‍👩‍👧 é'],
  ['100 KB', LONG],
];

describe('I7: a prompt arrives byte for byte', () => {
  it.each(PROMPTS)('%s', async (_name, prompt) => {
    const { workspace } = fixture();
    // Counted in the agent: the fake records every byte it receives.
    const amp = installFakeAmp({ dir: join(temporaryFolder(), 'amp') });
    const dev = await workspace({ ampFolder: amp.dir, inputs: { ai_prompt: prompt } });
    await dev.start();
    const received = await waitUntil('what the agent received', async () => {
      const seen = amp.received();
      return { done: seen.length > 0, seen };
    });
    expect(received).toEqual([{ thread: threadIn(dev.agentArgs()), message: prompt }]);
    expect((await dev.run('find', ['.', '-name', 'pwned'])).stdout).toBe('');
  });

  it('with the reporting instruction prepended, where tasks are reported', async () => {
    const { workspace } = fixture();
    const amp = installFakeAmp({ dir: join(temporaryFolder(), 'amp') });
    const dev = await workspace({ ampFolder: amp.dir, inputs: { ai_prompt: 'fix it', report_tasks: true } });
    await dev.start();
    await dev.waitForChat((messages) =>
      messages.some((message) => message.endsWith('Your task at hand: fix it')),
    );
    await expect
      .poll(() => amp.received()[0]?.message)
      .toMatch(/^Every step of the way, report your progress using coder_report_task/);
  });
});

describe('I7: nothing is typed on the blank screen of an Amp that is slow to come up, which AgentAPI takes for a resting agent', () => {
  const message = 'first\n\n  third\twith a tab\nlast';
  const slowAmp = () => {
    const folder = temporaryFolder();
    makeProgram(
      join(folder, 'amp'),
      `if [[ -t 0 ]]; then until [[ -e $HOME/go ]]; do sleep 0.1; done; fi
      exec '${join(realAmpDir(), 'amp')}' "$@"`,
    );
    return folder;
  };

  it.each([
    ['the prompt', message, async () => null],
    ["amp-session send's message", '', async (dev: Workspace) => startSession(dev, 'send', message)],
  ] as const)('%s', async (_, prompt, send) => {
    const { amp, workspace } = fixture();
    const dev = await workspace({
      ampFolder: slowAmp(),
      env: { [QUICK_VARIABLE]: '' },
      inputs: { ai_prompt: prompt },
    });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await dev.agentapi.waitForStatus('stable');
    const sending = await send(dev);
    if (sending !== null) await hasTurn(join(dev.stateFolder, 'sessions/main/writers/queue'), sending.pid);
    // Silence can only be watched for so long; on a slow machine this sees less, but never fails wrongly.
    await pause(2_000);
    expect(await dev.waitForChat(() => true)).toEqual([]);
    writeFileSync(join(dev.home, 'go'), '');
    await threadHas(amp, thread, [message]);
    if (sending !== null) expect(await sending.ended).toMatchObject({ exitCode: 0 });
  });
});
