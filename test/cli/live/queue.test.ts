import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AmpServer, behaviours, startAmpServer } from '../../support/amp/server.ts';
import { startInOrder } from '../../support/cli/line.ts';
import { CliHome } from '../../support/cli/live-home.ts';
import { addAmpRuntime, quickAmp } from '../../support/cli/quick-amp.ts';
import { waitUntil } from '../../support/wait.ts';
import { processesOf } from '../../support/workspace/machine.ts';

let amp: AmpServer;
beforeAll(async () => {
  amp = await startAmpServer();
});
afterAll(() => amp.close());

/** Waits until this many Amp processes of a home are mid-turn. */
async function waitForTurns(home: CliHome, count: number): Promise<void> {
  await waitUntil('the Amps that take a turn', async () => {
    const seen = processesOf(home.home).filter(({ args }) => args.includes('-x'));
    return { done: seen.length === count, seen };
  });
}

describe.each([
  ['Node', true],
  ["Amp's own executable", false],
])('sends to one key, on %s', (_name, node) => {
  it('arrive in the order in which they were issued, one after the other', async () => {
    const quick = quickAmp();
    if (!node) addAmpRuntime(quick.dir);
    const home = new CliHome({ amp, node, ampFolder: quick.dir });
    const texts = ['one', 'two', 'three', 'four', 'five', 'six'];
    const ended = await startInOrder(
      home.paths().queue,
      texts.map((text) => () => home.start(['send', '--json', text])),
    );
    expect(ended.map(({ stderr }) => stderr)).toEqual(texts.map(() => ''));
    const answers = ended.map(({ stdout }) => JSON.parse(stdout));
    expect(answers.map(({ answer }) => answer)).toEqual(texts.map((text) => `heard ${text}`));
    expect(quick.told(answers[0].thread)).toBe(`${texts.join('\n')}\n`);
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
