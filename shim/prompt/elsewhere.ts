import type { AmpFolders } from '../amp/folders.ts';
import { openedSince } from '../amp/opened.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import { ownerOf } from '../store/keys.ts';
import { launchOf } from '../store/launch.ts';
import type { SessionPaths } from '../store/paths.ts';
import { type Session, threadIn, threadsOf } from '../store/session.ts';
import { MOST_ASKED } from './asked.ts';

/** The threads that were opened in this home since a launch, most recently opened first, but for other keys'. */
export function openedSinceLaunch(
  paths: SessionPaths,
  folders: AmpFolders,
  launch: string,
  but: ThreadId,
): ThreadId[] {
  return openedSince(folders, launchOf(paths, launch).wrote)
    .filter((thread) => thread !== but && ownerOf(paths, thread) === null)
    .slice(0, MOST_ASKED);
}

/**
 * The other threads that a prompt may have gone to, before it is sent again: a message typed while the thread is
 * still opening goes to a new one, which may not have been recorded as the agent's.
 * @param thread the thread that it was meant for.
 */
export function otherPlacesOf(
  session: Session,
  paths: SessionPaths,
  folders: AmpFolders,
  sha256: string,
  thread: ThreadId,
): ReadonlySet<ThreadId> {
  const { launched } = session;
  if (launched === null) return new Set();
  const handed = threadIn(session, thread)?.prompts.find((each) => each.sha256 === sha256)?.handed;
  const holders = threadsOf(session)
    .filter(({ prompts }) => prompts.some((each) => each.sha256 === sha256 && each.handed === handed))
    .map((record) => record.thread)
    .filter((other) => other !== thread && ownerOf(paths, other) === null);
  return new Set([...holders, ...openedSinceLaunch(paths, folders, handed ?? launched.at, thread)]);
}
