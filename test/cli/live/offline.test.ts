import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AMP_FAILURES } from '../../support/amp/failures.ts';
import { ampServerOfFile } from '../../support/amp/file-server.ts';
import { realAmpDir } from '../../support/amp/real-amp.ts';
import { behaviours } from '../../support/amp/server.ts';
import { CliHome } from '../../support/cli/live-home.ts';
import { refusal } from '../../support/cli/refusal.ts';
import { stateOf } from '../../support/cli/state.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { makeProgram } from '../../support/script.ts';
import { messagesAt } from '../../workspace/fixture.ts';

const amp = await ampServerOfFile();

describe('read-only commands', () => {
  it("don't call Amp, and change nothing", async () => {
    const { home, thread } = await CliHome.withThread(amp);
    const before = { requests: amp.requests.length, files: stateOf(home.paths().folder) };
    const looks = [['status'], ['list'], ['list', '--all'], ['show'], ['show', thread], ['export']];
    for (const look of looks) {
      const json = look[0] === 'export' ? [] : ['--json'];
      for (const args of [look, [...look, ...json]]) {
        const { exitCode, stdout, stderr } = await home.run(args);
        expect({ args, exitCode, stderr }).toEqual({ args, exitCode: 0, stderr: '' });
        expect(stdout).toContain(thread);
      }
    }
    expect(amp.requests.length).toBe(before.requests);
    expect(stateOf(home.paths().folder)).toEqual(before.files);
  });
});

/**
 * An `amp` that creates no thread because nobody is logged in, in the real one's words; everything else goes
 * to the real one.
 */
function loggedOutAmp(): string {
  const { newSays } = AMP_FAILURES.find(({ name }) => name === 'logged out')!;
  const dir = temporaryFolder();
  makeProgram(
    join(dir, 'amp'),
    `case "$*" in
      *'threads new') echo "${newSays}" >&2; exit 1 ;;
      *) exec '${join(realAmpDir(), 'amp')}' "$@" ;;
    esac`,
  );
  return dir;
}

describe('without Amp', () => {
  it.each([
    ['offline', "can't be reached"],
    ['logged out', 'not logged in'],
  ])('%s: new and fork change nothing, send keeps the thread', async (how, why) => {
    const ampFolder = how === 'offline' ? realAmpDir() : loggedOutAmp();
    const { home, thread } = await CliHome.withThread(amp, { ampFolder });
    const before = stateOf(home.paths().folder);
    const env = how === 'offline' ? { AMP_URL: await amp.unreachableUrl() } : {};
    if (how === 'logged out') amp.behave(behaviours.loggedOut);

    for (const command of ['new', 'fork']) {
      expect(await home.run([command], { env })).toMatchObject(
        refusal(69, new RegExp(`^amp-session: .*${why}.*Nothing was changed\\.$`)),
      );
    }
    expect(Object.keys(stateOf(home.paths().folder))).toEqual(Object.keys(before));
    expect(stateOf(home.paths().folder)['history.jsonl']).toBe(before['history.jsonl']);

    expect(await home.run(['send', 'second'], { env })).toMatchObject(
      refusal(69, 'the thread stays recorded'),
    );
    expect(await home.run(['send', '--key', 'fresh', 'hello'], { env })).toMatchObject(
      refusal(69, 'Nothing was sent'),
    );

    amp.behave(behaviours.ok);
    expect(JSON.parse((await home.run(['send', '--json', 'third'])).stdout)).toMatchObject({ thread });
    expect(messagesAt(amp, thread)).toEqual(['first', 'third']);
  });

  it("a recorded thread that can't be checked is used anyway; an unknown one is not", async () => {
    const { home, thread } = await CliHome.withThread(amp);
    await home.choose(amp);
    const env = { AMP_URL: await amp.unreachableUrl() };
    const used = await home.run(['use', thread], { env });
    expect(used).toMatchObject({ exitCode: 0, stdout: thread });
    expect(used.stderr).toContain('It will be used anyway');

    const foreign = amp.addThread();
    const refused = await home.run(['use', foreign], { env });
    expect(refused).toMatchObject({ exitCode: 69, stdout: '' });
    expect((await home.run(['show', foreign])).exitCode).toBe(66);
  });

  it('while one command waits for a slow Amp, others can still reach the record', async () => {
    const { home, thread } = await CliHome.withThread(amp);
    const requests = amp.requests.length;
    amp.behave(behaviours.hang, { only: 'createThread' });
    const slow = home.start(['new']);
    await expect
      .poll(() => amp.requests.slice(requests).map(({ operation }) => operation))
      .toContain('createThread');
    const renamed = await home.run(['rename', thread, 'meanwhile']);
    slow.kill('SIGTERM');
    await slow.ended;
    expect(renamed).toMatchObject({ exitCode: 0, stdout: `${thread} (meanwhile)` });
  });
});

describe('a thread that Amp no longer has', () => {
  it('is replaced by a send, with the reason in the history', async () => {
    const { home, thread } = await CliHome.withThread(amp);
    amp.removeThread(thread);
    const { exitCode, stdout, stderr } = await home.run(['send', '--json', 'second']);
    expect(exitCode).toBe(0);
    const next = JSON.parse(stdout).thread;
    expect(next).not.toBe(thread);
    expect(stderr).toContain(`${thread} is kept in the history and ${next} takes its place`);
    expect(messagesAt(amp, next)).toEqual(['second']);
    const shown = JSON.parse((await home.run(['show', thread, '--json'])).stdout);
    expect(shown).toMatchObject({
      active: false,
      ended: { reason: expect.stringContaining('no longer exists') },
    });
  });

  it('archived by somebody: it is unarchived and receives the message once', async () => {
    const { home, thread } = await CliHome.withThread(amp);
    const kept = amp.threads.get(thread);
    if (kept !== undefined) kept.archived = true;
    expect(await home.run(['send', 'second'])).toMatchObject({ exitCode: 0, stdout: 'I heard: second' });
    expect(messagesAt(amp, thread)).toEqual(['first', 'second']);
    expect(kept?.archived).toBe(false);
  });
});
