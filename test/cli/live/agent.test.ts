import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentapiDir, agentapiKind } from '../../support/agentapi/agentapi.ts';
import { isReady } from '../../support/amp/screen.ts';
import {
  attachDouble,
  endOf,
  openSession,
  session,
  startSession,
  threadOf,
} from '../../support/cli/agent.ts';
import { hasTurn, startInOrder } from '../../support/cli/line.ts';
import { folderOf, waitForWriters, watchWriters, writersIn } from '../../support/cli/writers.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { makeProgram } from '../../support/script.ts';
import { waitUntil } from '../../support/wait.ts';
import { processesOf } from '../../support/workspace/machine.ts';
import { messagesAt, threadIn, useFixture } from '../../workspace/fixture.ts';

const fixture = useFixture();

describe('one writer: with a live agent', () => {
  it('continue attaches in its thread, opens another beside it, and never is a second writer', async () => {
    const { workspace } = fixture();
    const dev = await workspace();
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await dev.agentapi.waitForStatus('stable');

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

    const other = await threadOf(dev, 'new');
    await session(dev, 'use', thread);
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
  });

  it('send goes through AgentAPI: bridge and terminal see one conversation, each message once', async () => {
    const { amp, workspace } = fixture();
    // The other tests of this file have threads of their own at the same servers.
    const others = new Set(amp.threads.keys());
    const dev = await workspace();
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    dev.crash();
    const { stdout } = await dev.run(join(dev.stateFolder, 'bin/amp-session'), ['send', '--json', 'before']);
    expect(JSON.parse(stdout)).toEqual({
      key: 'main',
      thread,
      via: 'amp',
      answer: 'I heard: before',
    });

    await dev.start();
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
    const all = ['before', 'from the bridge', 'from the chat', ...texts];
    expect(messagesAt(amp, thread)).toEqual(all);
    expect(await dev.waitForChat(() => true)).toEqual(all.slice(1));
    const told = [...amp.threads.keys()].filter((id) => !others.has(id) && messagesAt(amp, id).length > 0);
    expect(told).toEqual([thread]);

    const refused = await dev.run('amp-session', ['send', '--stream-json', 'no events here']);
    expect(refused).toMatchObject({ exitCode: 77, stdout: '' });
    expect(messagesAt(amp, thread)).toEqual(all);
  });

  it('send waits for an agent that is coming up, also while AgentAPI has only left its pid file', async () => {
    const { amp, workspace } = fixture();
    const dev = await workspace();
    // A machine on which AgentAPI, while it is told so, has left its pid file and answers nobody.
    const bin = temporaryFolder();
    const held = join(dev.home, 'held');
    makeProgram(
      join(bin, 'agentapi'),
      `if [[ -e '${held}' ]]; then
        echo $$ >"$AGENTAPI_PID_FILE"; : >'${held}.now'
        while [[ -e '${held}' ]]; do sleep 0.1; done; rm "$AGENTAPI_PID_FILE"
      fi
      exec '${join(agentapiDir(), 'agentapi')}' "$@"`,
    );
    dev.setImage({ PATH: `${bin}:${dev.env()['PATH']}` });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    writeFileSync(held, '');
    dev.killAgentapi();
    await waitUntil('AgentAPI', async () => ({ done: existsSync(`${held}.now`), seen: dev.log }));
    const sending = startSession(dev, 'send', '--json', 'early');
    await hasTurn(join(dev.stateFolder, 'sessions/main/writers/queue'), sending.pid);
    rmSync(held);
    const sent = await sending.ended;
    expect(sent).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(sent.stdout)).toMatchObject({ via: 'agentapi', thread });
    expect(messagesAt(amp, thread)).toEqual(['early']);
  });

  it('with persistence off, send uses the recorded thread with an Amp of its own', async () => {
    const { amp, workspace } = fixture();
    const dev = await workspace();
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    await dev.stop();
    await dev.change({ enable_state_persistence: false });
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

  it("on Amp's own executable, send reaches AgentAPI past a proxy", async () => {
    const { amp, workspace } = fixture();
    const dev = await workspace({ node: false, env: { HTTP_PROXY: 'http://127.0.0.1:9' } });
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    expect(await session(dev, 'send', 'hello')).toMatchObject({ via: 'agentapi', thread });
    expect(messagesAt(amp, thread)).toEqual(['hello']);
    const fresh = await session(dev, 'new', '--now');
    expect(fresh).toMatchObject({ now: true });
    expect(threadIn(dev.agentArgs())).toBe(fresh['thread']);
  });
});
