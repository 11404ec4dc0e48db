import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';

/** Where everything of one session key lies on the volume. */
export type SessionPaths = {
  /** The key's own folder; everything below is in it. */
  readonly folder: string;
  /** The key itself, as text. */
  readonly key: string;
  /** Every event, one line each; only ever appended to. */
  readonly history: string;
  /** The snapshot of the history, and the generation before it. */
  readonly snapshot: string;
  readonly previousSnapshot: string;
  /** AgentAPI's state files of threads that are not the active one. */
  readonly chats: string;
  /** Which start script runs the agent, and how often it failed in a row. */
  readonly runner: string;
  /** What the files of Amp and AgentAPI looked like when the agent was last launched. */
  readonly launch: string;
  /** What Amp said of the thread after the agent was last restarted. */
  readonly afterRestart: string;
  /** Which script runs Amp's runner, and how that goes. */
  readonly ampRunner: string;
  /** What that runner has reported since its launch. */
  readonly ampRunnerEvents: string;
  /** The same of one that is started with persistence off: what the other has reported stays until it is recorded. */
  readonly ampRunnerUnrecorded: string;
  /** What it has printed besides, since the same. */
  readonly ampRunnerPrinted: string;
  /** Amp's own file about the runner, from before persistence was switched off. */
  readonly ampRunnerState: string;
  /** Left by `--now`: the agent exits to change threads, not because it failed. */
  readonly restartMark: string;
  /** What `forget` and `cleanup` dropped, one file each time. */
  readonly archive: string;
  /** Who is sending to this key, and who is waiting to. */
  readonly queue: string;
  /** Where versions before 4.0 keep who is writing to this key's threads. */
  readonly olderWriters: string;
  /** Who is writing to which thread, and who is waiting to. All keys of the home share it. */
  readonly writers: string;
  /** Which key has which thread (owners.ts). All keys of the home share it. */
  readonly owners: string;
};

/** A file name may have 255 bytes (ext4, xfs, tmpfs); the rest is for suffixes that we add. */
const LONGEST_NAME = 120;

/**
 * The places of a session key inside the module's folder.
 * @param key any text; different keys get different folders, even on a case-insensitive file system.
 */
export function sessionPaths(stateFolder: string, key: string): SessionPaths {
  return sessionPathsIn(join(stateFolder, 'sessions', folderName(key)));
}

/** The places inside a key's own folder. */
export function sessionPathsIn(folder: string): SessionPaths {
  const home = dirname(dirname(folder));
  return {
    folder,
    key: join(folder, 'key'),
    history: join(folder, 'history.jsonl'),
    snapshot: join(folder, 'store.json'),
    previousSnapshot: join(folder, 'store.previous.json'),
    chats: join(folder, 'chats'),
    runner: join(folder, 'runner.json'),
    launch: join(folder, 'launch.json'),
    afterRestart: join(folder, 'after-restart.json'),
    ampRunner: join(folder, 'amp-runner.json'),
    ampRunnerEvents: join(folder, 'amp-runner.events.jsonl'),
    ampRunnerUnrecorded: join(folder, 'amp-runner.unrecorded.jsonl'),
    ampRunnerPrinted: join(folder, 'amp-runner.log'),
    ampRunnerState: join(folder, 'amp-runner.state.json'),
    restartMark: join(folder, 'restart'),
    archive: join(folder, 'archive'),
    queue: join(folder, 'writers/queue'),
    olderWriters: join(folder, 'writers'),
    writers: join(home, 'writers'),
    owners: join(home, 'owners'),
  };
}

function folderName(key: string): string {
  const readable = key.replace(/[^a-z0-9._-]/g, '-');
  if (readable === key && !key.startsWith('.') && key.length <= LONGEST_NAME) return key;
  const unique = createHash('sha256').update(key).digest('hex').slice(0, 16);
  // '~' never occurs in a readable key, so a hashed name can't collide with a plain one.
  return `${readable.slice(0, LONGEST_NAME - 20).replace(/^\./, '-')}~${unique}`;
}
