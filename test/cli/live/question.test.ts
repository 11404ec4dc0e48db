import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { impatient, session } from '../../support/cli/agent.ts';
import { refusal } from '../../support/cli/refusal.ts';
import { waitUntil } from '../../support/wait.ts';
import { fixtureOfFile, messagesAt, threadHas, threadIn } from '../../workspace/fixture.ts';

const { amp, workspace } = await fixtureOfFile();
const QUESTION = 'Approval Required';
const WHERE = 'amp-session continue';

it('a question of Amp stops the agent: send returns, and everything that shows the agent tells it from work', async () => {
  const ask = [{ tool: 'Bash', matches: { cmd: '*git push*' }, action: 'ask' }];
  const dev = await workspace({ inputs: { permissions: JSON.stringify(ask) } });
  await dev.start();
  const thread = threadIn(dev.agentArgs());
  await dev.agentapi.waitForStatus('stable');
  expect(await session(dev, 'status')).toMatchObject({
    agent: { state: 'running', doing: 'idle', question: null },
  });

  expect(await impatient(dev, 'send', 'run: echo git push')).toMatchObject(
    refusal(79, /Your message was taken.*amp-session continue/),
  );
  await threadHas(amp, thread, ['run: echo git push']);

  expect(await session(dev, 'status')).toMatchObject({
    agent: { state: 'running', doing: 'asking', question: QUESTION },
  });
  expect((await dev.run('amp-session', ['status'])).stdout).toContain(WHERE);
  expect((await dev.run('amp-session', ['status', '--line'])).stdout).toContain(
    `waits for you (${QUESTION})`,
  );
  expect((await dev.run('amp-session', ['list'])).stderr).toContain(WHERE);
  expect((await session(dev, 'list'))['keys']).toMatchObject([{ question: QUESTION }]);
  const { findings } = await session(dev, 'doctor');
  expect(findings).toContainEqual(expect.objectContaining({ about: 'question', level: 'note' }));

  expect(await impatient(dev, 'send', 'next')).toMatchObject(refusal(79, 'Nothing was sent'));
  expect(messagesAt(amp, thread)).toEqual(['run: echo git push']);

  await dev.agentapi.type('\r');
  await dev.agentapi.waitForStatus('stable');
  expect(await session(dev, 'send', 'next')).toMatchObject({
    answer: expect.stringContaining('I heard: next'),
  });
});

it('nothing is typed into a question, which Enter would answer: a prompt and a message wait', async () => {
  const dev = await workspace({ inputs: { ai_prompt: 'one' } });
  await dev.start();
  const thread = threadIn(dev.agentArgs());
  await threadHas(amp, thread, ['one']);
  await dev.stop();
  mkdirSync(join(dev.workdir, '.amp'));
  const servers = { 'amp.mcpServers': { one: { command: 'cat', args: [] } } };
  writeFileSync(join(dev.workdir, '.amp/settings.json'), JSON.stringify(servers));
  await dev.change({ ai_prompt: 'two' });
  await dev.start();
  const question = 'MCP Server Trust Required';
  await waitUntil("the start's log", async () => ({
    done: dev.log.includes(`Amp asks a person: ${question}. The prompt waits for that.`),
    seen: dev.log,
  }));
  expect(await impatient(dev, 'send', 'three')).toMatchObject(refusal(79, `${question}. Nothing was sent`));
  expect(await session(dev, 'status')).toMatchObject({ agent: { question } });
  expect(messagesAt(amp, thread)).toEqual(['one']);
  // Enter would have trusted the server. The next start has no such question, and gives the prompt.
  await dev.stop();
  rmSync(join(dev.workdir, '.amp'), { recursive: true });
  await dev.start();
  await threadHas(amp, thread, ['one', 'two']);
});
