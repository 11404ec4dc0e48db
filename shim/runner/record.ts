import { rmSync } from 'node:fs';
import type { AmpFolders } from '../amp/folders.ts';
import { readRunnerReport } from '../amp/runner-events.ts';
import { runnerStateFile, servedIn, writeServed } from '../amp/runner-state.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import type { RunnerConfig } from '../environment/runner.ts';
import type { NewEvent } from '../store/events.ts';
import { ownerOf, withOwners } from '../store/keys.ts';
import type { SessionPaths } from '../store/paths.ts';
import { type Session, threadIn } from '../store/session.ts';
import type { Store } from '../store/store.ts';
import { replaceFile, tryToReadText } from '../system/files.ts';
import { say } from '../system/report.ts';
import { decideServing, type ServingChanges } from './decide.ts';
import { readSupervisor } from './supervisor.ts';

type Runner = Pick<RunnerConfig, 'folders' | 'workdir'>;

/**
 * What the record doesn't say yet about the threads that a key's runner serves, from what Amp keeps and from what its
 * last run has reported.
 * @param known whether a thread is in the record.
 */
function servingNews(
  { served: recorded }: Session,
  paths: SessionPaths,
  { folders, workdir }: Runner,
  known: (thread: ThreadId) => boolean,
): ServingChanges {
  const { dropped, ...report } = readRunnerReport(paths.ampRunnerEvents);
  // One that was ended and is known has been looked at before.
  const started = new Set([...report.started].filter((thread) => !dropped.has(thread) || !known(thread)));
  // What a start without persistence has put aside, and what is there now.
  const inFile = [paths.ampRunnerState, runnerStateFile(folders, workdir)].flatMap(
    (file) => servedIn(file) ?? [],
  );
  return decideServing({ recorded, inFile, started, dropped });
}

/** As events. A thread that another key has stays that one's. */
function eventsOf(
  { begun, ended }: ServingChanges,
  workdir: string,
  isMine: (thread: ThreadId) => boolean,
): NewEvent[] {
  return [
    ...begun
      .filter(({ thread }) => isMine(thread))
      .map(({ thread, folder }) => ({ event: 'served' as const, thread, folder, workdir })),
    ...ended.map(({ thread, reason }) => ({ event: 'unserved' as const, thread, reason })),
  ];
}

/**
 * Records which threads the runner serves (I13).
 * @param store of a key with persistence.
 */
export async function recordServing(store: Store, runner: Runner): Promise<void> {
  const changes = servingNews(store.session, store.paths, runner, (thread) => store.has(thread));
  if (changes.begun.length + changes.ended.length === 0) return;
  const isServed = (thread: ThreadId) => store.session.served.some((one) => one.thread === thread);
  await withOwners(store.paths, (owners) => {
    const isMine = (thread: ThreadId) => isServed(thread) || owners.of(thread) === null;
    for (const { thread } of changes.begun.filter((one) => !isMine(one.thread)))
      say(`The runner serves ${thread}, which belongs to the key '${owners.of(thread)}'. That one keeps it.`);
    store.recordAll(eventsOf(changes, runner.workdir, isMine));
  });
  for (const { thread, reason } of changes.ended) say(`The runner no longer serves ${thread}: ${reason}.`);
}

/**
 * What a key's runner has begun and ended to serve since that was last recorded, which the next change of the record
 * records.
 */
export function unrecordedServing(session: Session, paths: SessionPaths, folders: AmpFolders): NewEvent[] {
  const runner = recordedRunner(session, paths, folders);
  if (runner === null) return [];
  const isKnown = (thread: ThreadId) => threadIn(session, thread) !== null;
  const changes = servingNews(session, paths, runner, isKnown);
  return eventsOf(changes, runner.workdir, (thread) => ownerOf(paths, thread) === null);
}

/** Records that. */
export async function recordUnrecordedServing(store: Store, folders: AmpFolders): Promise<void> {
  const runner = recordedRunner(store.session, store.paths, folders);
  if (runner !== null) await recordServing(store, runner);
}

/** The runner whose threads are recorded; null if there is none, or with persistence off. */
function recordedRunner({ runner }: Session, paths: SessionPaths, folders: AmpFolders): Runner | null {
  const isRecorded = runner !== null && readSupervisor(paths)?.persistence === true;
  return isRecorded ? { folders, workdir: runner.workdir } : null;
}

/**
 * A home that was copied to another workspace brings the first one's threads along. They stay that one's: the
 * workspace's ID decides.
 * @param ownsThread whether the key's own thread is the runner's, too.
 */
export async function leaveToOriginal(
  store: Store,
  config: RunnerConfig,
  ownsThread: boolean,
): Promise<void> {
  const { runner, active } = store.session;
  if (runner === null || runner.workspace === '' || config.workspace === '') return;
  if (runner.workspace === config.workspace) return;
  await recordServing(store, config);
  const reason = `this home was copied from the workspace ${runner.workspace}, whose runner serves it`;
  const threads = store.session.served.map(({ thread }) => thread);
  putAside(config, `${store.paths.ampRunnerState}.of-${runner.workspace}`);
  store.recordAll([
    ...threads.map((thread) => ({ event: 'unserved' as const, thread, reason })),
    ...(ownsThread && active !== null
      ? [
          {
            event: 'replaced' as const,
            thread: active.thread,
            reason: 'this home was copied from another workspace',
          },
        ]
      : []),
  ]);
  // They are about that workspace's threads, and all is recorded.
  for (const path of [store.paths.ampRunnerEvents, store.paths.ampRunnerState]) rmSync(path, { force: true });
  const left = threads.length === 1 ? 'one thread' : `${threads.length} threads`;
  say(
    `This home was copied from another workspace (${runner.workspace}). The runner is '${config.name}' here, and leaves ${left} to that workspace's.`,
  );
}

/**
 * Puts Amp's file about the runner aside, so that Amp begins a new one.
 * @param as where it is kept; what is there already stays.
 */
export function putAside({ folders, workdir }: RunnerConfig, as: string): void {
  const file = runnerStateFile(folders, workdir);
  const reading = tryToReadText(file);
  if (reading.kind !== 'text') return;
  // Not a rename: the home and the state folder may be on different volumes.
  if (tryToReadText(as).kind === 'none') replaceFile(as, reading.text);
  rmSync(file, { force: true });
}

/**
 * Has the next runner not serve these threads, while none runs. What Amp's file and the last run's reports say is
 * recorded first, and the reports are gone then: they would bring the threads back.
 */
export async function stopServing(
  store: Store,
  folders: AmpFolders,
  threads: readonly ThreadId[],
): Promise<void> {
  const { runner } = store.session;
  if (runner === null) return;
  const { workdir } = runner;
  await recordServing(store, { folders, workdir });
  rmSync(store.paths.ampRunnerEvents, { force: true });
  for (const file of [runnerStateFile(folders, workdir), store.paths.ampRunnerState]) {
    const served = servedIn(file) ?? [];
    const left = served.filter(({ thread }) => !threads.includes(thread));
    if (left.length < served.length) writeServed(file, null, left);
  }
}
