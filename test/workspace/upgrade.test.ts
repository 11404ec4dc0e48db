import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { realAmpDir } from '../support/amp/real-amp.ts';
import { temporaryFolder } from '../support/folders.ts';
import { fillAsOlderModule, OLDER_TOKEN, type OlderVolume } from '../support/versions/older-module.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { chatShows, failed, fixtureOfFile, messagesAt, threadIn } from './fixture.ts';

const { amp, workspace } = await fixtureOfFile();

/**
 * What a user has changed in Amp's settings since the older module wrote them, including a server of their
 * own.
 */
const CHANGED = { 'amp.todos.enabled': false, 'amp.notifications.enabled': true };
const SERVERS = { mine: { command: 'my-mcp' } };
const INSTRUCTIONS = 'Be brief.';

/** Leaves a volume as of the older module, with its `amp` there. @returns the older module's thread. */
function fillVolume(dev: Workspace, ampIn: OlderVolume['ampIn']): string {
  const thread = amp.addThread({ messages: [{ role: 'user', text: 'said before the upgrade' }] });
  dev.empty();
  fillAsOlderModule(dev.home, {
    ampIn,
    amp: join(realAmpDir(), 'amp'),
    apiKey: amp.apiKey,
    thread,
    instructions: INSTRUCTIONS,
    userSettings: CHANGED,
    userServers: SERVERS,
  });
  return thread;
}

function settingsOf(dev: Workspace) {
  return JSON.parse(readFileSync(join(dev.home, '.config/amp/settings.json'), 'utf8'));
}

/** The settings of the user are kept, and the token of the server that the older module configured is removed. */
function expectSettingsKept(dev: Workspace, ampIn: string): void {
  expect(settingsOf(dev), ampIn).toEqual({
    'amp.anthropic.thinking.enabled': true,
    'amp.terminal.animation': false,
    ...CHANGED,
    'amp.mcpServers': {
      ...SERVERS,
      coder: {
        command: 'coder',
        args: ['exp', 'mcp', 'server'],
        // Neither the token nor the port that the older module was bound to: both are in the agent's
        // environment.
        type: 'stdio',
      },
    },
  });
  expect(statSync(join(dev.home, '.config/amp/settings.json')).mode & 0o077, ampIn).toBe(0);
  expect(readFileSync(join(dev.home, '.config/amp/AGENTS.md'), 'utf8').trim(), ampIn).toBe(INSTRUCTIONS);
}

/** Files below a folder, symlinks excluded, that contain any of these texts. */
function holding(folder: string, texts: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((path) => texts.some((text) => contentOf(path).includes(text)));
}

/** Nothing of a file that is gone: a running Amp has temporary ones. */
function contentOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

it("on a volume of coder-labs/sourcegraph-amp 3.0.0, the first start works and keeps the user's settings, but not the token; the second resumes", async () => {
  // No `amp` but the one on the volume.
  const dev = await workspace({
    ampFolder: temporaryFolder(),
    inputs: { ai_prompt: 'fix it', instruction_prompt: INSTRUCTIONS, report_tasks: true },
  });
  await dev.provision();
  for (const ampIn of ['.npm-global/bin', '.local/bin'] as const) {
    const older = fillVolume(dev, ampIn);
    const before = holding(dev.home, [OLDER_TOKEN, amp.apiKey]).map((path) => path.slice(dev.home.length));
    expect(before.sort(), ampIn).toEqual([
      '/.amp-module/install.log',
      '/.amp-module/scripts/agentapi-start.sh',
      '/.config/amp/settings.json',
    ]);

    const { scripts } = await dev.runStartScripts();
    expect(failed(scripts), ampIn).toEqual([]);
    const thread = threadIn(dev.agentArgs());
    expect(thread, ampIn).not.toBe(older);
    await chatShows(dev, 'fix it');
    // Nobody asked for a turn in the thread that the older module had opened.
    expect(messagesAt(amp, older), ampIn).toEqual(['said before the upgrade']);
    expect(holding(dev.home, [OLDER_TOKEN, amp.apiKey]), ampIn).toEqual([]);
    expect(dev.read('agentapi/install.log'), ampIn).toMatch(/^Amp \S+ is installed\.$/m);
    expectSettingsKept(dev, ampIn);
    await expect.poll(() => messagesAt(amp, thread)).toHaveLength(1);
    await dev.agentapi.waitForStatus('stable');
    await dev.runStopScripts();
    dev.crash();

    await dev.runStartScripts();
    expect(threadIn(dev.agentArgs()), ampIn).toBe(thread);
    await chatShows(dev, 'fix it');
    expect(messagesAt(amp, thread), ampIn).toHaveLength(1);
    expect(settingsOf(dev), ampIn).toMatchObject({ ...CHANGED, 'amp.mcpServers': SERVERS });
    dev.crash();
  }
});
