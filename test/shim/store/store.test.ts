import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takeLock } from '../../../shim/store/lock.ts';
import { type SessionPaths, sessionPaths } from '../../../shim/store/paths.ts';
import { readSession } from '../../../shim/store/read.ts';
import { seal, unseal } from '../../../shim/store/seal.ts';
import { Deadline } from '../../../shim/system/deadline.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { known, launchedIn, openStore, record } from '../../support/record.ts';
import { A, B } from '../../support/thread-record.ts';

/** A key with two threads: A was replaced by B, B was started twice. */
async function lived(paths = sessionPaths(temporaryFolder(), 'main')): Promise<SessionPaths> {
  await record(paths, known(A), launchedIn(A));
  await record(paths, { event: 'replaced', thread: A, reason: 'gone' }, known(B), launchedIn(B));
  await launchAgain(paths);
  return paths;
}

const launchAgain = (paths: SessionPaths) => record(paths, launchedIn(B));

/** Leaves only the history to read from. */
function dropSnapshots(paths: SessionPaths): void {
  for (const snapshot of [paths.snapshot, paths.previousSnapshot]) writeFileSync(snapshot, '');
}

const activeIn = (paths: SessionPaths) => readSession(paths).session.active;

describe('Store', () => {
  it('I1: has an event on disk when record returns, without being closed', async () => {
    const paths = sessionPaths(temporaryFolder(), 'main');
    const store = await openStore(paths);
    store.record(known(A));
    expect(activeIn(paths)?.thread).toBe(A);
    store.close();
  });

  it('I2: keeps a replaced thread in the history with its reason', async () => {
    const paths = await lived();
    expect(readFileSync(paths.history, 'utf8')).toMatch(
      new RegExp(`"replaced","thread":"${A}","reason":"gone"`),
    );
  });

  it('I6: is unreadable to others', async () => {
    const paths = await lived();
    expect(statSync(paths.folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(paths.folder)) {
      expect(statSync(`${paths.folder}/${name}`).mode & 0o777, name).toBe(0o600);
    }
  });

  it("I10: sets aside a snapshot that it can't parse, and recovers from the history", async () => {
    const paths = await lived();
    writeFileSync(paths.snapshot, 'not ours');
    writeFileSync(paths.previousSnapshot, '{"version":1}');
    const store = await openStore(paths);
    expect(store.session.active).toMatchObject({ thread: B, starts: 2 });
    expect(store.trouble).toHaveLength(2);
    store.close();
    const aside = readdirSync(paths.folder).filter((name) => name.includes('.unreadable-'));
    expect(aside.map((name) => readFileSync(`${paths.folder}/${name}`, 'utf8')).sort()).toEqual([
      'not ours',
      '{"version":1}',
    ]);
  });

  it('falls back on the previous generation', async () => {
    const paths = await lived();
    writeFileSync(paths.snapshot, '');
    expect(activeIn(paths)).toMatchObject({ thread: B, starts: 2 });
  });

  it('keeps fields and events of a newer version', async () => {
    const paths = await lived();
    const body = unseal(readFileSync(paths.snapshot, 'utf8').trim());
    const active = { ...(body?.['active'] as object), mood: 'good' };
    writeFileSync(paths.snapshot, seal({ ...body, version: 7, active, later: [1] }));
    appendFileSync(paths.history, `${seal({ seq: 99, at: 'later', event: 'sang', song: 'la' })}\n`);
    await launchAgain(paths);
    expect(unseal(readFileSync(paths.snapshot, 'utf8').trim())).toMatchObject({
      version: 7,
      seq: 100,
      later: [1],
      active: { mood: 'good', starts: 3 },
    });
    expect(readFileSync(paths.history, 'utf8')).toContain('"song":"la"');
  });

  it('completes a line that a crash cut short, and loses only that line', async () => {
    const paths = await lived();
    truncateSync(paths.history, statSync(paths.history).size - 5);
    await launchAgain(paths);
    dropSnapshots(paths);
    // One start's line stays broken; the next one counts.
    expect(readSession(paths)).toMatchObject({
      damagedLines: 1,
      session: { active: { thread: B, starts: 2 } },
    });
  });

  it('counts nothing from a record that never reached the volume', async () => {
    const paths = sessionPaths(temporaryFolder(), 'main');
    const store = await openStore(paths);
    mkdirSync(paths.history);
    expect(() => store.record(known(A))).toThrow();
    store.close();
    expect(existsSync(paths.snapshot)).toBe(false);
    expect((await takeLock(paths.folder, new Deadline(1_000))) !== null).toBe(true);
  });

  it('begins a new line after half a line that a snapshot has counted', async () => {
    const paths = await lived();
    const text = readFileSync(paths.history, 'utf8');
    writeFileSync(paths.history, `${text}{"seq":`);
    const body = unseal(readFileSync(paths.snapshot, 'utf8').trim());
    writeFileSync(paths.snapshot, seal({ ...body, historyBytes: text.length + 7 }));
    await launchAgain(paths);
    dropSnapshots(paths);
    expect(readSession(paths)).toMatchObject({
      damagedLines: 1,
      session: { active: { thread: B, starts: 3 } },
    });
  });

  it('is readable after truncating the history or changing a snapshot at any byte', async () => {
    const paths = await lived();
    const sound = { history: readFileSync(paths.history), snapshot: readFileSync(paths.snapshot) };
    for (let length = 0; length <= sound.history.length; length++) {
      writeFileSync(paths.history, sound.history.subarray(0, length));
      // The snapshot covers all of it, whatever happened to the history.
      expect(activeIn(paths)).toMatchObject({ thread: B, starts: 2 });
    }
    writeFileSync(paths.history, sound.history);
    fc.assert(
      fc.property(fc.nat(sound.snapshot.length - 1), fc.integer({ min: 1, max: 255 }), (position, flip) => {
        const damaged = Buffer.from(sound.snapshot);
        damaged[position] = (damaged[position] ?? 0) ^ flip;
        writeFileSync(paths.snapshot, damaged);
        expect(activeIn(paths)).toMatchObject({ thread: B, starts: 2 });
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves the files alone when nothing was recorded', async () => {
    const paths = sessionPaths(temporaryFolder(), 'main');
    (await openStore(paths)).close();
    expect(existsSync(paths.snapshot)).toBe(false);
    await lived(paths);
    const before = statSync(paths.snapshot).ino;
    (await openStore(paths)).close();
    expect(statSync(paths.snapshot).ino).toBe(before);
  });
});
