// What the tests of `enable_agentapi = false` share: the dashboard's terminal app, and what people do in it.

import { expect, onTestFinished } from 'vitest';
import { isReady } from '../support/amp/screen.ts';
import { quit } from '../support/amp/typing.ts';
import { session } from '../support/cli/agent.ts';
import { ampsIn } from '../support/cli/writers.ts';
import { openTerminal, type Terminal } from '../support/terminal.ts';
import { waitUntil } from '../support/wait.ts';
import type { WorkspaceOptions } from '../support/workspace/environment.ts';
import type { Workspace } from '../support/workspace/workspace.ts';
import type { Fixture } from './fixture.ts';

/** A workspace without AgentAPI, whose image has these programs. */
export function terminalWorkspace(
  { workspace }: Fixture,
  tools: readonly string[],
  { inputs, ...options }: Partial<WorkspaceOptions> = {},
): Promise<Workspace> {
  return workspace({
    ...options,
    tools,
    inputs: { enable_agentapi: false, agentapi_port: null, ...inputs },
  });
}

/** Opens the app in one more tab of the browser, closed after the test at the latest. */
export function tab(dev: Workspace): Terminal {
  const terminal = dev.openApp();
  onTestFinished(() => terminal.close());
  return terminal;
}

/** Opens the app, and waits until Amp takes messages. */
export async function openTab(dev: Workspace): Promise<Terminal> {
  const terminal = tab(dev);
  await terminal.until(isReady);
  return terminal;
}

/** A terminal of the workspace in which somebody runs a command. */
export function shell(dev: Workspace, command: string): Terminal {
  const terminal = openTerminal('bash', ['-c', command], { cwd: dev.home, env: dev.env() });
  onTestFinished(() => terminal.close());
  return terminal;
}

/** The Amps that run, by the thread that each continues; empty where it continues none. */
export function amps(dev: Workspace): readonly { readonly pid: number; readonly thread: string }[] {
  return ampsIn(dev.home).map(({ pid, args }) => ({ pid, thread: args[args.indexOf('continue') + 1] ?? '' }));
}

/** Waits until no Amp runs. */
export async function ended(dev: Workspace): Promise<void> {
  await waitUntil('the Amps', async () => ({ done: amps(dev).length === 0, seen: amps(dev) }));
}

/** The thread that `amp-session status` names. */
export async function activeThread(dev: Workspace): Promise<string> {
  const { thread } = (await session(dev, 'status')) as { thread: { thread: string } };
  return thread.thread;
}

/** Ends Amp as a person does; no other one runs then. */
export async function quitLast(dev: Workspace, terminal: Terminal): Promise<void> {
  expect((await quit(terminal)).exitCode).toBe(0);
  expect(amps(dev)).toEqual([]);
}
