import { beforeEach, describe, expect, it } from 'vitest';
import type { StartConfig } from '../../../shim/environment/start.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { threadIn } from '../../../shim/store/session.ts';
import { planned } from '../../support/moves.ts';
import { record, switched } from '../../support/record.ts';
import { GOOD_AMP, makeStart, type Start } from '../../support/start.ts';
import { A, B } from '../../support/thread-record.ts';

let start: Start;
const inWorkspace = (workspace: string): StartConfig => ({ ...start.config, workspace });

beforeEach(async () => {
  start = makeStart();
  await prepare(inWorkspace('the-first'), 'fix it');
  start.said();
  start.amp({ ...GOOD_AMP, 'threads new': `echo ${B}` });
});

describe('a home that was copied to another workspace', () => {
  it('begins a thread of its own there, with the prompt, and says so once', async () => {
    expect(await prepare(inWorkspace('the-copy'), 'fix it')).toMatchObject(planned(B, 'send'));
    expect(start.said()).toContain(
      `This home was copied from another workspace (the-first), which keeps ${A}. A thread of its own begins here; 'amp-session use ${A}' takes that one over.`,
    );
    const reason = 'this home was copied from the workspace the-first, which goes on with it';
    expect(threadIn(start.session(), A)?.ended).toMatchObject({ reason });
    expect(start.session().active).toMatchObject({ thread: B, chosen: { by: 'replaced', after: A, reason } });
    expect(await prepare(inWorkspace('the-copy'), '')).toMatchObject(planned(B));
    expect(start.said()).not.toContain('copied');
  });

  it('goes on with the first one once somebody has chosen it', async () => {
    await prepare(inWorkspace('the-copy'), '');
    await record(start.paths, switched(B, A));
    expect(await prepare(inWorkspace('the-copy'), '')).toMatchObject(planned(A));
  });

  it('keeps what began there, also if that start died before its launch', async () => {
    await record(start.paths, { event: 'replaced', thread: A, reason: 'copied' });
    expect(await prepare(inWorkspace('the-copy'), '')).toMatchObject(planned(B));
    expect(await prepare(inWorkspace('the-copy'), '')).toMatchObject(planned(B));
  });

  it.each(['the-first', ''])('is none where the workspace is %j', async (workspace) => {
    expect(await prepare(inWorkspace(workspace), '')).toMatchObject(planned(A));
    expect(threadIn(start.session(), A)?.ended).toBeNull();
  });
});
