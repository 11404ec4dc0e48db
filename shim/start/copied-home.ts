import type { Store } from '../store/store.ts';
import { say } from '../system/report.ts';

/**
 * A home that was copied to another workspace (a golden image, a volume's snapshot) brings the first one's thread along.
 * It stays that one's: this workspace begins its own. Coder's ID of the workspace decides, which a new name or owner, as
 * of a prebuilt workspace that is claimed, leaves as it is.
 * @param store with everything recorded that is known of the agent's last moves.
 * @param workspace that ID; empty where it is unknown, and then nothing is decided.
 */
export function leaveCopiedThread(store: Store, workspace: string): void {
  const { workspace: from = '', active } = store.session;
  if (from === '' || workspace === '' || from === workspace) return;
  const reason = `this home was copied from the workspace ${from}, which goes on with it`;
  // Together, and in this order: one without the other must not make the next start leave a thread of its own.
  store.recordAll([
    ...(active === null ? [] : [{ event: 'replaced' as const, thread: active.thread, reason }]),
    { event: 'copied', from, to: workspace },
  ]);
  if (active === null) return;
  const { thread } = active;
  say(
    `This home was copied from another workspace (${from}), which keeps ${thread}. A thread of its own begins here; 'amp-session use ${thread}' takes that one over.`,
  );
}
