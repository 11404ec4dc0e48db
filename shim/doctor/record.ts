import * as fs from 'node:fs';
import { accessSync, constants, existsSync, readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Key } from '../key/key.ts';
import { historyLength } from '../store/history.ts';
import { keysIn } from '../store/keys.ts';
import { isLocked } from '../store/lock.ts';
import type { SessionPaths } from '../store/paths.ts';
import { readSession } from '../store/read.ts';
import { threadCount } from '../store/session.ts';
import { hasCode } from '../system/files.ts';
import { reasonOf } from '../system/report.ts';
import { type Finding, look, note, ok, problem } from './finding.ts';

/** A start needs a few kilobytes, and AgentAPI's chat up to a few megabytes. */
const LEAST_FREE_BYTES = 50 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;

const FIX = "Check the owner and mode of the record's files (chmod -R u+rwX), and the volume.";

/**
 * Checks the state folder and the record of every key. It writes nothing: the volume may be full or
 * read-only.
 */
export function checkRecord(key: Key): Finding[] {
  const { sessions } = key;
  if (!existsSync(sessions)) {
    return [note('record', `Nothing is recorded yet (${sessions})`, 'The first start creates it.')];
  }
  return [
    ...look('folder', FIX, () => [checkFolder(sessions)]),
    ...look('space', FIX, () => checkSpace(sessions)),
    ...look('record', FIX, () =>
      keysIn(sessions).flatMap(({ key: name, paths }) => look('key', FIX, () => checkKey(name, paths))),
    ),
  ];
}

function checkFolder(sessions: string): Finding {
  try {
    accessSync(sessions, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return hasCode(error, 'EROFS')
      ? problem(
          'folder',
          `${sessions} is on a read-only volume`,
          'Remount it writable: until then, nothing new can be recorded.',
        )
      : problem(
          'folder',
          `${sessions} can't be written to`,
          `Fix its owner and mode: chmod -R u+rwX ${sessions}`,
        );
  }
  const mode = statSync(sessions).mode & 0o777;
  return mode === 0o700
    ? ok('folder', sessions)
    : problem(
        'folder',
        `${sessions} is accessible to others (mode ${mode.toString(8)})`,
        `chmod 700 ${sessions}`,
      );
}

function checkSpace(sessions: string): Finding[] {
  // Bun has it since 1.2; importing it by name would make the whole program fail on an older one.
  if (typeof fs.statfsSync !== 'function') return [];
  const { bavail, bsize, ffree, files } = fs.statfsSync(sessions);
  const free = bavail * bsize;
  const found = `${Math.floor(free / MEGABYTE)} MB free on the volume`;
  if (free < LEAST_FREE_BYTES)
    return [problem('space', found, 'Free up space: on a full volume, nothing new can be recorded.')];
  // Some file systems (btrfs) don't count files, and report 0 of 0.
  if (files > 0 && ffree === 0)
    return [
      problem(
        'space',
        `${found}, but no free inodes`,
        'Delete files: without an inode, no file can be created.',
      ),
    ];
  return [ok('space', found)];
}

function checkKey(key: string, paths: SessionPaths): Finding[] {
  const { session, unreadable, damagedLines, whole, historyError } = readSession(paths, 'all');
  const size = `${(historyLength(paths.history) / MEGABYTE).toFixed(1)} MB of history`;
  return [
    ok('key', `'${key}': ${threadCount(session)} thread(s), ${size}`),
    ...unreadable.map((path) =>
      note(
        'record',
        `${path} can't be read; the history has the same data`,
        'Nothing to do: the next start sets it aside.',
      ),
    ),
    ...(damagedLines > (whole ? 0 : 1)
      ? [
          note(
            'record',
            `${damagedLines} damaged line(s) in ${paths.history} are ignored`,
            'Nothing to do; keep the file for a bug report.',
          ),
        ]
      : []),
    ...(historyError === null
      ? []
      : [
          problem(
            'record',
            `${paths.history} can't be read (${reasonOf(historyError)}); nothing new can be recorded`,
            FIX,
          ),
        ]),
    ...leftovers(paths),
    ...checkLock(key, paths),
  ];
}

function leftovers(paths: SessionPaths): Finding[] {
  const names = readdirSync(paths.folder).filter((name) =>
    /^new-thread\.(.*Z|.*\.unreadable)$|\.unreadable-/.test(name),
  );
  return names.map((name) =>
    note(
      'leftover',
      `${join(paths.folder, name)} was set aside`,
      'Check what is in it; then it can be deleted.',
    ),
  );
}

function checkLock(key: string, paths: SessionPaths): Finding[] {
  if (!isLocked(paths.folder)) return [];
  const files = readdirSync(paths.folder).filter((name) => name.startsWith('lock.'));
  return [
    note(
      'lock',
      `The record of '${key}' is being changed right now (${files.map((name) => basename(name)).join(', ')})`,
      'If this persists, the process whose ID is in that file hangs; kill it.',
    ),
  ];
}
