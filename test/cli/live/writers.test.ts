import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ampServerOfFile } from '../../support/amp/file-server.ts';
import { isReady } from '../../support/amp/screen.ts';
import { behaviours } from '../../support/amp/server.ts';
import { quit, say } from '../../support/amp/typing.ts';
import { endOf } from '../../support/cli/agent.ts';
import { isInLine } from '../../support/cli/line.ts';
import { CliHome } from '../../support/cli/live-home.ts';
import { folderOf, waitForWriters, watchWriters, writersIn } from '../../support/cli/writers.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { makeProgram } from '../../support/script.ts';
import type { Terminal } from '../../support/terminal.ts';
import { messagesAt } from '../../workspace/fixture.ts';

const amp = await ampServerOfFile();

/** Opens a thread in Amp on a terminal, and waits until it takes messages. */
async function openIn(home: CliHome, args: readonly string[], cwd?: string): Promise<Terminal> {
  const terminal = home.open(['continue', ...args], cwd);
  await terminal.until(isReady);
  return terminal;
}

describe('continue, with no agent', () => {
  it('opens the thread in its own folder, whatever the current one, and sends what is typed; a send waits until it is closed', async () => {
    const { home, thread } = await CliHome.withThread(amp);
    const elsewhere = join(home.home, 'elsewhere');
    mkdirSync(elsewhere);
    const terminal = await openIn(home, [], elsewhere);
    const [writer] = await waitForWriters(home.home, 1);
    expect(writer?.args).toEqual(['amp', 'threads', 'continue', thread]);
    expect(writer && folderOf(writer)).toBe(home.project);
    const send = home.start(['send', 'afterwards']);
    let ended = false;
    void send.ended.then(() => {
      ended = true;
    });
    await isInLine(join(home.paths().writers, thread), send.pid);
    await say(terminal, 'typed here');
    expect(messagesAt(amp, thread)).toEqual(['first', 'typed here']);
    expect(ended).toBe(false);
    expect(writersIn(home.home, thread)).toHaveLength(1);

    expect((await quit(terminal)).exitCode).toBe(0);
    expect(await send.ended).toMatchObject({ exitCode: 0, stdout: 'I heard: afterwards' });
    expect(messagesAt(amp, thread)).toEqual(['first', 'typed here', 'afterwards']);
  });

  it('opens it in the current folder when its own is gone', async () => {
    const ampFolder = temporaryFolder();
    const called = join(ampFolder, 'called');
    makeProgram(join(ampFolder, 'amp'), `echo "$PWD: $*" >'${called}'`);
    const { home, thread } = await CliHome.withThread(amp, { ampFolder });
    rmSync(home.project, { recursive: true });
    expect((await home.open(['continue'], home.home).ended).exitCode).toBe(0);
    expect(readFileSync(called, 'utf8')).toBe(`${home.home}: threads continue ${thread}\n`);
  });

  it("is the thread's only one, except by --force: it can't be opened or forgotten until the terminal is gone", async () => {
    const { home, thread } = await CliHome.withThread(amp);
    // An active thread can't be forgotten anyway.
    await home.choose(amp);
    const first = await openIn(home, [thread]);
    expect(await endOf(home.open(['continue', thread]), 'close it there first')).toBe(75);
    expect(writersIn(home.home, thread)).toHaveLength(1);
    const refused = await home.run(['forget', thread, '--yes']);
    expect(refused).toMatchObject({ exitCode: 75, stdout: '' });
    expect((await home.run(['forget', thread, '--delete', '--yes'])).exitCode).toBe(75);
    expect(amp.threads.has(thread)).toBe(true);

    const second = home.open(['continue', thread, '--force']);
    // Amp's own words: what is typed here now, the first one runs.
    await second.until((screen) => screen.includes('Thread Already Running'));
    expect(writersIn(home.home, thread)).toHaveLength(2);
    await second.close();
    await waitForWriters(home.home, 1);
    // The first one still holds it after the second is gone.
    expect(await endOf(home.open(['continue', thread]), 'close it there first')).toBe(75);
    expect(first.screen()).not.toBe('');

    await first.close();
    await waitForWriters(home.home, 0);
    await openIn(home, [thread]);
    await waitForWriters(home.home, 1);
  });
});

describe('a thread to which a message is being sent', () => {
  it('is refused to a terminal, and to the next send until Amp ends, even if the first send was killed outright', async () => {
    const { home, thread } = await CliHome.withThread(amp);
    amp.behave(behaviours.hang, { only: 'socket' });
    const asked = amp.requests.length;
    const send = home.start(['send', 'second']);
    // Amp goes to its servers' socket once it has read the message; without one it would just end.
    await expect.poll(() => amp.requests.slice(asked).map(({ operation }) => operation)).toContain('socket');
    const [orphan] = await waitForWriters(home.home, 1);
    const isRefused = async () => {
      expect(await endOf(home.open(['continue']), 'a message is being sent to it')).toBe(75);
      expect(writersIn(home.home, thread).map(({ pid }) => pid)).toEqual([orphan?.pid]);
    };
    await isRefused();
    send.kill('SIGKILL');
    await send.ended;
    await isRefused();
    const most = watchWriters(home.home);
    // Amp gives up the hanging socket after a while, and opens another.
    amp.behave(behaviours.ok);
    expect(await home.run(['send', 'third'])).toMatchObject({ exitCode: 0, stdout: 'I heard: third' });
    expect(most()).toBe(1);
    expect(messagesAt(amp, thread)).toEqual(['first', 'second', 'third']);
  });
});
