import { describe, expect, it } from 'vitest';
import { EXIT } from '../../../shim/system/exit.ts';
import { ampServerOfFile } from '../../support/amp/file-server.ts';
import { behaviours } from '../../support/amp/server.ts';
import { CliHome } from '../../support/cli/live-home.ts';
import { recordThread } from '../../support/cli/record.ts';
import { refusal } from '../../support/cli/refusal.ts';

const ESCAPE = '\u001b';

const amp = await ampServerOfFile();

/** A key's thread in which three things were said. */
async function withTalk() {
  const home = new CliHome({ amp });
  const thread = amp.addThread({
    messages: [
      { role: 'user', text: 'the login page\nredirects twice' },
      { role: 'assistant', text: `Fixed.${ESCAPE}[2J` },
      { role: 'user', text: 'thank you' },
    ],
  });
  await recordThread({ stateFolder: home.stateFolder, workdir: home.project }, thread, 1);
  return { home, thread };
}

describe('show', () => {
  it('--messages prints what was said last, and no more than was asked for', async () => {
    const { home } = await withTalk();
    expect(await home.run(['show', '--messages'])).toMatchObject({
      exitCode: 0,
      stdout: 'You\nthe login page\nredirects twice\n\nAmp\nFixed. [2J\n\nYou\nthank you',
    });
    expect((await home.run(['show', '-m', '1'])).stdout).toBe('You\nthank you');
    const { messages } = JSON.parse((await home.run(['show', '--messages=2', '--json'])).stdout);
    expect(messages.map(({ role }: { role: string }) => role)).toEqual(['assistant', 'user']);
  });

  it('--messages keeps the title that comes along', async () => {
    const { home, thread } = await withTalk();
    amp.threads.get(thread)!.title = 'Fix the login page';
    await home.run(['show', '--messages']);
    expect((await home.run(['status', '--line'])).stdout).toMatch(/^Fix the login page: /);
  });

  it('--markdown prints the whole conversation as Amp writes it, on a terminal without what moves the cursor', async () => {
    const { home, thread } = await withTalk();
    const { stdout, exitCode } = await home.run(['show', thread, '--markdown']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('the login page\nredirects twice');
    expect(stdout).toContain(`Fixed.${ESCAPE}[2J`);
    const shown = home.open(['show', thread, '--markdown']);
    expect(await shown.ended).toMatchObject({ exitCode: 0 });
    expect(shown.screen()).toContain('thank you');
    expect(shown.raw()).not.toContain(`${ESCAPE}[2J`);
  });

  it('--remote has what the thread has cost, if Amp says it', async () => {
    const { home } = await withTalk();
    expect((await home.run(['show', '--remote'])).stdout).toMatch(/^usage +.*\$0\.42/m);
    expect(JSON.parse((await home.run(['show', '--json'])).stdout).usage).toBeNull();
    amp.behave(behaviours.nonsense, { only: 'threadDisplayCostInfo' });
    const { exitCode, stdout } = await home.run(['show', '--remote']);
    expect({ exitCode, hasUsage: /^usage/m.test(stdout) }).toEqual({ exitCode: 0, hasUsage: false });
  });

  it.each([['--messages'], ['--markdown']])('%s says so if Amp gives nothing', async (option) => {
    const { home, thread } = await withTalk();
    amp.removeThread(thread);
    expect(await home.run(['show', option])).toMatchObject({ exitCode: EXIT.missing, stdout: '' });
    amp.behave(behaviours.nonsense);
    expect(await home.run(['show', option])).toMatchObject(
      refusal(EXIT.unavailable, /^amp-session: Amp did not give the conversation of T-\S+ \(.*\)\.$/),
    );
  });
});

describe('search', () => {
  it("shows the key's threads in which something was said, and those of no other workspace", async () => {
    const { home, thread } = await withTalk();
    await home.choose(amp);
    const foreign = amp.addThread({ messages: [{ role: 'user', text: 'redirects' }] });
    const { stdout, exitCode } = await home.run(['search', 'redirects', 'twice']);
    expect(exitCode).toBe(0);
    expect(stdout.split('\n').map((row) => row.split('\t')[0])).toEqual([thread]);
    expect(stdout).not.toContain(foreign);
  });

  it('finds threads by their names, too, and says if there are none', async () => {
    const { home, thread } = await withTalk();
    await home.run(['rename', thread, 'Deploy on Friday']);
    expect((await home.run(['search', 'friday deploy'])).stdout).toContain(thread);
    expect(await home.run(['search', '--nothing'])).toMatchObject({ exitCode: EXIT.usage });
    expect(await home.run(['search', '--', '--nothing'])).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: "amp-session: No thread of the key 'main' matches.",
    });
  });

  it('says so if Amp does not search', async () => {
    const { home } = await withTalk();
    amp.behave(behaviours.nonsense);
    expect(await home.run(['search', 'redirects'])).toMatchObject(
      refusal(EXIT.unavailable, /^amp-session: Amp did not search its threads \(.*\)\.$/),
    );
  });
});
