import { existsSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { realAmpDir } from '../support/amp/real-amp.ts';
import { behaviours } from '../support/amp/server.ts';
import { temporaryFolder } from '../support/folders.ts';
import { makeProgram } from '../support/script.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { historyOf, messagesAt, threadHas, threadIn, useFixture } from './fixture.ts';

const fixture = useFixture();

/** Lets a workspace run until a program in it makes this file, and then ends everything at once. */
async function crashAt(dev: Workspace, file: string): Promise<void> {
  const made = new Promise<void>((resolve) => {
    const watcher = watch(dev.home, () => {
      if (!existsSync(join(dev.home, file))) return;
      watcher.close();
      resolve();
    });
  });
  await dev.provision();
  const scripts = dev.runStartScripts();
  await made;
  dev.crash();
  await scripts;
}

/** A folder with an `amp` that runs bash before it becomes the real one. */
function ampThatFirst(script: string): string {
  const folder = temporaryFolder();
  makeProgram(join(folder, 'amp'), `real='${join(realAmpDir(), 'amp')}'\n${script}\nexec "$real" "$@"`);
  return folder;
}

describe('killed at the worst moment', () => {
  it('I1: right after `threads new` answered: the next start resumes that thread', async () => {
    const { amp, workspace } = fixture();
    const ampFolder = ampThatFirst(`
      if [[ $* == "threads new" && ! -e $HOME/handed-out ]]; then
        "$real" "$@"; : >"$HOME/handed-out"; sleep infinity
      fi`);
    const dev = await workspace({ ampFolder });
    const before = new Set(amp.threads.keys());
    await crashAt(dev, 'handed-out');
    const handedOut = [...amp.threads.keys()].filter((id) => !before.has(id));
    expect(handedOut).toHaveLength(1);

    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(handedOut[0]);
    expect(historyOf(dev)[0]).toMatchObject({ event: 'thread', thread: handedOut[0], origin: 'recovered' });
    expect([...amp.threads.keys()].filter((id) => !before.has(id))).toEqual(handedOut);
  });

  it('I1: the thread is in the history before AgentAPI runs its agent', async () => {
    const { workspace } = fixture();
    const ampFolder = ampThatFirst(`
      if [[ $* == *"threads continue"* && ! -e $HOME/agent-started ]]; then
        : >"$HOME/agent-started"; sleep infinity
      fi`);
    const dev = await workspace({ ampFolder, inputs: { ai_prompt: 'fix it' } });
    await crashAt(dev, 'agent-started');
    const [created] = historyOf(dev);
    expect(created).toMatchObject({ event: 'thread', origin: 'new' });

    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(created?.['thread']);
    // The thread itself shows that the prompt never came: it is sent now, once.
    await dev.waitForChat((messages) => messages.includes('fix it'));
  });

  it('I4: shown in the chat and still on its way to Amp when the workspace stops: it is sent again', async () => {
    const { amp, workspace } = fixture();
    const dev = await workspace({ inputs: { ai_prompt: 'fix it' } });
    amp.behave(behaviours.hang, { only: 'message' });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await dev.waitForChat((messages) => messages.includes('fix it'));
    await dev.stop();
    expect(messagesAt(amp, thread)).toEqual([]);

    amp.behave(behaviours.ok);
    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(thread);
    await threadHas(amp, thread, ['fix it']);
    await dev.stop();
    await dev.start();
    await dev.agentapi.waitForStatus('stable');
    expect(messagesAt(amp, thread)).toEqual(['fix it']);
  });

  it('I4: after the prompt was typed and before anything noted it: it is not sent again', async () => {
    const { amp, workspace } = fixture();
    const dev = await workspace({ inputs: { ai_prompt: 'fix it' } });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await threadHas(amp, thread, ['fix it']);
    dev.crash();
    expect(existsSync(join(dev.stateFolder, 'agentapi-state.json'))).toBe(false);

    await dev.start();
    expect(threadIn(dev.agentArgs())).toBe(thread);
    await dev.agentapi.waitForStatus('stable');
    expect(amp.threads.get(thread)?.messages.filter(({ role }) => role === 'user')).toHaveLength(1);
    expect(historyOf(dev)).toContainEqual(
      expect.objectContaining({ event: 'prompt-delivered', evidence: "the thread's own messages" }),
    );
  });

  it('a pid file whose number is another process now does not block the start', async () => {
    const { workspace } = fixture();
    const dev = await workspace();
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    dev.crash();
    writeFileSync(join(dev.stateFolder, 'agentapi.pid'), `${process.pid}\n`);

    const started = await dev.start();
    expect(started.scripts.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
    expect(threadIn(dev.agentArgs())).toBe(thread);
    expect(dev.log).toContain(`its process ${process.pid} is no AgentAPI server any more`);
  });

  it('AgentAPI dies while the workspace runs: it is back in the same thread', async () => {
    const { workspace } = fixture();
    const dev = await workspace();
    await dev.start();
    const [server] = dev.agentapiProcesses();
    const thread = threadIn(dev.agentArgs());
    process.kill(server?.pid ?? 0, 'SIGKILL');
    await dev.waitForRun(2);
    await dev.agentapi.waitUntilAnswers();
    expect(threadIn(dev.agentArgs())).toBe(thread);
  });

  it('two starts at once run one agent', async () => {
    const { workspace } = fixture();
    const dev = await workspace();
    await dev.provision();
    await Promise.all([dev.runStartScripts(), dev.runStartScripts(), dev.runStartScripts()]);
    expect(dev.agentapiProcesses()).toHaveLength(1);
    expect(historyOf(dev).filter(({ event }) => event === 'thread')).toHaveLength(1);
  });
});
