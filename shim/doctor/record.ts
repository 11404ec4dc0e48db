import { accessSync, constants, existsSync, readdirSync, statfsSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { historyLength } from '../store/history.ts';
import { keysIn } from '../store/keys.ts';
import { takeLock } from '../store/lock.ts';
import type { SessionPaths } from '../store/paths.ts';
import { threadCount } from '../store/session.ts';
import { readSession } from '../store/store.ts';
import { Deadline } from '../system/deadline.ts';
import type { Key } from '../thread/key.ts';
import { type Finding, note, ok, problem } from './finding.ts';

/** A start needs a few kilobytes, and AgentAPI's chat up to some megabytes. */
const LEAST_FREE_BYTES = 50 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;

/** Looks at the state folder and at the record of every key. */
export async function checkRecord(key: Key): Promise<Finding[]> {
  const { sessions } = key;
  if (!existsSync(sessions)) {
    return [note('record', `Nothing is recorded yet (${sessions})`, 'It is made by the first start.')];
  }
  const keys = keysIn(sessions);
  const perKey = await Promise.all(keys.map(({ key: name, paths }) => checkKey(name, paths)));
  return [checkFolder(sessions), checkSpace(sessions), ...perKey.flat()];
}

function checkFolder(sessions: string): Finding {
  try {
    accessSync(sessions, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return problem('folder', `${sessions} can not be written to`, 'Mend its owner and mode: chmod -R u+rwX');
  }
  const mode = statSync(sessions).mode & 0o777;
  return mode === 0o700
    ? ok('folder', sessions)
    : problem(
        'folder',
        `${sessions} can be entered by others (mode ${mode.toString(8)})`,
        `chmod 700 ${sessions}`,
      );
}

function checkSpace(sessions: string): Finding {
  const { bavail, bsize } = statfsSync(sessions);
  const free = bavail * bsize;
  const found = `${Math.floor(free / MEGABYTE)} MB free on the volume`;
  return free < LEAST_FREE_BYTES
    ? problem('space', found, 'Make room: with a full volume nothing new can be recorded.')
    : ok('space', found);
}

async function checkKey(key: string, paths: SessionPaths): Promise<Finding[]> {
  const { session, unreadable, damagedLines, whole } = readSession(paths, 'all');
  const size = `${(historyLength(paths.history) / MEGABYTE).toFixed(1)} MB of history`;
  return [
    ok('key', `'${key}': ${threadCount(session)} thread(s), ${size}`),
    ...unreadable.map((path) =>
      note(
        'record',
        `${path} can not be read; the history says the same`,
        'Nothing: the next start sets it aside.',
      ),
    ),
    ...(damagedLines > (whole ? 0 : 1)
      ? [
          note(
            'record',
            `${damagedLines} damaged line(s) in ${paths.history} are passed over`,
            'Nothing; keep the file for a bug report.',
          ),
        ]
      : []),
    ...leftovers(paths),
    ...(await checkLock(key, paths)),
  ];
}

function leftovers(paths: SessionPaths): Finding[] {
  const names = readdirSync(paths.folder).filter((name) => /^new-thread\..*Z$|\.unreadable-/.test(name));
  return names.map((name) =>
    note(
      'leftover',
      `${join(paths.folder, name)} was set aside`,
      'Look what it holds; then it may be deleted.',
    ),
  );
}

async function checkLock(key: string, paths: SessionPaths): Promise<Finding[]> {
  const release = await takeLock(paths.folder, new Deadline(0));
  if (release !== null) {
    release();
    return [];
  }
  const files = readdirSync(paths.folder).filter((name) => name.startsWith('lock.'));
  return [
    note(
      'lock',
      `The record of '${key}' is being changed right now (${files.map((name) => basename(name)).join(', ')})`,
      'If that stays so: the process whose number is in the file hangs, and may be ended.',
    ),
  ];
}
