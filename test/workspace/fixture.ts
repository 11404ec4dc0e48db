import { onTestFinished } from 'vitest';
import { parseThreadId } from '../../shim/amp/thread-id.ts';
import { mentionOf } from '../../shim/prompt/mention.ts';
import type { FakeAmp, FakeMessage } from '../support/amp/fake-amp.ts';
import { ampServerOfFile } from '../support/amp/file-server.ts';
import { imageEnv, realAmpDir } from '../support/amp/real-amp.ts';
import { type AmpServer, textOf } from '../support/amp/server.ts';
import { registryOfFile } from '../support/terraform/of-file.ts';
import type { ModuleInput } from '../support/terraform/stacks.ts';
import { waitUntil } from '../support/wait.ts';
import type { ScriptRun } from '../support/workspace/coder-agent.ts';
import type { WorkspaceOptions } from '../support/workspace/environment.ts';
import { Workspace } from '../support/workspace/workspace.ts';

/** What the workspace tests of a file share: a module registry, and Amp's servers on loopback. */
export type Fixture = {
  readonly amp: AmpServer;
  /** A workspace with the real Amp unless `ampFolder` says otherwise; removed with the test. */
  readonly workspace: (options?: Partial<WorkspaceOptions>) => Promise<Workspace>;
};

/** Starts them, until the end of the file; Amp's servers behave again after each test. For the file's top level. */
export async function fixtureOfFile(): Promise<Fixture> {
  const registry = await registryOfFile();
  const amp = await ampServerOfFile();
  const workspace = async ({ inputs, env, ...options }: Partial<WorkspaceOptions> = {}) => {
    const made = await Workspace.create({
      registry,
      ampFolder: realAmpDir(),
      // In a network of its own, Amp finds its servers where they are.
      env: { ...(options.network === undefined ? imageEnv(amp) : {}), ...env },
      inputs: {
        amp_api_key: amp.apiKey,
        ...(options.bare ? {} : { report_tasks: false }),
        ...inputs,
      } satisfies Record<string, ModuleInput>,
      ...options,
    });
    onTestFinished(() => made.dispose());
    return made;
  };
  return { amp, workspace };
}

/**
 * A running workspace with a thread that has received the template's prompt.
 * @param said what a person has said in its chat since.
 */
export async function promptedWorkspace({ amp, workspace }: Fixture, prompt: string, ...said: string[]) {
  const dev = await workspace({ inputs: { ai_prompt: prompt } });
  await dev.start();
  const thread = threadIn(dev.agentArgs());
  await threadHas(amp, thread, [prompt]);
  await chatShows(dev, prompt);
  for (const text of said) {
    await dev.agentapi.waitForStatus('stable');
    await dev.agentapi.send(text);
  }
  await threadHas(amp, thread, [prompt, ...said]);
  return { dev, thread };
}

/** The thread that an agent's arguments continue; throws when there is none. */
export function threadIn(args: readonly string[]): string {
  const at = args.indexOf('continue');
  const thread = args[at + 1];
  if (at < 1 || args[at - 1] !== 'threads' || thread === undefined)
    throw new Error(`No thread in: ${args.join(' ')}`);
  return thread;
}

/** Waits until the user messages in the chat are exactly these. */
export async function chatIs(workspace: Workspace, messages: readonly string[]): Promise<void> {
  await workspace.waitForChat((found) => JSON.stringify(found) === JSON.stringify(messages));
}

/**
 * Waits until the chat shows a first prompt: Amp got it on standard input, so it stands where the agent speaks, as
 * Amp draws it.
 */
export async function chatShows({ agentapi }: Workspace, prompt: string): Promise<void> {
  // Wrapped, and behind a bar.
  const letters = (text: string) => text.replace(/[\s┃]+/g, '');
  await waitUntil('the chat', async () => {
    const seen = (await agentapi.messages()).filter(({ role }) => role === 'agent');
    return { done: seen.some(({ content }) => letters(content).includes(letters(prompt))), seen };
  });
}

/** What the agent of a double has received, once that is something. */
export function received(amp: FakeAmp): Promise<readonly FakeMessage[]> {
  return waitUntil('what the agent received', async () => {
    const seen = amp.received();
    return { done: seen.length > 0, seen };
  });
}

/** The first prompt of a fork of this thread. */
export function mention(parent: string): string {
  const id = parseThreadId(parent);
  if (id === null) throw new Error(`${parent} is no thread`);
  return mentionOf(id);
}

/**
 * Waits until a user message has reached Amp's servers. The tests of a file share these: the text must be one
 * that no other test says.
 * @returns the thread that has it.
 */
export async function arrival(amp: AmpServer, text: string): Promise<string> {
  return waitUntil(`where '${text}' is`, async () => {
    const seen = [...amp.threads.keys()].find((id) => messagesAt(amp, id).includes(text)) ?? '';
    return { done: seen !== '', seen };
  });
}

/** The user messages of a thread, according to Amp's servers. */
export function messagesAt(amp: AmpServer, thread: string): readonly string[] {
  const messages = amp.threads.get(thread)?.messages ?? [];
  return messages.filter(({ role }) => role === 'user').map(textOf);
}

/**
 * Waits until Amp's servers have received exactly these user messages in a thread. The chat shows a message
 * as soon as it is typed; on a busy machine it reaches the servers a good while later, or not at all when the
 * workspace stops in between.
 */
export async function threadHas(amp: AmpServer, thread: string, messages: readonly string[]): Promise<void> {
  await waitUntil(`the messages of ${thread}`, async () => {
    const seen = messagesAt(amp, thread);
    return { done: JSON.stringify(seen) === JSON.stringify(messages), seen };
  });
}

/**
 * Waits until Amp shows a thread, also an Amp that keeps no record of its terminal: every version asks for the
 * thread's costs then. What is sent to it before goes to another thread, or is lost.
 * @param asked how many requests Amp's servers had received before Amp was launched.
 */
export async function threadIsShown({ requests }: AmpServer, thread: string, asked: number): Promise<void> {
  await waitUntil("the requests to Amp's servers", async () => {
    const seen = requests.slice(asked).filter(({ threadId }) => threadId === thread);
    const done = seen.some(({ operation }) => operation === 'threadDisplayCostInfo');
    return { done, seen: seen.map(({ operation }) => operation) };
  });
}

/** The events of the history, without their checksums. */
export function historyOf(workspace: Workspace): Record<string, unknown>[] {
  return workspace
    .read('sessions/main/history.jsonl')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

/** The start scripts that failed, with what they printed. @throws if none ran at all. */
export function failed(scripts: readonly ScriptRun[]): readonly ScriptRun[] {
  if (scripts.length === 0) throw new Error('No start script ran.');
  return scripts.filter(({ exitCode }) => exitCode !== 0);
}
