import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseThreadId } from '../../../shim/amp/thread-id.ts';
import { becomeWriter } from '../../../shim/store/writer.ts';
import { ampServerOfFile } from '../../support/amp/file-server.ts';
import { behaviours } from '../../support/amp/server.ts';
import { addAmpRuntime, installAmpDouble } from '../../support/cli/amp-double.ts';
import { isInLine, startInOrder } from '../../support/cli/line.ts';
import { CliHome } from '../../support/cli/live-home.ts';
import { waitUntil } from '../../support/wait.ts';
import { processesOf } from '../../support/workspace/machine.ts';

const amp = await ampServerOfFile();

/** Waits until this many Amp processes of a home are mid-turn. */
async function waitForTurns(home: CliHome, count: number): Promise<void> {
  await waitUntil('the Amps that take a turn', async () => {
    const seen = processesOf(home.home).filter(({ args }) => args.includes('-x'));
    return { done: seen.length === count, seen };
  });
}

it("a send that waited for its thread goes to the one that is the key's by then", async () => {
  const double = installAmpDouble();
  const home = new CliHome({ amp, ampFolder: double.dir });
  const first = await home.choose(amp);
  const id = parseThreadId(first);
  const writer = id === null ? null : await becomeWriter(home.paths(), id, 0);
  const send = home.start(['send', '--json', 'hello']);
  await isInLine(join(home.paths().writers, first), send.pid);
  const second = await home.choose(amp);
  writer?.release();
  const { exitCode, stdout } = await send.ended;
  expect({ exitCode, thread: JSON.parse(stdout).thread }).toEqual({ exitCode: 0, thread: second });
  expect([double.told(first), double.told(second)]).toEqual(['', 'hello\n']);
});

describe.each([
  ['Node', true],
  ["Amp's own executable", false],
])('sends to one key, on %s', (_name, node) => {
  it('arrive in the order in which they were issued, one after the other', async () => {
    const double = installAmpDouble();
    if (!node) addAmpRuntime(double.dir);
    const home = new CliHome({ amp, node, ampFolder: double.dir });
    const texts = ['one', 'two', 'three', 'four', 'five', 'six'];
    const ended = await startInOrder(
      home.paths().queue,
      texts.map((text) => () => home.start(['send', '--json', text])),
    );
    expect(ended.map(({ stderr }) => stderr)).toEqual(texts.map(() => ''));
    const answers = ended.map(({ stdout }) => JSON.parse(stdout));
    expect(answers.map(({ answer }) => answer)).toEqual(texts.map((text) => `I heard: ${text}`));
    expect(double.told(answers[0].thread)).toBe(`${texts.join('\n')}\n`);
  });

  it('take their Amp with them when they are ended', async () => {
    const { home } = await CliHome.withThread(amp, { node });
    amp.behave(behaviours.hang, { only: 'socket' });
    const send = home.start(['send', 'second']);
    await waitForTurns(home, 1);
    send.kill('SIGTERM');
    await send.ended;
    await waitForTurns(home, 0);
    amp.behave(behaviours.ok);
    expect(await home.run(['send', 'third'])).toMatchObject({ exitCode: 0, stdout: 'I heard: third' });
  });
});
