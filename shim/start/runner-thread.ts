import type { AmpContext } from '../amp/calls.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import type { RunnerConfig } from '../environment/runner.ts';
import { ASKING_MS, AskedThreads } from '../prompt/asked.ts';
import { promptSha256 } from '../prompt/identity.ts';
import { mayHavePrompt, planPrompt } from '../prompt/plan.ts';
import { canAskLater } from '../runner/decide.ts';
import { noteLaunch } from '../store/launch.ts';
import type { Store } from '../store/store.ts';
import { Deadline } from '../system/deadline.ts';
import { recoverHandedOutThreads } from '../thread/create.ts';
import { findThread } from '../thread/find.ts';
import { follow } from '../thread/follow.ts';
import { followMessages } from '../thread/follow-messages.ts';
import type { OnceRegistered } from './runner-plan.ts';

/** What Amp is asked before the runner starts may take this long, in milliseconds. */
const BUDGET_MS = 60_000;
/** Nobody waits for a runner as for AgentAPI, so a slow Amp gets longer to create a thread. */
const NEW_THREAD_MS = 25_000;

/**
 * Finds the key's thread, has the runner serve it, and decides about the prompt.
 * @param onNone told why Amp gives no thread.
 * @returns null if it gives none.
 */
export async function prepareOwnThread(
  store: Store,
  config: RunnerConfig,
  prompt: string,
  onNone: (why: string) => void,
): Promise<OnceRegistered | null> {
  const { folders, adopt, workdir } = config;
  const amp: AmpContext = { workdir, options: config.ampOptions, secrets: config.secrets };
  const deadline = new Deadline(BUDGET_MS);
  const asked = new AskedThreads(amp, () => deadline.allow(ASKING_MS.atStart));
  const search = { asked, folders, stateFile: null, unrecorded: false };
  await follow(store, folders);
  // What a runner is given goes to the thread that it is for, and nowhere else.
  if (store.session.launched?.terminal != null) await followMessages(store, prompt, search);
  await recoverHandedOutThreads(store, workdir, config.secrets);
  const unasked = threadToAskLater(store, config, prompt);
  const thread =
    unasked ??
    (await findThread(store, { ...search, amp, deadline, newThreadMs: NEW_THREAD_MS, adopt, onNone }));
  if (thread === null) return null;
  const { prompt: chosen } = await planPrompt(store, prompt, thread, {
    ...search,
    canAskOn: false,
    onInterruptedTurn: '',
  });
  await asked.recordTitles(store);
  const text = chosen === 'send' ? prompt : chosen === 'none' ? null : chosen.text;
  if (!store.session.served.some((one) => one.thread === thread))
    store.record({ event: 'served', thread, folder: null, workdir });
  store.record({
    event: 'launched',
    thread,
    workdir,
    prompt: text === null ? null : { sha256: promptSha256(text), bytes: Buffer.byteLength(text) },
    lastSeen: null,
    ...(config.workspace === '' ? {} : { workspace: config.workspace }),
  });
  noteLaunch(store.paths, store.session.launched, folders, { stateFile: null, said: null });
  return unasked === null ? chosen : 'check';
}

/** The key's own thread, if the runner may start before Amp is asked about it. */
function threadToAskLater({ session }: Store, { run }: RunnerConfig, prompt: string): ThreadId | null {
  const { active, launched, served } = session;
  if (active === null) return null;
  const { thread } = active;
  // A launch with a terminal was an agent's, which may have gone to another thread in it.
  const lastServed = launched?.terminal === null ? launched.thread : null;
  const own = { run, active: thread, lastServed, recorded: served, hasPrompt: mayHavePrompt(active, prompt) };
  return canAskLater(own) ? thread : null;
}
