import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { mentionOf } from '../../../shim/prompt/mention.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import type { NewEvent } from '../../../shim/store/events.ts';
import { sessionPaths } from '../../../shim/store/paths.ts';
import { known, record, switched } from '../../support/record.ts';
import { GOOD_AMP, makeStart, type Start } from '../../support/start.ts';
import { A, B } from '../../support/thread-record.ts';

let start: Start;
const active = () => start.session().active;

beforeEach(() => {
  start = makeStart();
});

const fork: NewEvent[] = [
  { event: 'thread', thread: B, origin: 'forked', parent: A, workdir: '/w' },
  { event: 'switched', from: A, to: B, by: 'fork' },
];

describe('a thread that a person chose', () => {
  it("is the next start's, without the previous thread's prompt", async () => {
    await prepare(start.config, 'fix it');
    await record(start.paths, known(B), switched(A, B));
    const plan = await prepare(start.config, 'fix it');
    expect(plan).toMatchObject({ prompt: 'none', agentArgs: ['threads', 'continue', B] });
    // A changed prompt is a new turn here, as anywhere.
    expect(await prepare(start.config, 'and test it')).toMatchObject({ prompt: 'send' });
  });

  it('as a fork is told of its parent first, once, and then gets a changed prompt', async () => {
    await prepare(start.config, 'fix it');
    await record(start.paths, ...fork);
    expect(await prepare(start.config, 'new task')).toMatchObject({ prompt: { text: mentionOf(A) } });
    start.ampHas([mentionOf(A)]);
    expect(await prepare(start.config, 'new task')).toMatchObject({ prompt: 'send' });
  });

  it('as a fork is told of its parent again if that never arrived, and asked on about while delivery is unknown', async () => {
    await prepare(start.config, '');
    await record(start.paths, ...fork);
    await prepare(start.config, '');
    start.ampHas(null);
    expect(await prepare(start.config, 'new task')).toMatchObject({
      prompt: { text: mentionOf(A) },
      handOver: 'typed',
    });
    expect(start.session().launched).toMatchObject({ thread: B });
    start.amp(GOOD_AMP);
    expect(await prepare(start.config, 'new task')).toMatchObject({ prompt: { text: mentionOf(A) } });
  });
});

describe('a thread to adopt (thread_id)', () => {
  it('is what a new workspace begins with, and gets the prompt', async () => {
    const plan = await prepare({ ...start.config, adopt: B }, 'fix it');
    expect(plan).toMatchObject({ prompt: 'send', agentArgs: ['threads', 'continue', B] });
    expect(active()).toMatchObject({ thread: B, origin: 'adopted' });
  });

  it('does not affect a workspace that already has a thread', async () => {
    await prepare(start.config, '');
    await prepare({ ...start.config, adopt: B }, '');
    expect(active()).toMatchObject({ thread: A });
  });

  it('is replaced when Amp does not have it', async () => {
    start.amp({ [B]: 'echo "Error: Failed to unarchive thread: Thread not found" >&2; exit 1', ...GOOD_AMP });
    await prepare({ ...start.config, adopt: B }, '');
    expect(active()).toMatchObject({ thread: A, origin: 'new' });
  });

  it('stays with another key that has it', async () => {
    await record(sessionPaths(start.config.stateFolder, 'docs'), known(B));
    await prepare({ ...start.config, adopt: B }, '');
    expect(active()).toMatchObject({ thread: A });
    expect(start.said()).toContain("belongs to the key 'docs'");
  });
});

describe('I8: a thread that the agent opened itself', () => {
  const opened = (thread: string) => {
    const data = join(start.home, '.local/share/amp');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'session.json'), JSON.stringify({ lastThreadId: thread }));
  };

  it('is captured by the next start', async () => {
    start.amp({});
    await prepare(start.config, '');
    opened(B);
    start.amp(GOOD_AMP);
    await prepare(start.config, '');
    expect(active()).toMatchObject({ thread: B, origin: 'captured', starts: 2 });
  });

  it('is not confused with one that was opened with persistence off meanwhile', async () => {
    start.amp({});
    await prepare(start.config, '');
    start.amp(GOOD_AMP);
    await prepare({ ...start.config, persistence: false }, '');
    opened(B);
    await prepare(start.config, '');
    expect(active()).toMatchObject({ thread: A, origin: 'new' });
    // Distinguishable from then on.
    expect(start.session().opening).toBeNull();
  });
});
