import { rmSync, writeFileSync } from 'node:fs';
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
import type { Workspace } from '../support/workspace/workspace.ts';
import { chatIs, fixtureOfFile, received, threadHas, threadIn } from './fixture.ts';

const { amp, workspace } = await fixtureOfFile();

/** 100 KB in which every line differs, so that a lost or duplicated line shows. */
const LONG = Array.from(
  { length: 2_000 },
  (_, line) => `line ${line}: 'quoted' "twice" $(echo ${line}) \`id\` \\n 🙂`,
)
  .join('\n')
  .slice(0, 102_400);

/** Each is a line, or several, of one prompt. */
const PIECES = [
  '--help -x',
  `it's "quoted" and 'more' \`\``,
  // What a shell would run.
  'a $(touch pwned) `touch pwned` $HOME ${HOME} ; touch pwned # & | > pwned',
  // What Terraform would read.
  'a ${path.module} %{ if true } $${x} %%{y}',
  'prüfe 日本語 🙂👩‍👩‍👧 é',
  'first\n\n  third\twith a tab\nlast',
];

describe('I7: a prompt arrives byte for byte', () => {
  it.each([
    ['of several pieces', PIECES.join('\n')],
    ['of 100 KB', LONG],
  ])('%s', async (_name, prompt) => {
    // Counted in the agent: the fake records every byte it receives.
    const double = installFakeAmp();
    const dev = await workspace({ ampFolder: double.dir, inputs: { ai_prompt: prompt } });
    await dev.start();
    expect(await received(double)).toEqual([{ thread: threadIn(dev.agentArgs()), message: prompt }]);
    expect((await dev.run('find', ['.', '-name', 'pwned'])).stdout).toBe('');
  });

  it('with the reporting instruction prepended, where tasks are reported', async () => {
    const double = installFakeAmp();
    const inputs = { ai_prompt: 'fix it', report_tasks: true };
    const dev = await workspace({ ampFolder: double.dir, inputs });
    await dev.start();
    const [reporting] = await received(double);
    expect(reporting?.message).toMatch(
      /^Every step of the way, report your progress using coder_report_task.* Your task at hand: fix it$/,
    );
  });
});

/** Fails if something is typed. @param chat the user's messages until now; AgentAPI restores them on a blank screen. */
async function chatStays(dev: Workspace, chat: readonly string[]): Promise<void> {
  await dev.agentapi.waitForStatus('stable');
  await chatIs(dev, chat);
  // Silence can only be watched for so long; on a slow machine this sees less, but never fails wrongly.
  await pause(2_000);
  expect(await dev.waitForChat(() => true)).toEqual(chat);
}

/**
 * A real Amp that comes up once there is a file `go` in the home. Until then the screen is kept blank: AgentAPI types a
 * space and deletes it at its start, and the terminal may show that.
 */
function slowAmp(): string {
  const folder = temporaryFolder();
  makeProgram(
    join(folder, 'amp'),
    `if [[ -t 0 ]]; then
      stty -echo
      until [[ -e $HOME/go ]]; do printf '\\e[2J\\e[H'; sleep 0.1; done
      stty echo
    fi
    exec '${join(realAmpDir(), 'amp')}' "$@"`,
  );
  return folder;
}

describe('I7: nothing is typed on the blank screen of an Amp that is slow to come up, which AgentAPI takes for a resting agent', () => {
  it("neither the prompt nor amp-session send's message", async () => {
    const lines = '\n\n  third\twith a tab\nlast';
    const [prompt, message] = [`a prompt${lines}`, `a message${lines}`];
    const ampFolder = slowAmp();
    const dev = await workspace({ ampFolder, env: { [QUICK_VARIABLE]: '' }, inputs: { ai_prompt: prompt } });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await chatStays(dev, []);
    writeFileSync(join(dev.home, 'go'), '');
    await threadHas(amp, thread, [prompt]);
    await dev.agentapi.waitForStatus('stable');
    await dev.stop();
    rmSync(join(dev.home, 'go'));

    await dev.start();
    await dev.agentapi.waitForStatus('stable');
    const sending = startSession(dev, 'send', message);
    await hasTurn(join(dev.stateFolder, 'sessions/main/writers/queue'), sending.pid);
    await chatStays(dev, []);
    writeFileSync(join(dev.home, 'go'), '');
    await threadHas(amp, thread, [prompt, message]);
    expect(await sending.ended).toMatchObject({ exitCode: 0 });
  });
});
