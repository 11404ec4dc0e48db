import { describe, expect, it } from 'vitest';
import { ampServerOfFile } from '../../support/amp/file-server.ts';
import { behaviours } from '../../support/amp/server.ts';
import { CliHome } from '../../support/cli/live-home.ts';
import { refusal } from '../../support/cli/refusal.ts';
import { waitForWriters, writersIn } from '../../support/cli/writers.ts';
import { mention, messagesAt } from '../../workspace/fixture.ts';

const amp = await ampServerOfFile();

/** Sends a message and ends its Amp, and not the send, once its servers have the message. */
async function cutOff(home: CliHome, thread: string, args: readonly string[], count: number) {
  const release = amp.holdTurns();
  const send = home.start(args);
  await expect.poll(() => messagesAt(amp, thread).length).toBe(count);
  const [writer] = await waitForWriters(home.home, 1);
  if (writer !== undefined) process.kill(writer.pid, 'SIGTERM');
  const ended = await send.ended;
  release();
  return ended;
}

describe('a turn that is cut off', () => {
  it.each([[[]], [['--json']], [['--stream-json']]])('is no answer: send %j fails', async (options) => {
    const { home, thread } = await CliHome.withThread(amp);
    const sent = await cutOff(home, thread, ['send', ...options, 'second'], 2);
    expect(sent.exitCode).toBe(69);
    expect(sent.stderr).toContain('may or may not have reached');
    if (!options.some((option) => option === '--stream-json')) expect(sent.stdout).toBe('');
    expect(await home.run(['send', 'third'])).toMatchObject({ exitCode: 0, stdout: 'I heard: third' });
  });

  it("leaves a fork's first words open until Amp says whether they have arrived", async () => {
    const { home, thread: parent } = await CliHome.withThread(amp);
    const { thread } = JSON.parse((await home.run(['fork', '--json'])).stdout);
    await cutOff(home, thread, ['send', 'go on'], 1);
    const isOpen = async (command: string) => {
      const printed = JSON.parse((await home.run([command, '--json'])).stdout);
      return (command === 'status' ? printed.thread : printed).undelivered;
    };
    expect(await isOpen('status')).toBe(true);
    expect(await home.run(['send', 'go on'])).toMatchObject({ exitCode: 0 });
    expect(await isOpen('status')).toBe(false);
    expect(messagesAt(amp, thread)).toEqual([`${mention(parent)}\n\ngo on`, 'go on']);

    const { thread: second } = JSON.parse((await home.run(['fork', '--json'])).stdout);
    await cutOff(home, second, ['send', 'go on'], 1);
    expect(await isOpen('show')).toBe(false);
    expect(await isOpen('status')).toBe(false);

    const { thread: third } = JSON.parse((await home.run(['fork', '--json'])).stdout);
    amp.behave(behaviours.hang, { only: 'message' });
    const lost = home.start(['send', 'go on']);
    const [writer] = await waitForWriters(home.home, 1);
    if (writer !== undefined) process.kill(writer.pid, 'SIGTERM');
    expect((await lost.ended).exitCode).not.toBe(0);
    amp.behave(behaviours.ok);
    expect(await isOpen('show')).toBe(true);
    expect(await home.run(['send', 'go on'])).toMatchObject({ exitCode: 0 });
    expect(messagesAt(amp, third)).toEqual([`${mention(second)}\n\ngo on`]);
  });
});

it('says that nothing was sent to a thread that another Amp has open', async () => {
  const { home, thread } = await CliHome.withThread(amp);
  const other = await CliHome.withThread(amp);
  await other.home.run(['use', thread]);
  const release = amp.holdTurns();
  const first = other.home.start(['send', 'from elsewhere']);
  await expect.poll(() => messagesAt(amp, thread)).toEqual(['first', 'from elsewhere']);
  expect(await home.run(['send', 'second'])).toMatchObject(refusal(75, 'Nothing was sent'));
  release();
  expect((await first.ended).exitCode).toBe(0);
  expect(messagesAt(amp, thread)).toEqual(['first', 'from elsewhere']);
  expect(writersIn(home.home, thread)).toEqual([]);
});
