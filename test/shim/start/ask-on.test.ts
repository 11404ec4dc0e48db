import { beforeEach, describe, expect, it } from 'vitest';
import type { StartConfig } from '../../../shim/environment/start.ts';
import { deliver } from '../../../shim/start/deliver.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { startTypist } from '../../support/agentapi/typist.ts';
import { GOOD_AMP, makeStart, type Start, THREAD } from '../../support/start.ts';

const PROMPT = 'fix it';

let start: Start;
let config: StartConfig;
let typed: readonly string[];
beforeEach(async () => {
  start = makeStart();
  const typist = await startTypist();
  typed = typist.typed;
  config = { ...start.config, port: typist.port };
});

const prompts = () => start.session().active?.prompts.map(({ state }) => state);

/** A start that died once its agent was launched, and another one during which Amp doesn't answer. */
async function startsWithoutAnswer(): Promise<void> {
  await prepare(config, PROMPT);
  start.ampHas(null);
  const plan = await prepare(config, PROMPT);
  expect(plan).toMatchObject({
    prompt: 'send',
    handOver: 'typed',
    agentArgs: [expect.anything(), 'continue', THREAD],
  });
  expect(start.said()).toContain('amp-session goes on asking while the agent runs.');
}

describe('I4: what Amp had no time to answer at a start', () => {
  it('is asked on beside the agent, and a prompt that its thread lacks is typed', async () => {
    await startsWithoutAnswer();
    start.ampHas([]);
    await deliver(config, PROMPT);
    expect(typed).toEqual([PROMPT]);
    expect(start.session().active?.prompts).toMatchObject([
      { state: 'handed', handed: start.session().launched?.at },
    ]);
    // The next start looks for it as for any other.
    start.ampHas([PROMPT]);
    expect(await prepare(config, PROMPT)).toMatchObject({ prompt: 'none' });
    expect(prompts()).toEqual(['delivered']);
  });

  it('a prompt that its thread has is never typed', async () => {
    await startsWithoutAnswer();
    start.ampHas([PROMPT]);
    await deliver(config, PROMPT);
    expect([typed, prompts()]).toEqual([[], ['delivered']]);
  });

  it('a prompt is held back if the answer is not clear', async () => {
    await startsWithoutAnswer();
    start.ampHas(['something else']);
    await deliver(config, PROMPT);
    expect([typed, prompts()]).toEqual([[], ['handed']]);
    expect(start.said()).toContain('It is unclear whether the prompt reached its thread');
  });

  it('a prompt that this launch hands over is typed without a question', async () => {
    await prepare(config, PROMPT);
    start.amp({ ...GOOD_AMP, export: 'exit 1' });
    await deliver(config, PROMPT);
    expect(typed).toEqual([PROMPT]);
  });

  it('in a terminal, where nothing can be typed, the next start checks again', async () => {
    await prepare(config, PROMPT);
    start.ampHas(null);
    expect(await prepare({ ...config, port: null }, PROMPT)).toMatchObject({ prompt: 'none' });
    expect(start.said()).toContain('The next start will check again.');
  });

  it('within one start, each thread is asked about once', async () => {
    await prepare(config, PROMPT);
    start.amp({ ...GOOD_AMP, export: `echo once >>${config.home}/exports; echo '{"messages":[]}'` });
    const { readFileSync } = await import('node:fs');
    await prepare(config, PROMPT);
    expect(readFileSync(`${config.home}/exports`, 'utf8')).toBe('once\n');
  });
});
