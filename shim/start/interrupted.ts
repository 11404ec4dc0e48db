import { setTimeout as pause } from 'node:timers/promises';
import { dialogOn } from '../agentapi/dialog.ts';
import type { AgentApi } from '../agentapi/http.ts';
import { textInBox } from '../agentapi/input-box.ts';
import { type Typing, typeMessage } from '../agentapi/typing.ts';
import { type AmpContext, exportThread } from '../amp/calls.ts';
import { readExport, type ThreadExport, userTextsIn } from '../amp/thread-export.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { reportMissing } from '../chat/missing.ts';
import type { StartConfig } from '../environment/start.ts';
import { ASKING_MS } from '../prompt/asked.ts';
import { promptSha256 } from '../prompt/identity.ts';
import { decideInterrupted } from '../prompt/interrupted.ts';
import type { SessionPaths } from '../store/paths.ts';
import type { Session } from '../store/session.ts';
import { Store } from '../store/store.ts';
import { waitForWriter } from '../store/writer.ts';
import { Deadline } from '../system/deadline.ts';
import { say } from '../system/report.ts';
import { waitFor } from '../system/wait.ts';
import { follow } from '../thread/follow.ts';

/** How long this is tried before it is left to the next start: nothing of ours stays beside an agent for long. */
export const LONGEST_LOOK_MS = 600_000;
const ASK_AGAIN_MS = 5_000;
const STORE_LOCK_MS = 10_000;
/** AgentAPI calls an agent busy for 2 s after each change of its screen; one that is busy for longer is at work. */
const AT_WORK_MS = 10_000;

/** What it takes to look at the thread of a running agent. */
export type Beside = {
  readonly config: StartConfig;
  readonly paths: SessionPaths;
  readonly launched: Session['launched'];
  readonly agent: AgentApi;
  /** Whether the agent has ended. */
  readonly isOver: () => boolean;
};

/**
 * Finds out whether the last turn of an agent's thread was cut off, and if so types a text there, which is recorded
 * first. Amp may go on with such a turn by itself, and a person may write meanwhile: only the thread of an agent that is
 * idle, before and after Amp was asked, counts, and nothing is typed once somebody else has begun anything.
 * @returns how typing it ended; null if it isn't to be typed.
 * @throws Refusal when AgentAPI refuses it.
 */
export async function tellInterrupted(beside: Beside, text: string): Promise<Typing | null> {
  const thread = beside.launched?.thread ?? null;
  const said = thread === null ? null : await whileIdle(beside, thread);
  if (thread === null || said === null || beside.isOver()) return null;
  switch (decideInterrupted(said, text)) {
    case 'nothing':
      return null;
    case 'told before':
      say(
        `The last turn of ${thread} was cut off. It began with the text of on_interrupted_turn, which isn't given twice in a row.`,
      );
      return null;
    case 'tell':
      return await tell(beside, thread, text);
  }
}

async function tell(beside: Beside, thread: ThreadId, text: string): Promise<Typing | null> {
  const { agent } = beside;
  const screen = (await agent.screen()) ?? '';
  let isTaken = textInBox(screen) !== '' || dialogOn(screen) !== null;
  if (!isTaken && !(await record(beside, thread, text))) return null;
  const leave = () => {
    isTaken = true;
  };
  const typing = isTaken
    ? 'over'
    : await typeMessage(agent, text, {
        isReady: async () => {
          const isReady = await agent.isReady();
          if (!isReady) leave();
          return isReady;
        },
        patienceMs: 0,
        onQuestion: leave,
        isOver: () => isTaken || beside.isOver(),
      });
  const isTold = typing === 'taken' || typing === 'stuck';
  if (isTold)
    say(`The last turn of ${thread} was cut off, so the thread was given the text of on_interrupted_turn.`);
  else if (!beside.isOver())
    say(
      `The last turn of ${thread} was cut off. The text of on_interrupted_turn isn't typed: somebody is writing to the agent, or it has gone on by itself.`,
    );
  return typing;
}

/** What Amp has of the thread, seen while the agent is idle; null if it is at work, or Amp doesn't say in time. */
async function whileIdle(
  { config, paths, agent, isOver }: Beside,
  thread: ThreadId,
): Promise<ThreadExport | null> {
  const amp: AmpContext = { workdir: config.workdir, options: config.ampOptions, secrets: config.secrets };
  const end = new Deadline(LONGEST_LOOK_MS);
  while (!isOver() && !end.passed) {
    if (!(await waitFor(async () => isOver() || (await agent.isReady()), AT_WORK_MS))) return null;
    // The turn of a command that is writing is open, and isn't the agent's to go on with.
    if (!(await waitForWriter(paths, thread, 0))) return null;
    const said = readExport(await exportThread(amp, thread, end.allow(ASKING_MS.besideAgent)));
    if (said === null) await pause(ASK_AGAIN_MS);
    else if (await agent.isReady()) {
      reportMissing(
        thread,
        userTextsIn(said),
        ((await agent.chat()) ?? []).map(({ content }) => content),
      );
      return said;
    }
  }
  return null;
}

async function record(
  { config, paths, launched, isOver }: Beside,
  thread: ThreadId,
  text: string,
): Promise<boolean> {
  const store = await Store.open(paths, new Deadline(STORE_LOCK_MS));
  if (store === null) return false;
  try {
    // Looked at again under the lock: the agent may have been started anew meanwhile, or have gone elsewhere.
    await follow(store, config.folders);
    const now = store.session.launched;
    if (isOver() || now?.at !== launched?.at || now?.now !== thread) return false;
    const prompt = { sha256: promptSha256(text), bytes: Buffer.byteLength(text) };
    store.record({ event: 'told', thread, prompt });
    return true;
  } finally {
    store.close();
  }
}
