import { type Activity, activityOf } from '../agent/activity.ts';
import { liveAgent } from '../agent/live.ts';
import { AgentApi } from '../agentapi/http.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { seeStartLog } from '../environment/logs.ts';
import type { Store } from '../store/store.ts';
import { becomeWriter } from '../store/writer.ts';
import { EXIT, Refusal } from '../system/exit.ts';
import { replaceFile } from '../system/files.ts';
import { say } from '../system/report.ts';
import { waitFor } from '../system/wait.ts';
import { confirm } from '../terminal/confirm.ts';
import { withProgress } from '../terminal/progress.ts';
import type { Key } from './key.ts';

/** Amp takes about 6 s to end under AgentAPI 0.12.1 and 3 s to open; a slow machine gets ten times that. */
const CHANGE_MS = 90_000;
/** AgentAPI calls its agent stable 2 s after the last change of its screen. */
const DRAWING_MS = 5_000;

/** Chooses a recorded thread for the next start. Its predecessor stays recorded. */
export function switchTo(store: Store, thread: ThreadId, by: 'new' | 'use' | 'fork'): void {
  const from = store.session.active?.thread ?? null;
  if (from === thread) return;
  store.record({ event: 'switched', from, to: thread, by });
}

/**
 * Checks that the agent can be switched at once, before anything is changed.
 * @param thread the thread to switch to; null for one that does not exist yet.
 * @throws Refusal when it can't.
 */
export async function checkChangeOver(key: Key, thread: ThreadId | null): Promise<void> {
  const live = liveAgent(key.paths, key.read());
  if (live.kind === 'stopped') {
    throw new Refusal(
      EXIT.unavailable,
      `No agent is running for the key '${key.name}', so there is nothing to switch. Without --now, the thread is used at the next start.`,
    );
  }
  if (live.kind === 'running' && live.url === null) {
    throw new Refusal(
      EXIT.refused,
      'The agent is open in a terminal, and only you can quit it there. Without --now, the thread is used when you open it again.',
    );
  }
  if (!live.recorded) {
    throw new Refusal(
      EXIT.refused,
      'Persistence is off: the running agent is in a thread of its own. Without --now, the thread is used at the first start with persistence on.',
    );
  }
  if (thread === null) return;
  const writer = await becomeWriter(key.paths, thread, 0);
  if (writer === null) throw new Refusal(EXIT.busy, openElsewhere(thread));
  writer.release();
}

/**
 * Asks before a turn of the running agent is cut off.
 * @param thread the one to switch to; null for one that doesn't exist yet.
 * @returns the process number of an agent that isn't at work and must not be cut off if it is by then; null for one that
 * may be, and for one that isn't up.
 * @throws Refusal if it may not be.
 */
export async function mayCutOff(
  key: Pick<Key, 'paths' | 'read'>,
  thread: ThreadId | null,
  yes: boolean,
): Promise<number | null> {
  const live = liveAgent(key.paths, key.read());
  if (yes || live.kind !== 'running' || live.thread === thread) return null;
  let { doing, question }: Activity = { doing: null, question: null };
  const isFree = async () => {
    ({ doing, question } = await activityOf(live));
    return !isAtWork(doing);
  };
  // AgentAPI takes an agent for busy that has only just drawn its screen.
  if (await withProgress('Looking whether the agent is at work', () => waitFor(isFree, DRAWING_MS)))
    return live.pid;
  const busy =
    doing === 'connecting'
      ? "can't reach Amp's servers, and may be in the middle of a turn"
      : 'is in the middle of a turn';
  const what = question === null ? busy : `waits for a person (${question})`;
  say(`The agent ${what}. Switching now cuts that off; without --now, the next start switches.`);
  await confirm('Switch now?', yes);
  return null;
}

function isAtWork(doing: Activity['doing']): boolean {
  return doing !== null && doing !== 'idle';
}

/** The message for a thread that another command is writing to. */
export function openElsewhere(thread: ThreadId): string {
  return `${thread} is open in another terminal, or a message is being sent to it. Nothing was done; close it there first.`;
}

/**
 * Switches the running agent to the active thread: AgentAPI saves its chat and ends, and the start script
 * runs it again, with the other chat. One that is between two runs is run again at once.
 * @param idle as `mayCutOff` returns it.
 * @throws Refusal when that takes too long, or another command has chosen another thread meanwhile; the next
 * start is in the active thread anyway.
 */
export async function changeOver(key: Key, thread: ThreadId, idle: number | null): Promise<void> {
  const end = () => key.change((store) => endAgent(store, thread, idle));
  let before = await end();
  if (before === 'none') return;
  const isLeft = () => key.read().active?.thread !== thread;
  const isThere = async () => {
    const now = liveAgent(key.paths, key.read());
    if (now.kind !== 'running' || now.pid === before || now.url === null) return false;
    // It was launched before the choice was recorded, and comes up only now.
    if (now.thread !== thread) before = await end();
    return now.thread === thread && new AgentApi(now.url).answers();
  };
  const isOver = async () => isLeft() || (await isThere());
  const over = await withProgress('Restarting the agent', () => waitFor(isOver, CHANGE_MS));
  if (over && isLeft()) throw chosenMeanwhile(thread);
  if (!over) {
    throw new Refusal(
      EXIT.unavailable,
      `The agent has not come up in ${thread} yet. The choice is recorded; ${seeStartLog(key.config)}.`,
    );
  }
}

/**
 * Ends the running agent so that it is run again in its new thread. Where it can be switched was looked at
 * before Amp was asked, so it is looked at again.
 * @returns the process number of the agent that was ended, null if none is up; 'none' if there is nothing to switch.
 */
async function endAgent(
  store: Store,
  thread: ThreadId,
  idle: number | null,
): Promise<number | null | 'none'> {
  if (store.session.active?.thread !== thread) throw chosenMeanwhile(thread);
  const live = liveAgent(store.paths, store.session);
  if (live.kind === 'stopped' || (live.kind === 'running' && live.thread === thread)) return 'none';
  const isInTerminal = live.kind === 'running' && live.url === null;
  const writer = isInTerminal || !live.recorded ? null : await becomeWriter(store.paths, thread, 0);
  if (writer === null) {
    throw new Refusal(
      EXIT.busy,
      `The agent can't be switched to ${thread} any more: it was started in another way, or the thread was opened elsewhere, meanwhile. The choice is recorded, and the next start uses it.`,
    );
  }
  writer.release();
  if (live.kind === 'running' && live.pid === idle && isAtWork((await activityOf(live)).doing)) {
    throw new Refusal(
      EXIT.busy,
      `The agent has begun a turn meanwhile, so it was not switched to ${thread}. The choice is recorded, and the next start uses it; 'amp-session use ${thread} --now' switches now.`,
    );
  }
  store.check();
  replaceFile(store.paths.restartMark, thread);
  if (live.kind === 'waiting') return null;
  try {
    process.kill(live.pid, 'SIGTERM');
  } catch {
    // It just exited by itself and will be restarted anyway.
  }
  return live.pid;
}

function chosenMeanwhile(thread: ThreadId): Refusal {
  return new Refusal(
    EXIT.busy,
    `Another command has chosen another thread than ${thread} meanwhile. See 'amp-session status'.`,
  );
}
