import type { Dropped, RunnerReport } from '../amp/runner-events.ts';
import type { ServedThread } from '../amp/runner-state.ts';
import type { ThreadId } from '../amp/thread-id.ts';

/** What is known when a runner is about to start, or has ended. */
export type Serving = {
  /** What our record says it serves. */
  readonly recorded: readonly ServedThread[];
  /** What Amp's own file says; nothing if that is missing or damaged. */
  readonly inFile: readonly ServedThread[];
  /** The threads that it has attached to since the last look. */
  readonly started: ReadonlySet<ThreadId>;
  /** Why Amp said, since the last look, that it no longer serves a thread. */
  readonly dropped: ReadonlyMap<ThreadId, Dropped>;
};

/** What to record about the threads that a runner serves. */
export type ServingChanges = {
  /** It was asked to serve these. */
  readonly begun: readonly ServedThread[];
  /** A person ended these, at Amp. */
  readonly ended: readonly { readonly thread: ThreadId; readonly reason: string }[];
};

const ENDED: Readonly<Record<Dropped, string | null>> = {
  archived: 'it was archived at Amp',
  missing: 'it was deleted at Amp',
  stopped: "somebody at Amp's site had the runner stop it",
  'folder missing': null,
};

/**
 * Compares our record of a runner's threads with Amp's (I13). Amp's file loses a thread for good when its folder is
 * missing at one start, and all of them when it is damaged: only what Amp says about a thread that its file no longer
 * names proves that a person ended it.
 */
export function decideServing({ recorded, inFile, started, dropped }: Serving): ServingChanges {
  const served = new Map(inFile.map((one) => [one.thread, one]));
  const before = new Map(recorded.map((one) => [one.thread, one]));
  const isNews = ({ thread, folder }: ServedThread) => {
    const known = before.get(thread);
    return known === undefined || known.folder !== folder;
  };
  // Asked for and ended between two looks: it was served all the same.
  const passing = [...started].filter((thread) => !before.has(thread) && !served.has(thread));
  const begun = [
    ...[...served.values()].filter(isNews),
    ...passing.map((thread) => ({ thread, folder: null })),
  ];
  const ended = [...before.keys(), ...passing].flatMap((thread) => {
    const why = dropped.get(thread);
    const reason = served.has(thread) || why === undefined ? null : ENDED[why];
    return reason === null ? [] : [{ thread, reason }];
  });
  return { begun, ended };
}

/**
 * The threads that the next runner is started with: those whose folder is there. The others stay recorded: Amp would
 * strike them for good.
 * @param isThere whether a folder exists.
 */
export function servable(
  recorded: readonly ServedThread[],
  isThere: (folder: string) => boolean,
): { readonly now: readonly ServedThread[]; readonly later: readonly ServedThread[] } {
  const isNow = ({ folder }: ServedThread) => folder === null || isThere(folder);
  return { now: recorded.filter(isNow), later: recorded.filter((one) => !isNow(one)) };
}

/** What is known of a key's own thread when its runner is about to start. */
export type OwnThread = {
  /** Which run of this start it is, counted from 1. */
  readonly run: number;
  readonly active: ThreadId | null;
  /** The thread of the key's last launch; null if that was of an agent, or there was none. */
  readonly lastServed: ThreadId | null;
  /** What our record says the runner serves. */
  readonly recorded: readonly ServedThread[];
  /** Whether a prompt may be due in it. */
  readonly hasPrompt: boolean;
};

/**
 * Whether the runner may start before Amp is asked about the key's own thread, which takes as long as Amp's own start.
 * It may if the last runner served that thread and the record knows of nothing that has happened since: Amp's runner
 * looks at its threads anyway, and says so if it doesn't find this one (decideOnReport).
 */
export function canAskLater({ run, active, lastServed, recorded, hasPrompt }: OwnThread): boolean {
  const isServed = recorded.some(({ thread }) => thread === active);
  return run === 1 && active !== null && active === lastServed && isServed && !hasPrompt;
}

/** What a runner's report says about a thread that Amp was not asked about. */
export type OnReport =
  | { readonly do: 'wait' | 'nothing' }
  /** The next run asks about it: an archived one is served again, and one that is gone replaced. */
  | { readonly do: 'start again' }
  | { readonly do: 'say'; readonly message: string };

/** Decides what to do about the key's own thread, which Amp was not asked about before its runner was launched. */
export function decideOnReport(
  { registered, started, dropped, notAttached }: RunnerReport,
  thread: ThreadId,
): OnReport {
  // An Amp that is told to end before that has no runner to unregister, and may just die.
  if (!registered) return { do: 'wait' };
  const why = dropped.get(thread);
  if (why === 'archived' || why === 'missing') return { do: 'start again' };
  const message = notAttached.get(thread);
  return message === undefined || started.has(thread) ? { do: 'nothing' } : { do: 'say', message };
}

/** The first pause after a runner's end, and the longest, in seconds. */
const FIRST_PAUSE = 1;
const LONGEST_PAUSE = 60;

/**
 * How long to wait before a runner is started again. It is started for ever: Amp's ends by itself while its servers
 * can't be reached.
 * @param quickFailures how many in a row ended before they were registered, including the last.
 */
export function pauseAfter(quickFailures: number): number {
  return Math.min(FIRST_PAUSE * 2 ** Math.max(0, quickFailures - 1), LONGEST_PAUSE);
}
