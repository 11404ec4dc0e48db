// What people and bots send to a running agent, with the real Amp: exactly that, or a refusal.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { session } from '../support/cli/agent.ts';
import { refusal } from '../support/cli/refusal.ts';
import { fixtureOfFile, messagesAt, threadHas, threadIn } from './fixture.ts';

const { amp, workspace } = await fixtureOfFile();

/** Behind these, Amp takes the return key for something else. */
const ENDINGS = ['Summarise @README.md', 'who is at @', 'a backslash \\', 'two lines\nand @README.md'];

it('I7: a prompt and messages that end in what Amp completes arrive as they are, or are refused; an input box is no answer', async () => {
  const prompt = 'a prompt\u001b[31m\u0003 with @README.md';
  const dev = await workspace({ inputs: { ai_prompt: prompt } });
  await dev.start();
  const thread = threadIn(dev.agentArgs());
  await threadHas(amp, thread, [prompt]);
  writeFileSync(join(dev.workdir, 'README.md'), 'read me');
  await dev.agentapi.waitForStatus('stable');
  for (const text of ENDINGS) {
    expect(await session(dev, 'send', text)).toMatchObject({
      via: 'agentapi',
      answer: expect.stringContaining(`I heard: ${text.split('\n')[0]}`),
    });
  }
  const arrived = [prompt, ...ENDINGS];
  expect(messagesAt(amp, thread)).toEqual(arrived);

  for (const text of ['a\u001b[31mb', 'a\u0003b', 'a\rb', 'a\u0085b']) {
    expect(await dev.run('amp-session', ['send', text])).toMatchObject(refusal(64, 'Nothing was sent'));
  }

  // A person who is attached has begun a line.
  await dev.agentapi.type('half a line');
  await dev.agentapi.waitForScreen((screen) => screen.includes('half a line'));
  const refused = await dev.run('amp-session', ['send', 'glued']);
  expect(refused.exitCode).toBe(75);
  expect(refused.stderr).toContain('typed something into');
  expect(messagesAt(amp, thread)).toEqual(arrived);

  // At a warm start, a changed prompt.
  await dev.stop();
  const changed = 'and now see @README.md';
  await dev.change({ ai_prompt: changed });
  await dev.start();
  await threadHas(amp, thread, [...arrived, changed]);
});
