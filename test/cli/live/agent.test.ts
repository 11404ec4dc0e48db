import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseThreadId } from '../../../shim/amp/thread-id.ts';
import { agentapiDir, agentapiKind } from '../../support/agentapi/agentapi.ts';
import { installFakeAmp } from '../../support/amp/fake-amp.ts';
import { isReady } from '../../support/amp/screen.ts';
import type { AmpServer } from '../../support/amp/server.ts';
import { attachDouble, endOf, openSession, session, startSession } from '../../support/cli/agent.ts';
import { addAmpRuntime } from '../../support/cli/amp-double.ts';
import { startCommand } from '../../support/cli/home.ts';
import { hasTurn, startInOrder } from '../../support/cli/line.ts';
import { recordEvents } from '../../support/cli/record.ts';
import { folderOf, waitForWriters, watchWriters, writersIn } from '../../support/cli/writers.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { makeProgram } from '../../support/script.ts';
import { waitUntil } from '../../support/wait.ts';
import { processesOf } from '../../support/workspace/machine.ts';
import type { Workspace } from '../../support/workspace/workspace.ts';
import { fixtureOfFile, messagesAt, threadHas, threadIn } from '../../workspace/fixture.ts';

const { amp, workspace } = await fixtureOfFile();

/**
 * Puts an AgentAPI in front of a workspace's own that, while it is told so, leaves its pid file and answers
 * nobody.
 */
function holdableAgentapi(dev: Workspace): {
  readonly hold: () => void;
  readonly held: () => Promise<unknown>;
  readonly release: () => void;
} {
  const bin = temporaryFolder();
  const told = join(bin, 'held');
  makeProgram(
    join(bin, 'agentapi'),
    `if [[ $1 == server && -e '${told}' ]]; then
      echo $$ >"$AGENTAPI_PID_FILE"; : >'${told}.now'
      while [[ -e '${told}' ]]; do sleep 0.1; done; rm "$AGENTAPI_PID_FILE"
    fi
    exec '${join(agentapiDir(), 'agentapi')}' "$@"`,
  );
  dev.setImage({ PATH: `${bin}:${dev.env()['PATH']}` });
  return {
    hold: () => writeFileSync(told, ''),
    held: () => waitUntil('AgentAPI', async () => ({ done: existsSync(`${told}.now`), seen: dev.log })),
    release: () => rmSync(told),
  };
}

/** `continue` attaches in the agent's thread, opens another beside it, and never is a second writer. */
async function continueBeside(dev: Workspace, amp: AmpServer, thread: string): Promise<void> {
  // The stand-in has no `attach`.
  const double = agentapiKind() === 'real' ? [] : [attachDouble().folder];
  const attached = openSession(dev, ['continue'], ...double);
  const url = `http://localhost:${dev.port}`;
  await waitUntil('the processes', async () => {
    const seen = processesOf(dev.home).map(({ args }) => args.slice(-3).join(' '));
    return { done: seen.includes(`attach --url ${url}`), seen };
  });
  await attached.until((screen) => screen.trim() !== '');
  expect(writersIn(dev.home)).toHaveLength(1);
  await attached.close();

  const other = parseThreadId(amp.addThread())!;
  await recordEvents(dev.stateFolder, 'main', [
    { event: 'thread', thread: other, origin: 'new', workdir: dev.workdir },
  ]);
  const beside = openSession(dev, ['continue', other]);
  await beside.until(isReady);
  const [writer, ...more] = writersIn(dev.home, other);
  expect(more).toEqual([]);
  expect(writer && folderOf(writer)).toBe(dev.workdir);
  expect(writersIn(dev.home, thread)).toHaveLength(1);

  expect(await endOf(openSession(dev, ['continue', other]), 'is open in another terminal')).toBe(75);
  const busy = await dev.run('amp-session', ['use', other, '--now']);
  expect(busy).toMatchObject({ exitCode: 75, stdout: '' });
  expect(threadIn(dev.agentArgs())).toBe(thread);
  expect((await session(dev, 'status'))['thread']).toMatchObject({ thread });
  await beside.close();
}

describe('one writer: with a live agent', () => {
  it('continue attaches or opens another thread beside it; send goes through AgentAPI, and waits for one that is coming up', async () => {
    // The other tests of this file have threads of their own at the same servers.
    const others = new Set(amp.threads.keys());
    const dev = await workspace();
    const agentapi = holdableAgentapi(dev);
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await dev.agentapi.waitForStatus('stable');
    await continueBeside(dev, amp, thread);

    dev.crash();
    // On the volume: nothing is on PATH before the start scripts have put it there.
    const bin = join(dev.stateFolder, 'bin');
    const { stdout } = await dev.run(join(bin, 'amp-session'), ['send', '--json', 'before']);
    expect(JSON.parse(stdout)).toEqual({
      key: 'main',
      thread,
      via: 'amp',
      answer: 'I heard: before',
    });

    agentapi.hold();
    const starting = dev.runStartScripts();
    await agentapi.held();
    const env = dev.env();
    const early = startCommand(['send', '--json', 'early'], {
      cwd: dev.home,
      env: { ...env, PATH: `${bin}:${env['PATH']}` },
    });
    await hasTurn(join(dev.stateFolder, 'sessions/main/writers/queue'), early.pid);
    agentapi.release();
    const sent = await early.ended;
    expect(sent).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(sent.stdout)).toMatchObject({ via: 'agentapi', thread });
    await starting;
    await threadHas(amp, thread, ['before', 'early']);
    await dev.agentapi.waitForStatus('stable');

    const most = watchWriters(dev.home);
    expect(await session(dev, 'send', 'from the bridge')).toMatchObject({
      thread,
      via: 'agentapi',
      answer: expect.stringContaining('I heard: from the bridge'),
    });
    await dev.agentapi.send('from the chat');
    const texts = ['one', 'two', 'three'];
    const ended = await startInOrder(
      join(dev.stateFolder, 'sessions/main/writers/queue'),
      texts.map((text) => () => startSession(dev, 'send', '--json', text)),
    );
    const answers = ended.map((each) => JSON.parse(each.stdout));
    for (const [index, { via, answer }] of answers.entries()) {
      expect(via).toBe('agentapi');
      expect(answer).toContain(`I heard: ${texts[index]}`);
      for (const other of texts.filter((text) => text !== texts[index])) {
        expect(answer).not.toContain(`I heard: ${other}`);
      }
    }
    expect(most()).toBe(1);
    const all = ['before', 'early', 'from the bridge', 'from the chat', ...texts];
    expect(messagesAt(amp, thread)).toEqual(all);
    expect(await dev.waitForChat(() => true)).toEqual(all.slice(1));
    const told = [...amp.threads.keys()].filter((id) => !others.has(id) && messagesAt(amp, id).length > 0);
    expect(told).toEqual([thread]);

    const refused = await dev.run('amp-session', ['send', '--stream-json', 'no events here']);
    expect(refused).toMatchObject({ exitCode: 77, stdout: '' });
    expect(messagesAt(amp, thread)).toEqual(all);
  });

  it('with persistence off, send uses the recorded thread with an Amp of its own', async () => {
    const dev = await workspace({ inputs: { enable_state_persistence: false } });
    // As an earlier start with persistence on has left it.
    const thread = parseThreadId(amp.addThread())!;
    const { workdir } = dev;
    await recordEvents(dev.stateFolder, 'main', [
      { event: 'thread', thread, origin: 'new', workdir },
      { event: 'launched', thread, workdir, prompt: null, lastSeen: null },
    ]);
    await dev.start();
    expect(dev.agentArgs()).toEqual(['amp']);
    await dev.agentapi.waitForStatus('stable');
    expect(await session(dev, 'send', 'to the record')).toMatchObject({ thread, via: 'amp' });
    expect(messagesAt(amp, thread)).toEqual(['to the record']);
    const refused = await dev.run('amp-session', ['new', '--now']);
    expect(refused).toMatchObject({ exitCode: 77, stdout: '' });
    expect(await session(dev, 'status')).toMatchObject({
      thread: { thread, sends: 1 },
      agent: { state: 'running', thread: null },
      persistence: false,
    });
    expect(dev.agentArgs()).toEqual(['amp']);

    const beside = openSession(dev, ['continue']);
    await beside.until(isReady);
    await waitForWriters(dev.home, 1);
    expect(writersIn(dev.home, thread)).toHaveLength(1);
  });

  it("on the runtime of Amp's own executable, send reaches AgentAPI past a proxy", async () => {
    const { dir: ampFolder, received } = installFakeAmp();
    addAmpRuntime(ampFolder);
    const env = { HTTP_PROXY: 'http://127.0.0.1:9' };
    const dev = await workspace({ ampFolder, node: false, env });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    expect(await session(dev, 'send', 'hello')).toMatchObject({ via: 'agentapi', thread });
    expect(received()).toEqual([{ thread, message: 'hello' }]);
    const fresh = await session(dev, 'new', '--now');
    expect(fresh).toMatchObject({ now: true });
    expect(threadIn(dev.agentArgs())).toBe(fresh['thread']);
  });
});
