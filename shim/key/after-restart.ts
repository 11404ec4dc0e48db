import type { Activity } from '../agent/activity.ts';
import type { LiveAgent } from '../agent/live.ts';
import { AgentApi } from '../agentapi/http.ts';
import { exportThread } from '../amp/calls.ts';
import { readExport, userTextsIn } from '../amp/thread-export.ts';
import { missingFromChat } from '../chat/missing.ts';
import { type AfterRestart, keepAfterRestart, readAfterRestart } from '../store/after-restart.ts';
import { type Session, threadIn } from '../store/session.ts';
import { withProgress } from '../terminal/progress.ts';
import type { Key } from './key.ts';

/** Amp answers within a second; a thread of thousands of messages takes longer, and is then left alone for a while. */
const ASKING_MS = 5_000;
const SLOW_MS = 600_000;
/** A program may ask for the status every second. */
const OPEN_MS = 10_000;

/**
 * Finds out what a restart has left behind in the thread of the running agent: a turn without an end, and messages that
 * its chat lacks. Amp is asked once after each restart, while the agent is idle; again only while a turn is open, ten
 * seconds later, or of an Amp that took too long, ten minutes later.
 * @returns null if there was no restart, if nobody knows, and for an agent in a terminal: whoever sits there sees it.
 */
export async function afterRestart(
  key: Pick<Key, 'paths' | 'amp'>,
  session: Session,
  live: LiveAgent,
  doing: Activity['doing'],
): Promise<AfterRestart | null> {
  const { launched } = session;
  if (launched === null || live.kind !== 'running' || live.url === null || live.thread === null) return null;
  const record = threadIn(session, live.thread);
  if (record === null || record.starts < 2 || launched.now !== live.thread) return null;
  const kept = readAfterRestart(key.paths, launched.at);
  const known = kept?.found ?? null;
  if (known?.interrupted === false) return known;
  if (doing !== 'idle') return null;
  const left = (kept?.until ?? 0) - Date.now();
  // A clock that was set back since is none to go by.
  if (left > 0 && left <= SLOW_MS) return known;
  const agent = new AgentApi(live.url);
  const { thread } = live;
  const run = await withProgress('Asking Amp about the last turn', () =>
    exportThread(key.amp(record.workdir), thread, ASKING_MS),
  );
  const said = readExport(run);
  const launch = launched.at;
  if (run.timedOut) keepAfterRestart(key.paths, { launch, found: known, until: Date.now() + SLOW_MS });
  if (said === null) return known;
  const chat = await agent.chat();
  if (chat === null) return known;
  // Somebody may have written meanwhile.
  if ((await agent.activity()) !== 'idle') return null;
  const found: AfterRestart = {
    interrupted: said.lastTurn === 'open',
    chatLacks: missingFromChat(
      userTextsIn(said),
      chat.map(({ content }) => content),
    ),
  };
  keepAfterRestart(key.paths, { launch, found, until: Date.now() + OPEN_MS });
  return found;
}
