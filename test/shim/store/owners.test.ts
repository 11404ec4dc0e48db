import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { parseThreadId, type ThreadId } from '../../../shim/amp/thread-id.ts';
import { exportKey } from '../../../shim/commands/export.ts';
import { importKey } from '../../../shim/commands/import.ts';
import { use } from '../../../shim/commands/new-use-fork.ts';
import { Key } from '../../../shim/key/key.ts';
import type { NewEvent } from '../../../shim/store/events.ts';
import { ownerOf, withOwners } from '../../../shim/store/keys.ts';
import { takeLock } from '../../../shim/store/lock.ts';
import { becomeWriter, waitForWriter } from '../../../shim/store/writer.ts';
import { Deadline } from '../../../shim/system/deadline.ts';
import { commandLine } from '../../support/command-line.ts';
import { HANG_MS } from '../../support/limits.ts';
import { forgotten, known, record, switched } from '../../support/record.ts';
import { makeStart, type Start } from '../../support/start.ts';

const thread = (number: number) =>
  parseThreadId(`T-aaaaaaaa-0000-4000-8000-${String(number).padStart(12, '0')}`) as ThreadId;
const T = thread(1);

let start: Start;
let keys: readonly [Key, Key, Key];
beforeEach(() => {
  start = makeStart();
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const named = (key: string) => new Key({ ...start.config, key });
  keys = [named('a'), named('b:1'), named('c')];
});

const changed = (key: Key, ...events: NewEvent[]) => key.change((store) => store.record(...events));

/** Makes the volume look as versions before 4.0 left it. */
const asBefore = () => rmSync(keys[0].paths.owners, { recursive: true, force: true });

describe('a thread has one owner in a home', () => {
  it('of two keys that are given it at once, one gets it', async () => {
    const [a, b] = keys;
    for (let number = 1; number <= 5; number++) {
      const ends = await Promise.allSettled(
        [a, b].map((key) => use(key, commandLine('use', thread(number)))),
      );
      expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const reasons = ends.flatMap((end) => (end.status === 'rejected' ? [String(end.reason)] : []));
      expect(reasons.join()).toMatch(/belongs to the key '(a|b:1)'/);
    }
  });

  it.each([
    ['created', known(T)],
    [
      'moved to',
      {
        event: 'moved',
        from: null,
        to: T,
        when: '2026-01-01T00:00:00.000Z',
        workdir: '/w',
        evidence: 'x',
        active: true,
      },
    ],
  ] as const)('which an import that %s it respects, also one of two at once', async (_name, event) => {
    const [a, b, c] = keys;
    await changed(a, event);
    const path = join(start.home, 'exported.json');
    exportKey(a, commandLine('export', '--output', path));
    await expect(importKey(b, commandLine('import', path, '--key', b.name))).rejects.toThrow(
      "belongs to the key 'a'",
    );
    rmSync(a.paths.folder, { recursive: true });
    const ends = await Promise.allSettled(
      [b, c].map((key) => importKey(key, commandLine('import', path, '--key', key.name))),
    );
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it.each(['now', 'in a record of an older version'])('as recorded %s', async (when) => {
    const [a, b] = keys;
    await changed(a, known(T));
    await changed(b, known(thread(2)));
    if (when !== 'now') asBefore();
    expect([ownerOf(b.paths, T), ownerOf(a.paths, T), ownerOf(a.paths, thread(2))]).toEqual([
      'a',
      null,
      'b:1',
    ]);
    await expect(use(b, commandLine('use', T))).rejects.toThrow("belongs to the key 'a'");
    // Whoever is the first to be given a thread makes up for what is missing.
    await use(b, commandLine('use', thread(3)));
    expect(readdirSync(a.paths.owners)).toContain('complete');
    expect([ownerOf(b.paths, T), ownerOf(a.paths, thread(2))]).toEqual(['a', 'b:1']);
  });

  it('also on a volume with so many older keys that a start leaves their claims to a command', async () => {
    const [a, b] = keys;
    await changed(a, known(T));
    await changed(b, known(thread(2)));
    asBefore();
    await withOwners(
      b.paths,
      (owners) => expect([owners.of(T), owners.ofNew(thread(3))]).toEqual(['a', null]),
      1,
    );
    expect(readdirSync(a.paths.owners)).not.toContain('complete');
    await expect(use(b, commandLine('use', T))).rejects.toThrow("belongs to the key 'a'");
  });

  it('which is looked up in the records of those who claim it, and in no others', async () => {
    const [a, b, c] = keys;
    await changed(a, known(T));
    await use(b, commandLine('use', thread(2)));
    // A record that fails whoever reads it.
    mkdirSync(c.paths.history, { recursive: true });
    expect(ownerOf(b.paths, T)).toBe('a');
    expect(ownerOf(b.paths, thread(3))).toBeNull();
  });

  it('nor does a claim count that a crash left without a record, or whose thread was forgotten', async () => {
    const [a, b] = keys;
    await changed(a, known(thread(2)), known(T));
    const claims = readFileSync(join(a.paths.owners, '01.jsonl'), 'utf8');
    await changed(a, forgotten(T));
    // Half a claim, as a crash leaves it.
    writeFileSync(join(a.paths.owners, '01.jsonl'), claims.slice(0, -9));
    await use(b, commandLine('use', T));
    expect(ownerOf(a.paths, T)).toBe('b:1');
  });

  it("as an older version recorded it on a volume of this one's, once its key is used again", async () => {
    const [a, b] = keys;
    await changed(a, known(thread(2)), known(T), switched(thread(2), T));
    await use(b, commandLine('use', thread(3)));
    rmSync(join(a.paths.owners, '01.jsonl'));
    await a.change(() => undefined);
    expect(ownerOf(b.paths, T)).toBe('a');
  });

  it('also where its claim could not be written', async () => {
    const [a, b] = keys;
    await use(b, commandLine('use', thread(2)));
    mkdirSync(join(a.paths.owners, '01.jsonl'));
    await changed(a, known(T));
    expect(ownerOf(b.paths, T)).toBe('a');
    await expect(use(b, commandLine('use', T))).rejects.toThrow("belongs to the key 'a'");
  });

  it('and is given to nobody while another process gives threads away and hangs', async () => {
    const [a] = keys;
    mkdirSync(a.paths.owners, { recursive: true });
    const lock = await takeLock(a.paths.owners, new Deadline(0));
    await expect(use(a, commandLine('use', T))).rejects.toThrow('Nothing was changed; try again');
    lock?.release();
    await use(a, commandLine('use', T));
  });
});

describe('a thread has one writer in a home', () => {
  it('whichever key writes, as on a volume on which two keys have it', async () => {
    const [a, b] = keys;
    const writer = await becomeWriter(a.paths, T, 0);
    expect(await becomeWriter(b.paths, T, 0)).toBeNull();
    writer?.release();
    expect(await becomeWriter(b.paths, T, 0)).not.toBeNull();
  });

  it('also beside one of an older version, which is waited for', async () => {
    const [a] = keys;
    const older = join(a.paths.folder, 'writers', T);
    mkdirSync(older, { recursive: true });
    const lock = await takeLock(older, new Deadline(0));
    expect(await becomeWriter(a.paths, T, 0)).toBeNull();
    expect(await waitForWriter(a.paths, T, 1)).toBe(false);
    const waiting = becomeWriter(a.paths, T, HANG_MS);
    lock?.release();
    (await waiting)?.release();
    expect(await waitForWriter(a.paths, T, 1)).toBe(true);
  });

  it('and who waits for one whose thread is forgotten gets its turn', async () => {
    const [a] = keys;
    const writer = await becomeWriter(a.paths, T, 0);
    const waiting = becomeWriter(a.paths, T, HANG_MS);
    rmSync(join(a.paths.writers, T), { recursive: true });
    writer?.release();
    const next = await waiting;
    expect(next?.isOurs).toBe(true);
    next?.release();
  });
});

it('a record is opened while the owners are held', async () => {
  const [a] = keys;
  mkdirSync(a.paths.owners, { recursive: true });
  const lock = await takeLock(a.paths.owners, new Deadline(0));
  await record(a.paths, known(T));
  lock?.release();
  expect(a.read().active?.thread).toBe(T);
});
