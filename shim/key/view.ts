import { mayLackPrompt } from '../prompt/mention.ts';
import type { Session } from '../store/session.ts';
import type { ThreadRecord } from '../store/thread-record.ts';

/** A thread as `--json` shows it (docs/amp-session.schema.json). Times are ISO 8601 in UTC. */
export type ThreadView = {
  readonly thread: string;
  /** Its web page at Amp. */
  readonly url: string;
  readonly name: string | null;
  readonly title: string | null;
  readonly origin: ThreadRecord['origin'];
  readonly parent: string | null;
  readonly workdir: string;
  readonly created: string;
  readonly lastUsed: string;
  readonly lastStart: string | null;
  readonly starts: number;
  readonly sends: number;
  /** Whether it is the thread of the key: the agent's, now or at the next start. */
  readonly active: boolean;
  /** When it last became that. */
  readonly since: string | null;
  /** Why it did. */
  readonly reason: string | null;
  /** When and why it was replaced. */
  readonly ended: { readonly at: string; readonly reason: string } | null;
  /** Whether a prompt that was meant for it may not have arrived. */
  readonly undelivered: boolean;
};

/** The address of a thread's page, which `amp threads new` prints (test/conformance/amp-threads.test.ts). */
export function pageOf(thread: string, ampUrl: string): string {
  return `${ampUrl.replace(/\/+$/, '')}/threads/${thread}`;
}

/**
 * A thread as a program sees it.
 * @param ampUrl Amp's server.
 */
export function viewOf(session: Session, record: ThreadRecord, ampUrl: string): ThreadView {
  const { thread, name, title, origin, parent, workdir, created, lastUsed, lastStart, starts, sends, since } =
    record;
  return {
    thread,
    url: pageOf(thread, ampUrl),
    name,
    title,
    origin,
    parent,
    workdir,
    created,
    lastUsed,
    lastStart,
    starts,
    sends,
    active: session.active?.thread === thread,
    since,
    reason: since === null ? null : reasonOf(record),
    ended: record.ended,
    undelivered: mayLackPrompt(record),
  };
}

const ORIGINS = {
  new: 'created by this workspace',
  forked: 'created by this workspace as a fork',
  recovered: 'created by this workspace, recovered after a crash',
  captured: 'opened by the agent itself',
  served: "begun elsewhere for this workspace's runner",
  adopted: 'made elsewhere, given to this workspace',
  moved: 'found when the agent moved to it',
} as const;

/** How a thread became known, for a person. */
export function originOf({ origin }: Pick<ThreadRecord, 'origin'>): string {
  return ORIGINS[origin];
}

/** How the reason begins where the agent itself went to the thread. */
export const MOVED_HERE = 'the agent moved here';

/** Why a thread is the one of its key. */
function reasonOf(record: ThreadRecord): string {
  const { chosen } = record;
  if (chosen === null) return originOf(record);
  if (chosen.by === 'moved') return `${MOVED_HERE}${chosen.after === null ? '' : ` from ${chosen.after}`}`;
  if (chosen.by === 'replaced') return `in place of ${chosen.after}: ${chosen.reason}`;
  return `chosen with 'amp-session ${chosen.by}'${chosen.after === null ? '' : ` in place of ${chosen.after}`}`;
}
