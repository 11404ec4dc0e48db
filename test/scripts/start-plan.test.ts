import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { asOrdinaryUser } from '../support/script.ts';
import { useStartScript } from '../support/scripts/start.ts';

const start = useStartScript();

describe('start.sh', () => {
  it('restarts AgentAPI for as long as settle says so', async () => {
    start().session('none\\0chat\\0end\\0', '[[ $(wc -l <"$HOME/runs") -lt 3 ]] || exit 3');
    await start().run();
    expect(start().read('runs')).toBe('run\nrun\nrun\n');
  });

  it('starts nothing when the plan refuses', async () => {
    start().session('refuse\\0');
    const run = await start().run();
    expect(run.exitCode).toBe(0);
    expect(start().read('runs')).toBe('');
  });

  it.each([
    ['is cut short', 'send\\0chat\\0threads\\0continue\\0T-'],
    ['is empty', ''],
    ['has something in front', 'Welcome!\\nnone\\0chat\\0threads\\0continue\\0T-1\\0end\\0'],
    ['has a word in front', 'noise\\0none\\0chat\\0threads\\0continue\\0T-1\\0end\\0'],
    ['lacks its second word', 'none\\0threads\\0continue\\0T-1\\0end\\0'],
    ['refuses and more', 'noise\\0refuse\\0'],
  ])('I9: starts the agent without persistence when the plan %s', async (_name, plan) => {
    start().session(plan);
    const run = await start().run({ AGENTAPI_STATE_FILE: '/state.json' }, 'fix it');
    expect(start().words('agentapi-args').at(-1)).toBe('amp');
    expect(start().read('prompt-given')).toBe('fix it');
    expect(start().read('agentapi-env')).toBe('state=none\n');
    expect(run.all).toContain('The agent starts without persistence');
  });

  it('I4: passes no prompt without a plan where anything was recorded before', async () => {
    start().session('nothing');
    mkdirSync(start().inHome('.amp-module/sessions/another'), { recursive: true });
    const run = await start().run({}, 'fix it');
    expect(start().read('prompt-given')).toBe('');
    expect(start().words('agentapi-args').at(-1)).toBe('amp');
    expect(run.all).toContain('It gets no prompt, because it may already have received it.');
    // With persistence off every start is a first one.
    await start().run({ AMP_MODULE_PERSISTENCE: 'false' }, 'fix it');
    expect(start().read('prompt-given')).toBe('fix it');
  });

  it.each([
    ["can't be read", (sessions: string) => writeFileSync(sessions, '')],
    ['is on a volume that is not there', (sessions: string) => symlinkSync('/nowhere/sessions', sessions)],
  ])('I4: passes no prompt without a plan where the record %s', async (_name, damage) => {
    start().session('nothing');
    damage(start().inHome('.amp-module/sessions'));
    const run = await start().run({}, 'fix it');
    expect(start().read('prompt-given')).toBe('');
    expect(start().words('agentapi-args').at(-1)).toBe('amp');
    expect(run.all).toContain('It gets no prompt, because it may already have received it.');
  });

  it("I4: passes no prompt beside another user's record, which this one can't look into", async () => {
    start().session('nothing');
    const theirs = start().inHome('theirs');
    mkdirSync(join(theirs, 'amp/sessions/main'), { recursive: true });
    const wrapper = asOrdinaryUser(join(start().machine.home, '..'));
    if (wrapper.length > 0) chownSync(theirs, 0, 0);
    chmodSync(theirs, wrapper.length > 0 ? 0o700 : 0o000);
    onTestFinished(() => chmodSync(theirs, 0o700));
    const run = await start().run({ AMP_MODULE_STATE_DIR: join(theirs, 'amp') }, 'fix it', [], { wrapper });
    expect(run.all).toContain('It gets no prompt, because it may already have received it.');
    expect(start().read('prompt-given')).toBe('');
    expect(start().words('agentapi-args').at(-1)).toBe('amp');
  });

  it('I4: passes a prompt once where a later run of the same start has no plan', async () => {
    start().session('send\\0chat\\0end\\0', 'rm -- "$0"; exit 0');
    const run = await start().run({ AMP_MODULE_PERSISTENCE: 'false' }, 'fix it');
    expect(start().read('runs')).toBe('run\nrun\n');
    expect(start().read('prompt-given')).toBe('');
    expect(run.all).toContain('It gets no prompt, because it may already have received it.');
  });

  it('I4, I9: uses the amp-session of an earlier start where the new one could not be placed', async () => {
    renameSync(start().inHome('.amp-module/bundle/none'), start().inHome('.amp-module/bundle/older'));
    symlinkSync('older/main.cjs', start().inHome('.amp-module/bundle/current.cjs'));
    start().session('none\\0chat\\0threads\\0continue\\0T-1\\0end\\0', 'exit 3', { bundle: 'older' });
    const run = await start().run({}, 'fix it');
    expect(run.all).toContain("This version's amp-session isn't in");
    expect(start().read('bundle-asked')).toBe('current\n');
    expect(start().words('agentapi-args').at(-1)).toBe('T-1');
    expect(start().read('prompt-given')).toBe('');
  });

  it('I9: starts the agent without persistence when the bundle never arrives', async () => {
    rmSync(start().inHome('.amp-module'), { recursive: true });
    start().agentapi(`printf '%s\\0' "$@" >"$HOME/agentapi-args"`);
    const run = await start().run();
    expect(start().words('agentapi-args').at(-1)).toBe('amp');
    expect(run.all).toContain('The agent starts without persistence');
  });

  it('carries on when settle itself fails', async () => {
    start().session('none\\0chat\\0end\\0', '[[ $(wc -l <"$HOME/runs") -lt 2 ]] && exit 1; exit 3');
    await start().run();
    expect(start().read('runs')).toBe('run\nrun\n');
  });
});
