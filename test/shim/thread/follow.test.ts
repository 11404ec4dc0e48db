import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { terminalIdentity } from '../../../shim/agent/terminal-identity.ts';
import { parseThreadId, type ThreadId } from '../../../shim/amp/thread-id.ts';
import { formatStatus, statusOf } from '../../../shim/commands/status.ts';
import type { StartConfig } from '../../../shim/environment/start.ts';
import { Key } from '../../../shim/key/key.ts';
import { switchTo } from '../../../shim/key/switch.ts';
import { mentionOf } from '../../../shim/prompt/mention.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import { settle } from '../../../shim/start/settle.ts';
import { sessionPaths } from '../../../shim/store/paths.ts';
import { readSession } from '../../../shim/store/read.ts';
import { threadIn } from '../../../shim/store/session.ts';
import { GOOD_AMP, makeStart, type Start, THREAD } from '../../support/start.ts';

const A = THREAD as ThreadId;
const B = parseThreadId('T-bbbbbbbb-0000-4000-8000-000000000000') as ThreadId;
const C = parseThreadId('T-cccccccc-0000-4000-8000-000000000000') as ThreadId;

let start: Start;
let config: StartConfig;
beforeEach(() => {
  volumeAhead = 0;
  start = makeStart();
  ({ config } = start);
});

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
const read = (key = 'main') => readSession(sessionPaths(config.stateFolder, key)).session;
const statesOf = (thread: ThreadId) => threadIn(read(), thread)?.prompts.map(({ state }) => state);

/** How far the volume's clock is ahead of this machine's, in milliseconds. */
let volumeAhead = 0;

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  // The kernel's own timestamps lag the clock by some milliseconds.
  const now = new Date(Date.now() + volumeAhead);
  utimesSync(path, now, now);
}

/** Amp's record that the agent's terminal is in a thread. */
function agentIsIn(thread: string, key = 'main'): string {
  const name = `${hash(config.workdir)}-${hash(`term:${terminalIdentity(config.stateFolder, key)}`)}`;
  const path = join(start.home, `.local/share/amp/last-threads/${name}-interactive-session.json`);
  write(path, JSON.stringify(thread));
  return path;
}

/** Amp's log of a thread that some terminal of this home has had open. */
const opened = (thread: string) => write(join(start.home, `.cache/amp/logs/threads/${thread}.log`), '');

/** Amp's servers, with the user's messages in each thread. */
function ampHas(said: Record<string, readonly string[]>): void {
  const exports = Object.entries(said).map(([thread, texts]) => {
    const messages = texts.map((text) => ({ role: 'user', content: [{ type: 'text', text }] }));
    return [`threads export ${thread}`, `cat <<'END'\n${JSON.stringify({ messages })}\nEND\n`];
  });
  start.amp({ ...Object.fromEntries(exports), ...GOOD_AMP });
}

/** AgentAPI's chat, saved now. */
function chatShows(...said: readonly string[]): void {
  const time = new Date().toISOString();
  const messages = said.map((message, id) => ({ id, role: 'user', message, time }));
  const state = { version: 1, messages, initial_prompt: 'fix it', initial_prompt_sent: true };
  write(config.agentApiStateFile ?? '', JSON.stringify(state));
}

const planned = (thread: string, prompt: unknown = 'none') => ({
  prompt,
  agentArgs: ['threads', 'continue', thread],
});

describe('I11: the next start', () => {
  it('continues the thread that the agent was in, with its chat', async () => {
    await prepare(config, '');
    agentIsIn(B);
    chatShows('hello');
    expect(await prepare(config, '')).toMatchObject(planned(B));
    expect(read()).toMatchObject({ active: { thread: B, parent: A }, chat: B });
  });

  it('does so after settle has recorded it, which happens once', async () => {
    await prepare(config, '');
    agentIsIn(B);
    await settle({ ...config, run: 1 }, 0, 60);
    expect(read().active).toMatchObject({ thread: B });
    expect(await prepare(config, '')).toMatchObject(planned(B));
    expect(start.said().match(/moved from/g)).toHaveLength(1);
  });

  it('does not resend a prompt that went to the other thread, and knows where it is', async () => {
    await prepare(config, 'fix it');
    agentIsIn(B);
    ampHas({ [A]: [], [B]: ['fix it'] });
    expect(await prepare(config, 'fix it')).toMatchObject(planned(B));
    expect([statesOf(A), statesOf(B)]).toEqual([['waived'], ['delivered']]);
  });

  it('does not resend a prompt that was in the first thread when the agent moved', async () => {
    await prepare(config, 'fix it');
    agentIsIn(B);
    ampHas({ [A]: ['fix it'], [B]: [] });
    expect(await prepare(config, 'fix it')).toMatchObject(planned(B));
    expect([statesOf(A), statesOf(B)]).toEqual([['delivered'], ['waived']]);
  });

  it('sends a prompt that is in neither', async () => {
    await prepare(config, 'fix it');
    agentIsIn(B);
    ampHas({ [A]: [], [B]: [] });
    expect(await prepare(config, 'fix it')).toMatchObject(planned(B, 'send'));
  });

  it.each([
    ['the prompt that was typed into it', 'fix\nit', () => undefined],
    ['the last message that its chat shows', 'hello there', () => chatShows('fix it', 'hello there')],
  ])('follows %s, though Amp came back from there', async (_name, text, save) => {
    // At a start that loads a chat, the prompt is typed.
    await prepare(config, '');
    chatShows();
    await prepare(config, 'fix it');
    save();
    agentIsIn(A);
    opened(A);
    opened(B);
    ampHas({ [A]: [], [B]: ['fix it', text].slice(text === 'fix\nit' ? 1 : 0) });
    expect(await prepare(config, 'fix it')).toMatchObject(planned(B));
    expect(await prepare(config, 'fix it')).toMatchObject(planned(B));
  });

  it('goes on where a person went, whichever thread has the prompt that Amp read itself', async () => {
    await prepare(config, 'fix it');
    agentIsIn(B);
    opened(A);
    ampHas({ [A]: ['fix it'], [B]: [] });
    expect(await prepare(config, 'fix it')).toMatchObject(planned(B));
    expect(statesOf(A)).toEqual(['delivered']);
  });

  it('stays where the last message is, and finds the prompt where it went, sometimes without its line breaks', async () => {
    await prepare(config, 'fix it\nsoon');
    chatShows('fix it\nsoon', 'hello');
    agentIsIn(A);
    opened(B);
    ampHas({ [A]: ['hello'], [B]: ['fix itsoon'] });
    expect(await prepare(config, 'fix it\nsoon')).toMatchObject(planned(A));
    expect([statesOf(A), statesOf(B)]).toEqual([['waived'], ['delivered']]);
  });

  it("with an Amp that records only the home's last thread, follows a message of the chat and nothing less", async () => {
    await prepare(config, '');
    chatShows('hello');
    write(join(start.home, '.local/share/amp/session.json'), JSON.stringify({ lastThreadId: B }));
    ampHas({ [A]: [], [B]: ["a person's own"] });
    expect(await prepare(config, '')).toMatchObject(planned(A));
    chatShows('hello');
    write(join(start.home, '.local/share/amp/session.json'), JSON.stringify({ lastThreadId: B }));
    ampHas({ [A]: [], [B]: ['hello'] });
    expect(await prepare(config, '')).toMatchObject(planned(B));
  });

  it("takes a fork's first prompt along", async () => {
    await prepare(config, '');
    await new Key(config).change((store) => {
      store.record({ event: 'thread', thread: B, origin: 'forked', parent: A, workdir: '/w' });
      switchTo(store, B, 'fork');
    });
    expect(await prepare(config, '')).toMatchObject(planned(B, { text: mentionOf(A) }));
    agentIsIn(C);
    ampHas({ [B]: [], [C]: [mentionOf(A)] });
    expect(await prepare(config, '')).toMatchObject(planned(C));
    expect([statesOf(B), statesOf(C)]).toEqual([['waived'], ['delivered']]);
  });
});

describe('whatever the clocks say', () => {
  const HOUR_MS = 3_600_000;
  const clockIs = (ahead: number) =>
    vi.useFakeTimers({ toFake: ['Date'], now: new Date(Date.now() + ahead) });
  afterEach(() => vi.useRealTimers());

  it.each([
    ['the clock was an hour ahead at the launch', HOUR_MS, 0],
    ['the clock was an hour behind at the launch', -HOUR_MS, 0],
    ["the volume's clock is behind", 0, -30_000],
    ["the volume's clock is ahead", 0, 30_000],
  ])('the agent is followed: %s', async (_name, launch, volume) => {
    volumeAhead = volume;
    agentIsIn(A);
    clockIs(launch);
    await prepare(config, '');
    vi.useRealTimers();
    expect(await prepare(config, '')).toMatchObject(planned(A));
    clockIs(launch);
    await prepare(config, '');
    vi.useRealTimers();
    agentIsIn(B);
    expect(await prepare(config, '')).toMatchObject(planned(B));
    // Nothing has moved since.
    expect(await prepare(config, '')).toMatchObject(planned(B));
  });

  it.each([
    ['the clock was an hour ahead at the launch', HOUR_MS, 0],
    ["the volume's clock is behind", 0, -30_000],
  ])('the last message is followed: %s', async (_name, launch, volume) => {
    volumeAhead = volume;
    opened(A);
    clockIs(launch);
    await prepare(config, '');
    vi.useRealTimers();
    opened(B);
    chatShows('hello');
    ampHas({ [A]: [], [B]: ['hello'] });
    expect(await prepare(config, '')).toMatchObject(planned(B));
  });

  it('what was there at the launch is not the last message', async () => {
    await prepare(config, '');
    chatShows('hello');
    await prepare(config, '');
    opened(B);
    // Saved again, as AgentAPI does at its end.
    write(config.agentApiStateFile ?? '', readFileSync(config.agentApiStateFile ?? '', 'utf8'));
    ampHas({ [A]: [], [B]: ['hello'] });
    expect(await prepare(config, '')).toMatchObject(planned(A));
  });
});

describe('is not misled', () => {
  it.each([
    ["another key's agent", () => agentIsIn(B, 'other')],
    ['a file that is no record', () => agentIsIn('hello')],
  ])('by %s', async (_name, leave) => {
    await prepare(config, '');
    leave();
    expect(await prepare(config, '')).toMatchObject(planned(A));
  });

  it('by what an earlier agent left', async () => {
    await prepare(config, '');
    // A new terminal record of the same agent, while no agent of ours ran.
    agentIsIn(B);
    await prepare(config, '');
    await new Key(config).change((store) => switchTo(store, A, 'use'));
    await prepare(config, '');
    expect(await prepare(config, '')).toMatchObject(planned(A));
  });

  it('by a thread of another key, which keeps it', async () => {
    start.amp({ ...GOOD_AMP, 'threads new': `echo ${B}` });
    await prepare({ ...config, key: 'other' }, '');
    start.amp(GOOD_AMP);
    await prepare(config, '');
    agentIsIn(B);
    start.said();
    expect(await prepare(config, '')).toMatchObject(planned(A));
    expect(start.said()).toContain("belongs to the key 'other'");
    expect(read('other').active).toMatchObject({ thread: B });
  });

  it('with persistence off, nothing is followed; on again, it is', async () => {
    await prepare(config, '');
    agentIsIn(B);
    const off = { ...config, persistence: false };
    await prepare(off, '');
    await settle(off, 0, 60);
    await new Key(config).change(() => undefined);
    expect([new Key(config).read().active?.thread, read().active?.thread]).toEqual([A, A]);
    expect(await prepare(config, '')).toMatchObject(planned(B));
  });
});

describe('a command', () => {
  it('knows where the agent is now, and how it got there, without changing anything', async () => {
    await prepare(config, '');
    agentIsIn(B);
    const key = new Key(config);
    expect((await statusOf(key)).thread).toMatchObject({ thread: B, parent: A, active: true });
    const soon = new Date(Date.now() + 5 * 60_000);
    expect(formatStatus(await statusOf(key), soon)).toContain(
      'the agent moved here from T-aaaaaaaa 5 minutes ago',
    );
    expect(read().active).toMatchObject({ thread: A });
  });

  it('that chooses a thread does so after the move, which is recorded first', async () => {
    await prepare(config, '');
    agentIsIn(B);
    await new Key(config).change((store) => switchTo(store, A, 'use'));
    expect(read()).toMatchObject({ active: { thread: A }, launched: { now: B } });
    expect(await prepare(config, '')).toMatchObject(planned(A));
  });
});
