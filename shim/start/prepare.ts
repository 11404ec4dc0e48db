import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { claimKey } from '../agent/claim.ts';
import { terminalIdentity } from '../agent/terminal-identity.ts';
import { messagesOfUser, parseAgentApiState } from '../agentapi/state-file.ts';
import { typedPrompt, whyNotTyped } from '../agentapi/typed.ts';
import type { AmpContext } from '../amp/calls.ts';
import { lastThreadOf } from '../amp/private-record.ts';
import { userTextsIn } from '../amp/thread-export.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { followWithChat } from '../chat/follow.ts';
import { reportMissing } from '../chat/missing.ts';
import type { StartConfig } from '../environment/start.ts';
import { ASKING_MS, AskedThreads } from '../prompt/asked.ts';
import { decideHandOver } from '../prompt/decide.ts';
import { readState } from '../prompt/find.ts';
import { promptSha256 } from '../prompt/identity.ts';
import { keepQuiet, noteDelivered, type PlannedPrompt, planPrompt } from '../prompt/plan.ts';
import { noteKey } from '../store/keys.ts';
import { noteLaunch } from '../store/launch.ts';
import { type SessionPaths, sessionPaths } from '../store/paths.ts';
import { readSession } from '../store/read.ts';
import { readRunner, writeRunner } from '../store/runner.ts';
import { Store } from '../store/store.ts';
import { waitForWriter } from '../store/writer.ts';
import { Deadline } from '../system/deadline.ts';
import { tryToReadText, volumeTime } from '../system/files.ts';
import { reasonOf, say } from '../system/report.ts';
import { findThread } from '../thread/find.ts';
import { follow } from '../thread/follow.ts';
import { followMessages } from '../thread/follow-messages.ts';
import { leaveCopiedThread } from './copied-home.ts';
import { type LaunchPlan, launchFresh, launchIn } from './launch-plan.ts';

/**
 * Time budget of a start before AgentAPI is run, in milliseconds. AgentAPI's module waits about 15 s for its
 * first answers (docs/reliability.md); the rest is for a slow shell, a slow runtime and AgentAPI itself.
 */
const BUDGET_MS = 8_000;
const STORE_LOCK_MS = 2_000;
/** Long enough for a headless turn to finish; an open terminal is not waited for. */
const WRITER_MS = 3_000;

/**
 * Gets everything ready for one run of the agent and tells the start script how to launch it. With
 * persistence on, the thread is found, recorded and synced before this returns; whatever goes wrong, the
 * agent starts.
 * @param prompt the initial prompt, as Terraform gave it.
 */
export async function prepare(config: StartConfig, prompt: string): Promise<LaunchPlan> {
  const paths = sessionPaths(config.stateFolder, config.key);
  const deadline = new Deadline(BUDGET_MS);
  try {
    const refusal = await claimKey(config, paths);
    if (refusal !== null) return { kind: 'refuse', why: refusal };
    if (!config.persistence)
      return launchFresh({ prompt: firstPrompt(config, prompt), keepChat: false, terminal: null });
    return await prepareRecorded(config, paths, prompt, deadline);
  } catch (error) {
    say(`The start could not be recorded (${reasonOf(error)}). Nothing recorded before was changed.`);
    return launchUnrecorded(config, paths, prompt);
  }
}

async function prepareRecorded(
  config: StartConfig,
  paths: SessionPaths,
  prompt: string,
  deadline: Deadline,
): Promise<LaunchPlan> {
  const store = await Store.open(paths, new Deadline(STORE_LOCK_MS));
  if (store === null) throw new Error(`another process has ${paths.folder} locked`);
  try {
    noteKey(paths, config.key);
    for (const message of store.trouble) say(message);
    const runner = readRunner(paths.runner);
    const unrecorded = runner?.unrecorded ?? false;
    const { folders, adopt } = config;
    const amp: AmpContext = { workdir: config.workdir, options: config.ampOptions, secrets: config.secrets };
    await follow(store, folders);
    leaveCopiedThread(store, config.workspace);
    const { agentApiStateFile: stateFile } = config;
    const asked = new AskedThreads(amp, () => deadline.allow(ASKING_MS.atStart));
    const search = { asked, folders, stateFile, unrecorded };
    await followMessages(store, prompt, search);
    const thread = await findThread(store, { amp, folders, deadline, asked, unrecorded, adopt });
    if (thread !== null && !(await waitForWriter(paths, thread, deadline.allow(WRITER_MS)))) {
      // A person is at this terminal, and can open Amp again later.
      if (config.port === null)
        return {
          kind: 'refuse',
          why: `${thread} is open in another terminal, or a message is being sent to it; wait for that, or close it there first`,
        };
      say(
        `${thread} is open in a terminal, or a message is being sent to it, so two are writing to it now. Close it there.`,
      );
    }
    if (stateFile !== null) {
      await noteDelivered(store, stateFile, thread, search);
      followWithChat(store, stateFile, thread);
      keepQuiet(stateFile);
    }
    const canAskOn = config.port !== null;
    const { onInterruptedTurn } = config;
    const places = { ...search, canAskOn, onInterruptedTurn };
    const { prompt: chosen, askOn } = await planPrompt(store, prompt, thread, places);
    await asked.recordTitles(store);
    if (stateFile !== null && thread !== null) await reportMissingFrom(stateFile, thread, asked);
    const text = chosen === 'send' ? prompt : chosen === 'none' ? null : chosen.text;
    const loadsChat = stateFile !== null && existsSync(stateFile);
    const handOver = decideHandOver({ loadsChat, askOn, isTypable: whyNotTyped(text ?? '') === null });
    if (loadsChat && handOver === 'on stdin' && text !== null)
      say(
        "The prompt has characters that can't be typed, so Amp reads it itself: the chat shows what the agent says again once you have written something in it.",
      );
    const given = askOn || text === null ? null : { text, onStdin: handOver === 'on stdin' };
    recordLaunch(store, config, thread, given);
    // From here on, threads that the agent opens itself are recorded again.
    if (unrecorded)
      writeRunner(paths.runner, config, { quickFailures: runner?.quickFailures ?? 0, unrecorded: false });
    const options = { prompt: chosen, keepChat: true, terminal: identityOf(config) };
    return thread === null ? launchFresh(options) : launchIn(thread, handOver, options);
  } finally {
    closeStore(store);
  }
}

async function reportMissingFrom(stateFile: string, thread: ThreadId, asked: AskedThreads): Promise<void> {
  const said = await asked.known(thread);
  const chat = readState(stateFile)?.messages ?? [];
  if (said !== null)
    reportMissing(
      thread,
      userTextsIn(said),
      chat.map(({ message }) => message),
    );
}

function recordLaunch(
  store: Store,
  config: StartConfig,
  thread: ThreadId | null,
  given: { readonly text: string; readonly onStdin: boolean } | null,
): void {
  const { workdir, folders, workspace, agentApiStateFile: stateFile } = config;
  const fileTime = stateFile === null ? null : volumeTime(dirname(stateFile));
  store.record({
    event: 'launched',
    thread,
    workdir,
    prompt: given === null ? null : markOf(given),
    lastSeen: thread === null ? lastThreadOf(folders, workdir) : null,
    ...(fileTime === null ? {} : { fileTime }),
    ...(workspace === '' ? {} : { workspace }),
    terminal: identityOf(config),
  });
  const chat = stateFile === null ? null : tryToReadText(stateFile);
  const last = messagesOfUser(chat?.kind === 'text' ? parseAgentApiState(chat.text) : null).at(-1);
  noteLaunch(store.paths, store.session.launched, folders, { stateFile, said: last?.time ?? null });
  const starts = store.session.active?.starts ?? 0;
  say(
    thread === null
      ? 'Starting the agent in a thread of its own.'
      : `Starting the agent in ${thread} (start ${starts}).`,
  );
}

function markOf({ text, onStdin }: { readonly text: string; readonly onStdin: boolean }) {
  return { sha256: promptSha256(text), bytes: Buffer.byteLength(text), onStdin };
}

function identityOf({ stateFolder, key }: StartConfig): string {
  return terminalIdentity(stateFolder, key);
}

function closeStore(store: Store): void {
  try {
    store.close();
  } catch (error) {
    say(
      `${store.paths.snapshot} could not be written (${reasonOf(error)}). The history beside it has everything.`,
    );
  }
}

/**
 * The best launch without being able to record anything: the known thread if there is one (invariants I3 and
 * I9). A prompt that may already have been delivered isn't sent: unrecorded, the next start would repeat it
 * (I4).
 */
function launchUnrecorded(config: StartConfig, paths: SessionPaths, prompt: string): LaunchPlan {
  const first = firstPrompt(config, prompt);
  if (!config.persistence) return launchFresh({ prompt: first, keepChat: false, terminal: null });
  const unrecorded = { prompt: 'none', keepChat: false, terminal: identityOf(config) } as const;
  try {
    const { active, opening, chat, chatMove } = readSession(paths).session;
    if (active === null) return launchFresh({ ...unrecorded, prompt: opening === null ? first : 'none' });
    // The state file can't be moved without a record: another thread's chat would be shown, and saved, as
    // this one's.
    const keepChat = chat === active.thread && chatMove === null;
    return launchIn(active.thread, 'on stdin', { ...unrecorded, keepChat });
  } catch (error) {
    say(
      `The record can't be read either (${reasonOf(error)}). The agent starts in a thread of its own, without the prompt.`,
    );
    return launchFresh(unrecorded);
  }
}

/**
 * Without a record there is no way to know whether a prompt arrived, so only the first run of a start gets
 * it.
 */
function firstPrompt(config: StartConfig, prompt: string): PlannedPrompt {
  return config.run === 1 && typedPrompt(prompt) !== '' ? 'send' : 'none';
}
