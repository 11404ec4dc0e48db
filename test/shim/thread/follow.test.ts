import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ThreadId } from '../../../shim/amp/thread-id.ts';
import { formatStatus, statusOf } from '../../../shim/commands/status.ts';
import type { StartConfig } from '../../../shim/environment/start.ts';
import { Key } from '../../../shim/key/key.ts';
import { switchTo } from '../../../shim/key/switch.ts';
import { mentionOf } from '../../../shim/prompt/mention.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { settle } from '../../../shim/start/settle.ts';
import { threadIn } from '../../../shim/store/session.ts';
import { makeMoves, planned } from '../../support/moves.ts';
import { GOOD_AMP } from '../../support/start.ts';
import { A, B, C } from '../../support/thread-record.ts';

let at: ReturnType<typeof makeMoves>;
let config: StartConfig;
beforeEach(() => {
  at = makeMoves();
  ({ config } = at);
});

const statesOf = (thread: ThreadId) => threadIn(at.read(), thread)?.prompts.map(({ state }) => state);

describe('I11: the next start', () => {
  it('continues the thread that the agent was in, with its chat', async () => {
    await prepare(config, '');
    at.agentIsIn(B);
    at.chatShows('hello');
    expect(await prepare(config, '')).toMatchObject(planned(B));
    expect(at.read()).toMatchObject({ active: { thread: B, parent: A }, chat: B });
  });

  it('does so after settle has recorded it, which happens once', async () => {
    await prepare(config, '');
    at.agentIsIn(B);
    await settle({ ...config, run: 1 }, 0, 60);
    expect(at.read().active).toMatchObject({ thread: B });
    expect(await prepare(config, '')).toMatchObject(planned(B));
    expect(at.said().match(/moved from/g)).toHaveLength(1);
  });

  it('does not resend a prompt that went to the other thread, and knows where it is', async () => {
    await prepare(config, 'fix it');
    at.agentIsIn(B);
    at.ampHas({ [A]: [], [B]: ['fix it'] });
    expect(await prepare(config, 'fix it')).toMatchObject(planned(B));
    expect([statesOf(A), statesOf(B)]).toEqual([['waived'], ['delivered']]);
  });

  it('does not resend a prompt that was in the first thread when the agent moved', async () => {
    await prepare(config, 'fix it');
    at.agentIsIn(B);
    at.ampHas({ [A]: ['fix it'], [B]: [] });
    expect(await prepare(config, 'fix it')).toMatchObject(planned(B));
    expect([statesOf(A), statesOf(B)]).toEqual([['delivered'], ['waived']]);
  });

  it('sends a prompt that is in neither', async () => {
    await prepare(config, 'fix it');
    at.agentIsIn(B);
    at.ampHas({ [A]: [], [B]: [] });
    expect(await prepare(config, 'fix it')).toMatchObject(planned(B, 'send'));
  });

  it.each([
    ['the prompt that was typed into it', 'fix\nit', () => undefined],
    ['the last message that its chat shows', 'hello there', () => at.chatShows('fix it', 'hello there')],
  ])('follows %s, though Amp came back from there', async (_name, text, save) => {
    // At a start that loads a chat, the prompt is typed.
    await prepare(config, '');
    at.chatShows();
    await prepare(config, 'fix it');
    save();
    at.agentIsIn(A);
    at.opened(A);
    at.opened(B);
    at.ampHas({ [A]: [], [B]: ['fix it', text].slice(text === 'fix\nit' ? 1 : 0) });
    expect(await prepare(config, 'fix it')).toMatchObject(planned(B));
    expect(await prepare(config, 'fix it')).toMatchObject(planned(B));
  });

  it('goes on where a person went, whichever thread has the prompt that Amp read itself', async () => {
    await prepare(config, 'fix it');
    at.agentIsIn(B);
    at.opened(A);
    at.ampHas({ [A]: ['fix it'], [B]: [] });
    expect(await prepare(config, 'fix it')).toMatchObject(planned(B));
    expect(statesOf(A)).toEqual(['delivered']);
  });

  it('stays where the last message is, and finds the prompt where it went, sometimes without its line breaks', async () => {
    await prepare(config, 'fix it\nsoon');
    at.chatShows('fix it\nsoon', 'hello');
    at.agentIsIn(A);
    at.opened(B);
    at.ampHas({ [A]: ['hello'], [B]: ['fix itsoon'] });
    expect(await prepare(config, 'fix it\nsoon')).toMatchObject(planned(A));
    expect([statesOf(A), statesOf(B)]).toEqual([['waived'], ['delivered']]);
  });

  it("with an Amp that records only the home's last thread, follows a message of the chat and nothing less", async () => {
    await prepare(config, '');
    at.chatShows('hello');
    at.write(join(at.home, '.local/share/amp/session.json'), JSON.stringify({ lastThreadId: B }));
    at.ampHas({ [A]: [], [B]: ["a person's own"] });
    expect(await prepare(config, '')).toMatchObject(planned(A));
    at.chatShows('hello');
    at.write(join(at.home, '.local/share/amp/session.json'), JSON.stringify({ lastThreadId: B }));
    at.ampHas({ [A]: [], [B]: ['hello'] });
    expect(await prepare(config, '')).toMatchObject(planned(B));
  });

  it("takes a fork's first prompt along", async () => {
    await prepare(config, '');
    await new Key(config).change((store) => {
      store.record({ event: 'thread', thread: B, origin: 'forked', parent: A, workdir: '/w' });
      switchTo(store, B, 'fork');
    });
    expect(await prepare(config, '')).toMatchObject(planned(B, { text: mentionOf(A) }));
    at.agentIsIn(C);
    at.ampHas({ [B]: [], [C]: [mentionOf(A)] });
    expect(await prepare(config, '')).toMatchObject(planned(C));
    expect([statesOf(B), statesOf(C)]).toEqual([['waived'], ['delivered']]);
  });
});

describe('is not misled', () => {
  it.each([
    ["another key's agent", () => at.agentIsIn(B, 'other')],
    ['a file that is no record', () => at.agentIsIn('hello')],
  ])('by %s', async (_name, leave) => {
    await prepare(config, '');
    leave();
    expect(await prepare(config, '')).toMatchObject(planned(A));
  });

  it('by what an earlier agent left', async () => {
    await prepare(config, '');
    // A new terminal record of the same agent, while no agent of ours ran.
    at.agentIsIn(B);
    await prepare(config, '');
    await new Key(config).change((store) => switchTo(store, A, 'use'));
    await prepare(config, '');
    expect(await prepare(config, '')).toMatchObject(planned(A));
  });

  it('by a thread of another key, which keeps it', async () => {
    at.amp({ ...GOOD_AMP, 'threads new': `echo ${B}` });
    await prepare({ ...config, key: 'other' }, '');
    at.amp(GOOD_AMP);
    await prepare(config, '');
    at.agentIsIn(B);
    at.said();
    expect(await prepare(config, '')).toMatchObject(planned(A));
    expect(at.said()).toContain("belongs to the key 'other'");
    expect(at.read('other').active).toMatchObject({ thread: B });
  });

  it('with persistence off, nothing is followed; on again, it is', async () => {
    await prepare(config, '');
    at.agentIsIn(B);
    const off = { ...config, persistence: false };
    await prepare(off, '');
    await settle(off, 0, 60);
    await new Key(config).change(() => undefined);
    expect([new Key(config).read().active?.thread, at.read().active?.thread]).toEqual([A, A]);
    expect(await prepare(config, '')).toMatchObject(planned(B));
  });
});

describe('a command', () => {
  it('knows where the agent is now, and how it got there, without changing anything', async () => {
    await prepare(config, '');
    at.agentIsIn(B);
    const key = new Key(config);
    expect((await statusOf(key)).thread).toMatchObject({ thread: B, parent: A, active: true });
    const soon = new Date(Date.now() + 5 * 60_000);
    expect(formatStatus(await statusOf(key), soon)).toContain(
      'the agent moved here from T-aaaaaaaa 5 minutes ago',
    );
    expect(at.read().active).toMatchObject({ thread: A });
  });

  it('that chooses a thread does so after the move, which is recorded first', async () => {
    await prepare(config, '');
    at.agentIsIn(B);
    await new Key(config).change((store) => switchTo(store, A, 'use'));
    expect(at.read()).toMatchObject({ active: { thread: A }, launched: { now: B } });
    expect(await prepare(config, '')).toMatchObject(planned(A));
  });
});
