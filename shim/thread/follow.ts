import type { AmpFolders } from '../amp/folders.ts';
import { terminalRecord } from '../amp/terminal-record.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import type { NewEvent } from '../store/events.ts';
import { ownerOf, withOwners } from '../store/keys.ts';
import { launchOf } from '../store/launch.ts';
import type { SessionPaths } from '../store/paths.ts';
import type { Session } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import { say } from '../system/report.ts';
import { decideMove } from './decide-move.ts';

/**
 * Follows the agent to the thread that Amp's record of its terminal names, and records that (I11).
 * @param folders of the agent's Amp.
 */
export async function follow(store: Store, folders: AmpFolders): Promise<void> {
  if (moveOf(store.session, store.paths, folders, () => null) === null) return;
  await withOwners(store.paths, (owners) => {
    const event = moveOf(store.session, store.paths, folders, owners.of);
    if (event !== null) recordMove(store, event);
  });
}

/** Records that the agent moved, and logs it. */
export function recordMove(store: Store, event: NewEvent): void {
  store.record(event);
  if (event.event === 'thread') say(`${event.thread}, opened by the agent itself, is now recorded.`);
  if (event.event !== 'moved') return;
  const { from, to, owner } = event;
  const active = store.session.active?.thread;
  if (owner !== undefined) {
    say(
      `The agent moved to ${to}, which belongs to the key '${owner}'. ${active} remains the active thread.`,
    );
  } else if (event.active) {
    say(`The agent moved from ${from} to ${to}, which is now the active thread.`);
  } else {
    say(
      `The agent moved from ${from} to ${to}. It is recorded; ${active}, which was chosen since, remains active.`,
    );
  }
}

/** The agent's last move, if the next change of the record has yet to record it. It takes no lock and changes nothing. */
export function unrecordedMove(session: Session, paths: SessionPaths, folders: AmpFolders): NewEvent | null {
  return moveOf(session, paths, folders, (thread) => ownerOf(paths, thread));
}

function moveOf(
  session: Session,
  paths: SessionPaths,
  folders: AmpFolders,
  owner: (thread: ThreadId) => string | null,
): NewEvent | null {
  const { launched } = session;
  if (launched === null || launched.terminal === null) return null;
  const { workdir, terminal, at } = launched;
  // What an agent of an earlier start left behind proves nothing.
  const seen = terminalRecord(folders, workdir, terminal, launchOf(paths, at).wrote);
  if (decideMove(session, seen, null) === null || seen === null) return null;
  return decideMove(session, seen, owner(seen.thread));
}
