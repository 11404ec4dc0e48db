// What the tests of `enable_runner` share: a workspace whose only Amp is a runner, and Amp's site beside it.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AmpServer } from '../support/amp/server.ts';
import type { ModuleInput } from '../support/terraform/stacks.ts';
import { waitUntil } from '../support/wait.ts';
import type { WorkspaceOptions } from '../support/workspace/environment.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import { type Fixture, historyOf, threadHas } from './fixture.ts';

let count = 0;

/** A workspace whose only Amp is a runner, with a name of its own on the stub that the tests of a file share. */
export async function runnerWorkspace(
  { workspace }: Fixture,
  { inputs, ...options }: Partial<WorkspaceOptions> = {},
): Promise<{ readonly name: string; readonly dev: Workspace }> {
  count += 1;
  const name = `box-${count}`;
  const all = {
    enable_runner: true,
    runner_name: name,
    enable_agentapi: false,
    agentapi_port: null,
    ...inputs,
  };
  return { name, dev: await workspace({ inputs: all, ...options }) };
}

/**
 * A running one, whose runner serves the key's own thread and one that somebody began on Amp's site. The prompt in
 * `inputs`, if any, has arrived.
 */
export async function servingWorkspace(
  fixture: Fixture,
  inputs: Readonly<Record<string, ModuleInput>> = {},
): Promise<{ readonly name: string; readonly dev: Workspace; readonly own: string; readonly web: string }> {
  const { amp } = fixture;
  const { dev, name } = await runnerWorkspace(fixture, { inputs });
  await dev.start();
  await registration(amp, name);
  const own = ownThread(dev);
  if (inputs['ai_prompt'] !== undefined) await threadHas(amp, own, [String(inputs['ai_prompt'])]);
  const web = amp.addThread();
  amp.runners.ask(name, web);
  await serves(amp, name, [own, web]);
  return { name, dev, own, web };
}

/** Waits until a runner is registered. */
export async function registration({ runners }: AmpServer, name: string): Promise<void> {
  await waitUntil('the registered runners', async () => ({
    done: runners.registered.has(name),
    seen: [...runners.registered.keys()],
  }));
}

/** Waits until a runner serves exactly these threads. */
export async function serves(
  { runners }: AmpServer,
  name: string,
  threads: readonly string[],
): Promise<void> {
  await waitUntil('the threads that the runner serves', async () => {
    const seen = runners.registered.get(name)?.servedThreadIds ?? null;
    return {
      done: seen !== null && JSON.stringify([...seen].sort()) === JSON.stringify([...threads].sort()),
      seen,
    };
  });
}

/** The events of one kind in a workspace's history. */
export const eventsOf = (dev: Workspace, name: string) =>
  historyOf(dev).filter((event) => event['event'] === name);
/** The thread that the key has had first. */
export const ownThread = (dev: Workspace): string => String(eventsOf(dev, 'thread')[0]?.['thread']);

/** What the runner's script has logged. */
export const logOf = (dev: Workspace): string =>
  readFileSync(join(dev.stateFolder, 'logs/runner.log'), 'utf8');
/** How many of those lines have a text. */
export const linesWith = (dev: Workspace, text: string): number =>
  logOf(dev)
    .split('\n')
    .filter((line) => line.includes(text)).length;
/** Waits until the log has a text. */
export const logHas = (dev: Workspace, text: string): Promise<unknown> =>
  waitUntil('the log', async () => ({ done: logOf(dev).includes(text), seen: logOf(dev) }));

/** Amp's own file about the only runner of a home. */
export function ampFile(dev: Workspace): string {
  const runners = join(dev.home, '.local/share/amp/runner');
  return join(runners, readdirSync(runners).find((name) => name.endsWith('.json')) ?? '');
}
