import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { isReady } from '../../support/amp/screen.ts';
import { type AmpServer, behaviours, startAmpServer } from '../../support/amp/server.ts';
import { endOf } from '../../support/cli/agent.ts';
import { CliHome } from '../../support/cli/live-home.ts';
import { folderOf, waitForWriters, watchWriters, writersIn } from '../../support/cli/writers.ts';
import type { Terminal } from '../../support/terminal.ts';
import { messagesAt } from '../../workspace/fixture.ts';

let amp: AmpServer;
beforeAll(async () => {
  amp = await startAmpServer();
});
afterEach(() => amp.behave(behaviours.ok));
afterAll(() => amp.close());

/** Opens a thread in Amp on a terminal, and waits until it takes messages. */
async function openIn(home: CliHome, args: readonly string[], cwd?: string): Promise<Terminal> {
  const terminal = home.open(['continue', ...args], cwd);
  await terminal.until(isReady);
  return terminal;
}

describe('continue, with no agent', () => {
  it('opens the thread in its own folder, whatever the current one, and sends what is typed to it', async () => {
    const { home, thread } = await CliHome.withThread(amp);
    const elsewhere = join(home.home, 'elsewhere');
    mkdirSync(elsewhere);
    const terminal = await openIn(home, [], elsewhere);
    const [writer] = await waitForWriters(home.home, 1);
    expect(writer?.args).toEqual(['amp', 'threads', 'continue', thread]);
    expect(writer && folderOf(writer)).toBe(home.project);
    await terminal.paste('typed here');
    terminal.type('\r');
    await terminal.until((screen) => screen.includes('I heard: typed here'));
    expect(messagesAt(amp, thread)).toEqual(['first', 'typed here']);

    terminal.type('\x03');
    await terminal.until((screen) => /ctrl.?c/i.test(screen));
    terminal.type('\x03');
    expect((await terminal.ended).exitCode).toBe(0);
    expect(await home.run(['send', 'afterwards'])).toMatchObject({ exitCode: 0 });
    expect(messagesAt(amp, thread)).toEqual(['first', 'typed here', 'afterwards']);
  });

  it('opens it in the current folder when its own is gone', async () => {
    const { home } = await CliHome.withThread(amp);
    rmSync(home.project, { recursive: true });
    await openIn(home, [], home.home);
    const [writer] = await waitForWriters(home.home, 1);
    expect(writer && folderOf(writer)).toBe(home.home);
  });

  it('refuses a thread that is open in another terminal; --force opens it anyway', async () => {
    const { home, thread } = await CliHome.withThread(amp);
    const first = await openIn(home, []);
    expect(await endOf(home.open(['continue', thread]), 'close it there first')).toBe(75);
    expect(writersIn(home.home, thread)).toHaveLength(1);

    await openIn(home, ['--force']);
    expect(writersIn(home.home, thread)).toHaveLength(2);
    // The first one still holds it after the second is gone.
    expect(first.screen()).not.toBe('');
  });

  it('is ended with its terminal, and the thread is free again', async () => {
    const { home } = await CliHome.withThread(amp);
    const terminal = await openIn(home, []);
    await terminal.close();
    await waitForWriters(home.home, 0);
    await openIn(home, []);
    await waitForWriters(home.home, 1);
  });

  it('refuses a thread while a message is being sent to it', async () => {
    const { home, thread } = await CliHome.withThread(amp);
    amp.behave(behaviours.hang, { only: 'socket' });
    const send = home.start(['send', 'second']);
    await waitForWriters(home.home, 1);
    expect(await endOf(home.open(['continue']), 'a message is being sent to it')).toBe(75);
    expect(writersIn(home.home, thread)).toHaveLength(1);
    send.kill('SIGTERM');
    await send.ended;
  });

  it('needs a terminal', async () => {
    const { home } = await CliHome.withThread(amp);
    const refused = await home.run(['continue']);
    expect(refused).toMatchObject({ exitCode: 64, stdout: '' });
    expect(refused.stderr).toContain('amp-session send');
  });
});

describe('send, with the thread open in a terminal', () => {
  it('waits until it is closed', async () => {
    const { home, thread } = await CliHome.withThread(amp);
    const terminal = await openIn(home, []);
    const send = home.start(['send', 'second']);
    let ended = false;
    void send.ended.then(() => {
      ended = true;
    });
    await terminal.paste('typed meanwhile');
    terminal.type('\r');
    await terminal.until((screen) => screen.includes('I heard: typed meanwhile'));
    expect(ended).toBe(false);
    expect(writersIn(home.home, thread)).toHaveLength(1);
    await terminal.close();
    expect(await send.ended).toMatchObject({ exitCode: 0, stdout: 'I heard: second' });
    expect(messagesAt(amp, thread)).toEqual(['first', 'typed meanwhile', 'second']);
  });

  it('still waits for the Amp of one killed outright', async () => {
    const { home, thread } = await CliHome.withThread(amp);
    amp.behave(behaviours.hang, { only: 'socket' });
    const asked = amp.requests.length;
    const send = home.start(['send', 'second']);
    // Amp goes to its servers' socket once it has read the message; without one it would just end.
    await expect.poll(() => amp.requests.slice(asked).map(({ operation }) => operation)).toContain('socket');
    const [orphan] = await waitForWriters(home.home, 1);
    send.kill('SIGKILL');
    await send.ended;
    expect(writersIn(home.home, thread).map(({ pid }) => pid)).toEqual([orphan?.pid]);
    expect(await endOf(home.open(['continue']), 'a message is being sent to it')).toBe(75);
    const most = watchWriters(home.home);
    // Amp gives up the hanging socket after a while, and opens another.
    amp.behave(behaviours.ok);
    expect(await home.run(['send', 'third'])).toMatchObject({ exitCode: 0, stdout: 'I heard: third' });
    expect(most()).toBe(1);
    expect(messagesAt(amp, thread)).toEqual(['first', 'second', 'third']);
  });
});

describe('a thread that is open in a terminal', () => {
  it("can't be forgotten while it is open", async () => {
    const { home, thread } = await CliHome.withThread(amp);
    await home.run(['new']);
    await openIn(home, [thread]);
    const refused = await home.run(['forget', thread, '--yes']);
    expect(refused).toMatchObject({ exitCode: 75, stdout: '' });
    expect((await home.run(['forget', thread, '--delete', '--yes'])).exitCode).toBe(75);
    expect(amp.threads.has(thread)).toBe(true);
  });
});
