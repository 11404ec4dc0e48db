import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { answered, ran } from '../support/amp/runner.ts';
import { isReady } from '../support/amp/screen.ts';
import { openSession, session, threadOf } from '../support/cli/agent.ts';
import { waitForWriters, writersIn } from '../support/cli/writers.ts';
import { makeProgram } from '../support/script.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { fixtureOfFile, threadIn } from './fixture.ts';
import { ownThread, registration, runnerWorkspace } from './runner.ts';

const fixture = await fixtureOfFile();
const { amp, workspace } = fixture;

/** As the module coder/agent-firewall hands them out, with a blank and an ampersand in between. */
const [WRAPPER, CONFIG] = ['$HOME/fire & wall/wrapper.sh', '$HOME/fire & wall/config.yaml'];
const INSIDE = 'inside';

/** Takes options, `--` and a command, as the firewall does, and marks what it runs. */
function installFirewall({ home }: Workspace): void {
  mkdirSync(join(home, 'fire & wall'));
  makeProgram(
    join(home, 'fire & wall/wrapper.sh'),
    `[[ $1 == "--config=$HOME/fire & wall/config.yaml" && $2 == -- ]] || exit 70
shift 2
export FIREWALL=${INSIDE}
exec "$@"`,
  );
}

/** Whether a running Amp is inside. */
const isInside = (pid: number) =>
  readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`FIREWALL=${INSIDE}`);

/** Has Amp run a command that prints where it is. */
const WHERE = 'run: echo "Amp is $FIREWALL"';

/** One message to a key, and what Amp's command printed. */
const send = async (dev: Workspace, key: string) =>
  (await session(dev, 'send', WHERE, '--key', key))['answer'];

it('every Amp that can run commands runs inside the firewall, cold and warm; without one, nothing goes in front of Amp', async () => {
  const dev = await workspace({
    inputs: { agent_firewall_wrapper_path: WRAPPER, boundary_config_path: CONFIG },
  });
  installFirewall(dev);
  const [wrapper, config] = [WRAPPER, CONFIG].map((path) => path.replace('$HOME', dev.home));
  for (const start of ['cold', 'warm']) {
    await dev.start();
    const thread = threadIn(dev.agentArgs());
    expect(dev.agentArgs(), start).toEqual([
      wrapper,
      `--config=${config}`,
      '--',
      'amp',
      'threads',
      'continue',
      thread,
    ]);
    await dev.agentapi.waitForStatus('stable');
    const agents = await waitForWriters(dev.home, 1);
    expect(
      agents.map(({ pid, args }) => [threadIn(args), isInside(pid)]),
      start,
    ).toEqual([[thread, true]]);

    // A key of its own, whose Amp is none of the agent's.
    expect(await send(dev, 'telegram:652'), start).toContain(`Amp is ${INSIDE}`);

    // The agent's own key, while it has another thread for the next start.
    const other = await threadOf(dev, 'new');
    expect(await send(dev, 'main'), start).toContain(`Amp is ${INSIDE}`);
    await session(dev, 'use', thread);
    const terminal = openSession(dev, ['continue', other]);
    await terminal.until(isReady);
    expect(
      writersIn(dev.home, other).map(({ pid }) => isInside(pid)),
      start,
    ).toEqual([true]);
    await terminal.close();

    await dev.stop();
  }

  // What an agent has recorded is no condition for it.
  await dev.start();
  writeFileSync(join(dev.stateFolder, 'sessions/main/runner.json'), '{');
  expect(await send(dev, 'telegram:652')).toContain(`Amp is ${INSIDE}`);
  await dev.stop();

  // Without a firewall nothing goes in front of Amp, and it confines no key from the next start on.
  await dev.change({ agent_firewall_wrapper_path: null, boundary_config_path: '' });
  await dev.start();
  expect(dev.agentArgs().slice(0, 3)).toEqual(['amp', 'threads', 'continue']);
  expect(await send(dev, 'telegram:652')).toContain('Amp is \\n');
});

it("a runner is inside, too: what is begun on Amp's site, and what is sent through it", async () => {
  const { dev, name } = await runnerWorkspace(fixture, {
    inputs: { agent_firewall_wrapper_path: WRAPPER, boundary_config_path: CONFIG },
  });
  installFirewall(dev);
  for (const start of ['cold', 'warm']) {
    await dev.start();
    await registration(amp, name);
    const own = ownThread(dev);
    const web = amp.addThread();
    amp.runners.ask(name, web);
    for (const thread of [own, web])
      expect(await ran(amp, thread, 'echo "Amp is $FIREWALL"'), start).toContain(`Amp is ${INSIDE}`);
    const sent = async () =>
      expect(await session(dev, 'send', WHERE), start).toMatchObject({ via: 'runner', thread: own });
    expect(await answered(amp, own, sent), start).toContain(`Amp is ${INSIDE}`);
    await dev.stop();
  }
});

it('every Amp that can run commands runs inside the boundary of enable_boundary', async () => {
  const dev = await workspace({ inputs: { enable_boundary: true, use_boundary_directly: true } });
  mkdirSync(join(dev.home, '.local/bin'), { recursive: true });
  makeProgram(
    join(dev.home, '.local/bin/boundary'),
    `[[ $1 == -- ]] || exit 70\nshift\nexport FIREWALL=${INSIDE}\nexec "$@"`,
  );
  for (const start of ['cold', 'warm']) {
    await dev.start();
    expect(dev.agentArgs().slice(0, 2), start).toEqual([
      join(dev.agentApiFolder, 'boundary-wrapper.sh'),
      'amp',
    ]);
    await dev.agentapi.waitForStatus('stable');
    expect(
      (await waitForWriters(dev.home, 1)).map(({ pid }) => isInside(pid)),
      start,
    ).toEqual([true]);
    expect(await send(dev, 'telegram:652'), start).toContain(`Amp is ${INSIDE}`);
    await dev.stop();
  }
});
