import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { ThreadId } from '../../../shim/amp/thread-id.ts';
import { cleanup } from '../../../shim/commands/cleanup.ts';
import { exportKey } from '../../../shim/commands/export.ts';
import { forget } from '../../../shim/commands/forget.ts';
import { importKey } from '../../../shim/commands/import.ts';
import { fork, use } from '../../../shim/commands/new-use-fork.ts';
import { rename } from '../../../shim/commands/rename.ts';
import { Key } from '../../../shim/key/key.ts';
import { prepare } from '../../../shim/start/prepare.ts';
import type { NewEvent } from '../../../shim/store/events.ts';
import { commandLine } from '../../support/command-line.ts';
import { HANG_MS } from '../../support/limits.ts';
import { forgotten, known, openStore, record, switched } from '../../support/record.ts';
import { makeStart, type Start } from '../../support/start.ts';
import { A, B, C } from '../../support/thread-record.ts';

const OLD = '2026-01-01T00:00:00.000Z';

let start: Start;
let key: Key;
beforeEach(async () => {
  start = makeStart();
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  key = new Key(start.config);
  await record(key.paths, old(A), old(B), switched(B, A));
});

/** A thread that nobody has used for long. */
const old = (id: ThreadId) => ({ ...known(id), at: OLD });

/**
 * Runs a command that has looked at everything and then waits for the record, while it changes.
 * @returns what became of it.
 */
async function overtaken(command: () => Promise<unknown>, ...events: NewEvent[]): Promise<string> {
  const store = await openStore(key.paths);
  const running = command().then(
    () => 'done',
    (error: Error) => error.message,
  );
  store.record(...events);
  store.close();
  return running;
}

const chosen = (to: ThreadId) => switched(A, to);
const historyOf = (of: Key) => readFileSync(of.paths.history, 'utf8');

describe('what a command decided before it had the record', () => {
  const used: readonly (readonly [string, () => NewEvent, string])[] = [
    ['that became the active one', () => chosen(B), 'the active thread'],
    ['that was sent to', () => ({ event: 'sent', thread: B, prompt: null }), 'used in the meantime'],
    ['that is gone already', () => forgotten(B), 'no longer on the list'],
  ];
  it.each(used)('forget: a thread stays %s', async (_name, event, why) => {
    start.amp({ 'threads delete': `touch "${start.home}/deleted"` });
    const forgetting = () => forget(key, commandLine('forget', B, '--delete', '--yes'));
    expect(await overtaken(forgetting, event())).toContain(why);
    expect(existsSync(join(start.home, 'deleted'))).toBe(false);
  });

  it('forget: a thread stays that the agent of another key has gone to', async () => {
    const other = { ...start.config, key: 'other' };
    await prepare({ ...other, adopt: C, port: null, agentApiPidFile: null, agentApiStateFile: null }, '');
    await record(key.paths, old(B));
    const gone = {
      from: C,
      to: B,
      when: new Date().toISOString(),
      workdir: '/w',
      evidence: 'x',
      active: false,
    };
    await record(new Key(other).paths, { event: 'moved', ...gone, owner: 'main' });
    await expect(forget(key, commandLine('forget', B, '--yes'))).rejects.toThrow(
      "the agent of the key 'other' is in it",
    );
  });

  it('cleanup: what was used since stays, the rest goes', async () => {
    await record(key.paths, old(C));
    const cleaning = () => cleanup(key, commandLine('cleanup', '--keep', '0', '--yes'));
    expect(await overtaken(cleaning, chosen(B))).toBe('done');
    expect(start.said()).toContain(`Keeping ${B}: it is the active thread.`);
    expect(key.readAll().active?.thread).toBe(B);
    expect([...key.readAll().others.keys()]).not.toContain(C);
  });

  it('rename: a name that another thread has by now is refused, and so is a thread that is gone', async () => {
    const renaming = () => rename(key, commandLine('rename', B, 'mine'));
    expect(await overtaken(renaming, { event: 'named', thread: A, name: 'mine' })).toContain(
      'already called',
    );
    expect(await overtaken(() => rename(key, commandLine('rename', B, 'new')), forgotten(B))).toContain(
      'no thread',
    );
  });

  it('import: a key that has a record by now is refused, and its record stays as it is', async () => {
    const path = join(start.home, 'exported.json');
    exportKey(key, commandLine('export', '--output', path));
    const other = new Key({ ...start.config, stateFolder: join(start.home, 'other') });
    const importing = () => importKey(other, commandLine('import', path, '--key', 'main'));
    const ends = await Promise.allSettled([importing(), importing()]);
    expect(ends.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(historyOf(other).match(/"event":"thread"/g)).toHaveLength(2);
  });

  it('use: a thread that was forgotten while Amp was asked is refused', async () => {
    const store = await openStore(key.paths);
    const asked = join(start.home, 'asked');
    start.amp({ '--unarchive': `touch '${asked}'; echo ok` });
    const using = use(key, commandLine('use', B)).catch((error: Error) => error.message);
    await expect.poll(() => existsSync(asked), { timeout: HANG_MS }).toBe(true);
    store.record(forgotten(B));
    store.close();
    expect(await using).toContain('was forgotten meanwhile');
    expect(key.read().active?.thread).toBe(A);
  });

  it('fork: the child of a thread that was forgotten while Amp was asked is listed, and not chosen', async () => {
    const asked = join(start.home, 'asked');
    const goOn = join(start.home, 'go-on');
    start.amp({
      'threads new': `touch '${asked}'; until [[ -e '${goOn}' ]]; do sleep 0.05; done; echo ${C}`,
    });
    const forking = fork(key, commandLine('fork', B)).catch((error: Error) => error.message);
    await expect.poll(() => existsSync(asked), { timeout: HANG_MS }).toBe(true);
    await record(key.paths, forgotten(B));
    writeFileSync(goOn, '');
    expect(await forking).toContain('was forgotten while Amp created');
    expect(key.readAll()).toMatchObject({ active: { thread: A } });
    expect([...key.readAll().others.keys()]).toEqual([C]);
  });
});
