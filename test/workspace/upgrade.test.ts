import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { realAmpDir } from '../support/amp/real-amp.ts';
import { temporaryFolder } from '../support/folders.ts';
import { fillAsOlderModule, OLDER_TOKEN, type OlderVolume } from '../support/versions/older-module.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { messagesAt, threadIn, useFixture } from './fixture.ts';

const fixture = useFixture();

/**
 * What a user has changed in Amp's settings since the older module wrote them, including a server of their
 * own.
 */
const CHANGED = { 'amp.todos.enabled': false, 'amp.notifications.enabled': true };
const SERVERS = { mine: { command: 'my-mcp' } };
const INSTRUCTIONS = 'Be brief.';

/** A workspace on a volume left by the older module, with no `amp` but the one on the volume. */
async function upgraded(ampIn: OlderVolume['ampIn']) {
  const { amp, workspace } = fixture();
  const thread = amp.addThread({ messages: [{ role: 'user', text: 'said before the upgrade' }] });
  const dev = await workspace({
    ampFolder: temporaryFolder(),
    inputs: { ai_prompt: 'fix it', instruction_prompt: INSTRUCTIONS, report_tasks: true },
  });
  fillAsOlderModule(dev.home, {
    ampIn,
    amp: join(realAmpDir(), 'amp'),
    apiKey: amp.apiKey,
    thread,
    instructions: INSTRUCTIONS,
    userSettings: CHANGED,
    userServers: SERVERS,
  });
  return { dev, older: thread };
}

function settingsOf(dev: Workspace) {
  return JSON.parse(readFileSync(join(dev.home, '.config/amp/settings.json'), 'utf8'));
}

/** Files below a folder, symlinks excluded, that contain any of these texts. */
function holding(folder: string, texts: readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => lstatSync(path).isFile())
    .filter((path) => texts.some((text) => readFileSync(path, 'latin1').includes(text)));
}

describe('the first start on a volume of coder-labs/sourcegraph-amp 3.0.0', () => {
  it.each(['.npm-global/bin', '.local/bin'] as const)(
    'with its Amp in %s: it works, and the second start resumes',
    async (ampIn) => {
      const { amp } = fixture();
      const { dev, older } = await upgraded(ampIn);
      const before = holding(dev.home, [OLDER_TOKEN, amp.apiKey]).map((path) => path.slice(dev.home.length));
      expect(before.sort()).toEqual([
        '/.amp-module/install.log',
        '/.amp-module/scripts/agentapi-start.sh',
        '/.config/amp/settings.json',
      ]);

      const { scripts } = await dev.start();
      expect(scripts.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
      const thread = threadIn(dev.agentArgs());
      expect(thread).not.toBe(older);
      await dev.waitForChat((messages) => messages.some((message) => message.endsWith('fix it')));
      // Nobody asked for a turn in the thread that the older module had opened.
      expect(messagesAt(amp, older)).toEqual(['said before the upgrade']);
      expect(holding(dev.home, [OLDER_TOKEN, amp.apiKey])).toEqual([]);
      expect(dev.read('agentapi/install.log')).toMatch(/^Amp \S+ is installed\.$/m);
      await expect.poll(() => messagesAt(amp, thread)).toHaveLength(1);
      await dev.agentapi.waitForStatus('stable');
      await dev.stop();

      await dev.start();
      expect(threadIn(dev.agentArgs())).toBe(thread);
      await dev.waitForChat((messages) => messages.length === 1);
      expect(messagesAt(amp, thread)).toHaveLength(1);
      expect(settingsOf(dev)).toMatchObject({ ...CHANGED, 'amp.mcpServers': SERVERS });
    },
  );

  it("keeps the user's settings, and removes the token from the server that the older module configured", async () => {
    const { dev } = await upgraded('.npm-global/bin');
    await dev.start();
    expect(settingsOf(dev)).toEqual({
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
    expect(statSync(join(dev.home, '.config/amp/settings.json')).mode & 0o077).toBe(0);
    expect(readFileSync(join(dev.home, '.config/AGENTS.md'), 'utf8').trim()).toBe(INSTRUCTIONS);
  });
});
