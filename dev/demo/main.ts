// `npm run demo`: runs a workspace and reports what happens; with --runner, one whose only Amp is a runner. With --json the report goes to standard error,
// and one JSON document to standard output at the end.
import { parseArgs } from 'node:util';
import { agentapiKind } from '../../test/support/agentapi/agentapi.ts';
import { imageEnv, realAmpDir } from '../../test/support/amp/real-amp.ts';
import { type AmpServer, startAmpServer, textOf } from '../../test/support/amp/server.ts';
import { startModuleRegistry } from '../../test/support/terraform/registry.ts';
import { waitUntil } from '../../test/support/wait.ts';
import { Workspace } from '../../test/support/workspace/workspace.ts';
import { helpIfAsked } from '../help.ts';
import { RunnerLife } from './runner-life.ts';
import { Teller } from './teller.ts';

const PROMPT = 'Say hello to the person who reads this.';
const RUNNER = 'demo-workspace';
const MESSAGE = 'And what is 6 times 7?';

helpIfAsked();
const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, runner: { type: 'boolean', default: false } },
});
const tell = new Teller(values.json ? process.stderr : process.stdout);

/** The result of one start of the workspace. */
type Run = { readonly thread: string | null; readonly agentArgs: readonly string[] };

async function life(workspace: Workspace, amp: AmpServer) {
  tell.chapter('Cold start', 'nothing is recorded yet; the template gives a prompt');
  const cold = await start(workspace);
  tell.fact(`Amp handed out ${cold.thread}; it was on the volume before the agent ran`);
  // It went in on Amp's own standard input, so the chat has it on its screen, not as a message of the user.
  await threadHas(amp, cold.thread, PROMPT);
  tell.fact(`the thread has the prompt: "${PROMPT}"`);

  tell.chapter('A message', 'somebody writes in the chat');
  await workspace.agentapi.waitForStatus('stable');
  await workspace.agentapi.send(MESSAGE);
  await chatHas(workspace, MESSAGE);
  tell.fact(`the thread has ${messagesIn(amp, cold.thread).length} messages of the user`);
  await stop(workspace);

  tell.chapter('Warm start', 'the same volume, a new container');
  const before = messagesIn(amp, cold.thread).length;
  const warm = await start(workspace);
  await workspace.agentapi.waitForStatus('stable');
  await chatHas(workspace, MESSAGE);
  const promptSent = messagesIn(amp, warm.thread).length > before;
  tell.check(warm.thread === cold.thread, 'it is the same thread', 'it is another thread');
  tell.fact('the chat is back on the screen');
  tell.check(!promptSent, 'the prompt was not sent again', 'the prompt was sent again');
  await stop(workspace);

  tell.chapter('Persistence off', 'enable_state_persistence = false');
  await workspace.change({ enable_state_persistence: false });
  const { agentArgs } = await start(workspace);
  // Without a thread of ours, Amp creates one with its first message, which is the prompt.
  const off = { thread: await threadWithPrompt(amp, cold.thread), agentArgs };
  tell.fact(`the agent is in a fresh thread, ${off.thread}; nothing was recorded`);
  await stop(workspace);

  tell.chapter('On again', 'enable_state_persistence = true');
  await workspace.change({ enable_state_persistence: true });
  const onAgain = await start(workspace);
  tell.check(onAgain.thread === cold.thread, 'the thread of the beginning is back', 'it is another thread');
  await stop(workspace);

  return { cold, warm: { ...warm, promptSent }, off, onAgain };
}

async function start(workspace: Workspace): Promise<Run> {
  const { milliseconds } = await tell.step('terraform apply, then every start script at once', () =>
    workspace.start(),
  );
  const agentArgs = workspace.agentArgs();
  tell.fact(`AgentAPI answered after ${(milliseconds / 1000).toFixed(1)} s and runs: ${agentArgs.join(' ')}`);
  const continued = agentArgs.indexOf('continue');
  return { thread: continued < 0 ? null : (agentArgs[continued + 1] ?? null), agentArgs };
}

async function stop(workspace: Workspace): Promise<void> {
  await tell.step('the stop scripts run, and everything that is not on the volume goes', async () => {
    await workspace.stop();
    await workspace.deprovision();
  });
}

function threadWithPrompt(amp: AmpServer, besides: string | null): Promise<string> {
  return waitUntil("Amp's threads", async () => {
    const fresh = [...amp.threads.values()].find(({ id, messages }) => id !== besides && messages.length > 0);
    return { done: fresh !== undefined, seen: fresh?.id ?? '' };
  });
}

function messagesIn(amp: AmpServer, thread: string | null) {
  return amp.threads.get(thread ?? '')?.messages.filter(({ role }) => role === 'user') ?? [];
}

function threadHas(amp: AmpServer, thread: string | null, text: string): Promise<unknown> {
  return waitUntil(`the thread ${thread}`, async () => {
    const seen = messagesIn(amp, thread).map(textOf);
    return { done: seen.includes(text), seen };
  });
}

async function chatHas(workspace: Workspace, text: string): Promise<void> {
  await workspace.waitForChat((messages) => messages.includes(text));
}

const registry = await tell.step('getting the providers and Terraform ready', startModuleRegistry);
const amp = await startAmpServer();
const workspace = await Workspace.create({
  registry,
  ampFolder: realAmpDir(),
  env: imageEnv(amp),
  inputs: {
    amp_api_key: amp.apiKey,
    ai_prompt: PROMPT,
    ...(values.runner
      ? { enable_agentapi: false, agentapi_port: null, enable_runner: true, runner_name: RUNNER }
      : { report_tasks: false }),
  },
});
try {
  const agentapi = values.runner ? 'no AgentAPI' : `AgentAPI: ${agentapiKind()}`;
  tell.fact(`real Amp on loopback, real Terraform and Coder provider, ${agentapi}`);
  const result = values.runner
    ? await new RunnerLife(tell, amp, workspace, RUNNER, PROMPT).live()
    : await life(workspace, amp);
  const what = values.runner ? 'The runner and its threads' : 'The thread';
  tell.close(`${what} survived. Everything this made is removed again.`);
  if (values.json) console.log(JSON.stringify(result));
  if (tell.failed) process.exitCode = 1;
} finally {
  workspace.dispose();
  await amp.close();
  await registry.close();
}
