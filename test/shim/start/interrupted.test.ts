import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { parseThreadId } from '../../../shim/amp/thread-id.ts';
import type { StartConfig } from '../../../shim/environment/start.ts';
import { mayLackPrompt } from '../../../shim/prompt/mention.ts';
import { deliver } from '../../../shim/start/deliver.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { becomeWriter } from '../../../shim/store/writer.ts';
import { startTypist, type Typist } from '../../support/agentapi/typist.ts';
import { lastThreadFile } from '../../support/amp/records.ts';
import { exportOf, GOOD_AMP, makeStart, type Start, THREAD } from '../../support/start.ts';
import { B } from '../../support/thread-record.ts';

const GO_ON = 'Go on.';

let start: Start;
let config: StartConfig;
let typist: Typist;
beforeEach(async () => {
  start = makeStart();
  typist = await startTypist();
  config = { ...start.config, port: typist.port, onInterruptedTurn: GO_ON };
});

const history = () => readFileSync(start.paths.history, 'utf8');
const launched = () => start.session().launched;

/** The second start of a thread, after the first one's turn was cut off. */
async function restarted() {
  await prepare(config, '');
  return prepare(config, '');
}

describe('a turn that was cut off', () => {
  it('is looked for neither at a first start, nor where nothing can be typed or is to be said, nor beside a prompt', async () => {
    expect(await prepare(config, '')).toMatchObject({ prompt: 'none' });
    expect(await prepare({ ...config, port: null }, '')).toMatchObject({ prompt: 'none' });
    expect(await prepare({ ...config, onInterruptedTurn: '' }, '')).toMatchObject({ prompt: 'none' });
    expect(await prepare(config, 'a new prompt')).toMatchObject({ prompt: 'send' });
  });

  it('I4: the agent is told once the record says so, and no later run of the same start tells it again', async () => {
    start.ampHas(['one']);
    expect(await restarted()).toMatchObject({ prompt: { text: GO_ON }, handOver: 'typed' });
    await deliver(config, GO_ON);
    expect(typist.typed).toEqual([GO_ON]);
    expect(history()).toContain('"told"');
    start.ampHas(['one', GO_ON]);
    await prepare(config, '');
    await deliver(config, GO_ON);
    expect(typist.typed).toEqual([GO_ON]);
  });

  it('I4: is told of at the next start if this one dies between the record and the first key', async () => {
    start.ampHas(['one']);
    await restarted();
    typist.refuses = true;
    await expect(deliver(config, GO_ON)).rejects.toThrow('500');
    typist.refuses = false;
    expect(history()).toContain('"told"');
    await prepare(config, '');
    await deliver(config, GO_ON);
    expect(typist.typed).toEqual([GO_ON]);
  });

  it('counts, whatever was told before, if somebody has written since', async () => {
    start.ampHas(['one', GO_ON, 'two']);
    await restarted();
    await deliver(config, GO_ON);
    expect(typist.typed).toEqual([GO_ON]);
  });

  it('is looked for until Amp answers', async () => {
    await restarted();
    const asked = `${start.home}/asked`;
    start.amp({
      ...GOOD_AMP,
      export: `[[ -e ${asked} ]] && echo '${exportOf(['one'])}' || { : >${asked}; exit 1; }`,
    });
    await deliver(config, GO_ON);
    expect(typist.typed).toEqual([GO_ON]);
  });

  it('is left to an agent that has gone on by itself by the time that Amp answers', async () => {
    await restarted();
    const asked = `${start.home}/asked`;
    const ended = { messages: [{ role: 'assistant', content: [], state: { type: 'complete' } }] };
    start.amp({
      ...GOOD_AMP,
      export: `[[ -e ${asked} ]] && echo '${JSON.stringify(ended)}' || { : >${asked}; echo '${exportOf(['one'])}'; }`,
    });
    let looks = 0;
    typist.status = () => (existsSync(asked) && looks++ === 0 ? 'running' : 'stable');
    await deliver(config, GO_ON);
    expect(looks).toBeGreaterThan(1);
    expect(typist.typed).toEqual([]);
  });

  it('is not one while a command writes in the thread', async () => {
    start.ampHas(['one']);
    await restarted();
    const thread = parseThreadId(THREAD);
    const writer = await becomeWriter(start.paths, thread!, 0);
    await deliver(config, GO_ON);
    writer?.release();
    expect([writer === null, typist.typed]).toEqual([false, []]);
  });

  it('is not told of in another start than the one that looked', async () => {
    await restarted();
    const before = launched()?.at;
    start.ampHas(['one']);
    const looking = deliver(config, GO_ON);
    await prepare({ ...config, onInterruptedTurn: '' }, '');
    await looking;
    expect(launched()?.at).not.toBe(before);
    expect(typist.typed).toEqual([]);
  });

  it('is not told of in the thread that a person has taken the agent to meanwhile', async () => {
    start.ampHas(['one']);
    await restarted();
    const terminal = launched()?.terminal ?? '';
    const record = lastThreadFile(start.home, config.workdir, `term:${terminal}`);
    mkdirSync(dirname(record), { recursive: true });
    writeFileSync(record, JSON.stringify(B));
    await deliver(config, GO_ON);
    expect(typist.typed).toEqual([]);
    expect(start.session().active?.thread).toBe(B);
  });

  it('is left to a person who is writing something in the input box', async () => {
    start.ampHas(['one']);
    await restarted();
    const looks: string[] = [];
    typist.screen = () => {
      const now = looks.length < 3 ? 'no, stop' : '';
      looks.push(now);
      return ['╭────╮', `│ ${now} │`, '╰────╯'].join('\n');
    };
    await deliver(config, GO_ON);
    expect(typist.typed).toEqual([]);
  });

  it('is left to a person who has written by the time that it would be typed', async () => {
    start.ampHas(['one']);
    await restarted();
    let looks = 0;
    // Once it is recorded, the agent is at work for a while.
    typist.status = () => (history().includes('"told"') && looks++ === 0 ? 'running' : 'stable');
    await deliver(config, GO_ON);
    expect([typist.typed, looks]).toEqual([[], 1]);
  });

  it('what was told of one is no later prompt, after which the template would have gone back to its own', async () => {
    start.ampHas(['P']);
    await prepare(config, 'P');
    await prepare(config, 'P');
    await deliver(config, GO_ON);
    expect(typist.typed).toEqual([GO_ON]);
    const active = start.session().active;
    expect(active !== null && mayLackPrompt(active)).toBe(false);
    start.said();
    await prepare(config, 'P');
    expect(start.said()).not.toContain('before its latest one');
  });
});
