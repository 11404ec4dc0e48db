import { rmSync } from 'node:fs';
import type { AmpFolders } from '../amp/folders.ts';
import { readRunnerReport } from '../amp/runner-events.ts';
import { runnerStateFile, servedIn, writeServed } from '../amp/runner-state.ts';
import type { ThreadId } from '../amp/thread-id.ts';
import type { RunnerConfig } from '../environment/runner.ts';
import { withOwners } from '../store/keys.ts';
import type { Store } from '../store/store.ts';
import { replaceFile, tryToReadText } from '../system/files.ts';
import { say } from '../system/report.ts';
import { decideServing } from './decide.ts';

/**
 * Records which threads the runner serves, from what Amp keeps and from what its last run reported (I13).
 * @param store of a key with persistence.
 */
export async function recordServing(
  store: Store,
  config: Pick<RunnerConfig, 'folders' | 'workdir'>,
): Promise<void> {
  const file = runnerStateFile(config.folders, config.workdir);
  const { dropped, ...report } = readRunnerReport(store.paths.ampRunnerEvents);
  // One that was ended and is known has been looked at before.
  const started = new Set([...report.started].filter((thread) => !dropped.has(thread) || !store.has(thread)));
  // What a start without persistence has put aside, and what is there now.
  const kept = servedIn(store.paths.ampRunnerState) ?? [];
  const now = servedIn(file);
  const recorded = store.session.served;
  const isRecorded = (thread: ThreadId) => recorded.some((one) => one.thread === thread);
  const changes = decideServing({ recorded, inFile: [...kept, ...(now ?? [])], started, dropped });
  if (changes.begun.length + changes.ended.length === 0) return;
  await withOwners(store.paths, (owners) => {
    const isMine = (thread: ThreadId) => isRecorded(thread) || owners.of(thread) === null;
    for (const { thread } of changes.begun.filter((one) => !isMine(one.thread)))
      say(`The runner serves ${thread}, which belongs to the key '${owners.of(thread)}'. That one keeps it.`);
    store.recordAll([
      ...changes.begun
        .filter(({ thread }) => isMine(thread))
        .map(({ thread, folder }) => ({ event: 'served' as const, thread, folder, workdir: config.workdir })),
      ...changes.ended.map(({ thread, reason }) => ({ event: 'unserved' as const, thread, reason })),
    ]);
  });
  for (const { thread, reason } of changes.ended) say(`The runner no longer serves ${thread}: ${reason}.`);
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
