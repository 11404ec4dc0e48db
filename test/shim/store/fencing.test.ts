import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ThreadId } from '../../../shim/amp/thread-id.ts';
import { followWithChat } from '../../../shim/chat/follow.ts';
import type { NewEvent, SessionEvent } from '../../../shim/store/events.ts';
import { appendHistory, historyLength } from '../../../shim/store/history.ts';
import { takeLock } from '../../../shim/store/lock.ts';
import { type SessionPaths, sessionPaths } from '../../../shim/store/paths.ts';
import { readSession } from '../../../shim/store/read.ts';
import { unseal } from '../../../shim/store/seal.ts';
import { writeSnapshot } from '../../../shim/store/snapshot.ts';
import { Store } from '../../../shim/store/store.ts';
import { Deadline } from '../../../shim/system/deadline.ts';
import { machineOfThisProcess } from '../../../shim/system/machine.ts';
import { identifyProcess } from '../../../shim/system/processes.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { known, openStore, record, switched } from '../../support/record.ts';
import { A, B, C } from '../../support/thread-record.ts';

const TOOK_OVER = /another one took over/;

const open = (paths: SessionPaths) => openStore(paths, 0);

/** Makes a lock look like one of another container, whose process has been stopped for longer than the lease. */
function expire(folder: string): void {
  const [name = ''] = readdirSync(folder).filter((each) => each.startsWith('lock.'));
  const [boot, , host] = machineOfThisProcess().split('.');
  const owner = { ...identifyProcess(process.pid), machine: `${boot}.1.${host}` };
  writeFileSync(join(folder, name), JSON.stringify(owner));
  const at = new Date(Date.now() - 11_000);
  utimesSync(join(folder, name), at, at);
}

/** A key in A, whose record is open, and has since been taken over by another process that chose B. */
async function overtaken(...before: NewEvent[]): Promise<{ paths: SessionPaths; late: Store }> {
  const paths = sessionPaths(temporaryFolder(), 'main');
  await record(paths, known(A), ...before);
  const late = await open(paths);
  late.record({ event: 'named', thread: A, name: 'before' });
  expire(paths.folder);
  await record(paths, known(B), switched(A, B));
  return { paths, late };
}

const numbersIn = ({ history }: SessionPaths) =>
  readFileSync(history, 'utf8')
    .trim()
    .split('\n')
    .map((line) => unseal(line)?.['seq']);

/** What is known, by the snapshot and by the history alone, which must say the same. */
function state(paths: SessionPaths): { active: ThreadId | undefined; others: ThreadId[] } {
  const read = () => {
    const { active, others } = readSession(paths).session;
    return { active: active?.thread, others: [...others.keys()].sort() };
  };
  const withSnapshot = read();
  for (const snapshot of [paths.snapshot, paths.previousSnapshot]) writeFileSync(snapshot, '');
  expect(read()).toEqual(withSnapshot);
  return withSnapshot;
}

describe('a process that lost the lock of a record while it was stopped', () => {
  it('records nothing, writes no snapshot and takes nothing from the new owner', async () => {
    const { paths, late } = await overtaken();
    const owner = await open(paths);
    expect(() => late.record(known(C), switched(A, C))).toThrow(TOOK_OVER);
    late.close();
    owner.record({ event: 'named', thread: B, name: 'after' });
    expect(await Store.open(paths, new Deadline(0))).toBeNull();
    owner.close();
    expect(numbersIn(paths)).toEqual([1, 2, 3, 4, 5]);
    expect(readSession(paths).session.active).toMatchObject({ thread: B, name: 'after' });
    expect(state(paths)).toEqual({ active: B, others: [A] });
  });

  it("does not move AgentAPI's chat", async () => {
    // A crash has interrupted a move, which whoever has the record finishes.
    const { paths, late } = await overtaken({
      event: 'chat-moving',
      from: A,
      to: B,
      aside: true,
      back: true,
    });
    const stateFile = join(temporaryFolder(), 'agentapi-state.json');
    writeFileSync(stateFile, '{"version":1,"messages":[]}');
    mkdirSync(paths.chats);
    writeFileSync(join(paths.chats, `${B}.json`), 'of B');
    expect(() => followWithChat(late, stateFile, B)).toThrow(TOOK_OVER);
    late.close();
    expect(existsSync(stateFile)).toBe(true);
    expect(readdirSync(paths.chats)).toEqual([`${B}.json`]);
  });

  it.each([
    ['while nobody has the record', false],
    ['while the new owner has it open', true],
  ])(
    'and stopped between its look and its write, decides nothing and drops no thread, %s',
    async (_name, isOpen) => {
      const { paths, late } = await overtaken();
      const owner = isOpen ? await open(paths) : null;
      // What its `record` and `close` would have written without the look.
      const events = [known(C), switched(A, C), { event: 'titled', thread: C, title: 'late' } as const];
      const lines = events.map((event, index) => ({
        seq: 3 + index,
        at: 'late',
        ...event,
      }));
      appendHistory(paths.history, lines as SessionEvent[], true);
      late.close();
      owner?.record({ event: 'named', thread: B, name: 'after' });
      owner?.close();
      expect(numbersIn(paths)).toEqual([1, 2, 3, 4, 3, 4, 5, ...(isOpen ? [6] : [])]);
      expect(readSession(paths).session.active?.name).toBe(isOpen ? 'after' : null);
      expect(state(paths)).toEqual({ active: B, others: [A, C] });
    },
  );

  it('and stopped while it wrote a snapshot, hides nothing with it', async () => {
    const paths = sessionPaths(temporaryFolder(), 'main');
    const first = await open(paths);
    first.record(known(A));
    const old = { session: first.session, historyBytes: historyLength(paths.history) };
    first.record(known(B), switched(A, B));
    first.close();
    writeSnapshot(paths, old);
    expect(state(paths)).toEqual({ active: B, others: [A] });
  });
});

it('a snapshot counts only lines that it was made from', async () => {
  const paths = sessionPaths(temporaryFolder(), 'main');
  const store = await open(paths);
  store.record(known(A));
  appendHistory(paths.history, [{ seq: 2, at: 'now', ...known(B) } as SessionEvent], true);
  store.close();
  expect(state(paths)).toEqual({ active: A, others: [B] });
});

describe('a process that lost a lock which it had passed on', () => {
  it('leaves the new owner in place, and ends the program that it had started', async () => {
    const folder = temporaryFolder();
    const late = await takeLock(folder, new Deadline(0));
    const program = spawn('sleep', ['1000'], { stdio: 'ignore' });
    onTestFinished(() => void program.kill('SIGKILL'));
    const ended = once(program, 'exit');
    late?.passTo(program.pid ?? 0);
    expire(folder);
    const owner = await takeLock(folder, new Deadline(0));
    expect(late?.isOurs).toBe(false);
    expect(await ended).toEqual([null, 'SIGTERM']);
    const second = spawn('sleep', ['1000'], { stdio: 'ignore' });
    onTestFinished(() => void second.kill('SIGKILL'));
    const secondEnded = once(second, 'exit');
    expect(() => late?.passTo(second.pid ?? 0)).toThrow(TOOK_OVER);
    expect(await secondEnded).toEqual([null, 'SIGTERM']);
    late?.release();
    expect(owner?.isOurs).toBe(true);
    expect(await takeLock(folder, new Deadline(0))).toBeNull();
    owner?.release();
  });
});
