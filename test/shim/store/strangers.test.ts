import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeTurn } from '../../../shim/store/fair-lock.ts';
import { takeLock } from '../../../shim/store/lock.ts';
import { Deadline } from '../../../shim/system/deadline.ts';
import { machineOfThisProcess } from '../../../shim/system/machine.ts';
import { identifyProcess } from '../../../shim/system/processes.ts';
import { temporaryFolder } from '../../support/folders.ts';
import { waitUntil } from '../../support/wait.ts';

const [boot = '', namespace = '', host = ''] = machineOfThisProcess().split('.');
const OTHER_BOOT = '11111111-2222-4333-8444-555555555555';
const mine = () => identifyProcess(process.pid);

/** Machines as a record may name them, and how a lock held by our own PID and start time then looks. */
const MACHINES = [
  ['this one', [boot, namespace, host], { fresh: 'held', old: 'held' }],
  ['this one, renamed since', [boot, namespace, 'renamed'], { fresh: 'held', old: 'held' }],
  ['this one, but for a boot since', [OTHER_BOOT, namespace, host], { fresh: 'free', old: 'free' }],
  ['another container of this host', [boot, '1', host], { fresh: 'held', old: 'free' }],
  ['another container with a name of its own', [boot, '1', 'pod-2'], { fresh: 'held', old: 'free' }],
  ['this host, where it sees no /proc', ['0', '0', host], { fresh: 'held', old: 'free' }],
  ['another host', [OTHER_BOOT, namespace, 'elsewhere'], { fresh: 'held', old: 'free' }],
] as const;

const cases = MACHINES.flatMap(([name, parts, expected]) =>
  (['fresh', 'old'] as const).map((age) => [age, name, parts.join('.'), expected[age]] as const),
);

function makeOld(path: string): void {
  const at = new Date(Date.now() - 11_000);
  utimesSync(path, at, at);
}

describe.each(cases)(
  'a process with one of our PIDs, %s, recorded on %s',
  (age, _name, machine, expected) => {
    it(`its lock is ${expected}`, async () => {
      const folder = temporaryFolder();
      const path = join(folder, 'lock.7');
      writeFileSync(path, JSON.stringify({ ...mine(), machine }));
      if (age === 'old') makeOld(path);
      const lock = await takeLock(folder, new Deadline(0));
      expect(lock === null ? 'held' : 'free').toBe(expected);
      lock?.release();
    });

    it(`its place in the queue is ${expected}`, async () => {
      const folder = temporaryFolder();
      const path = join(folder, `wait.000000000001.${process.pid}.${mine()?.started}.${machine}`);
      writeFileSync(path, '');
      if (age === 'old') makeOld(path);
      const lock = await takeTurn(folder, new Deadline(0));
      expect(lock === null ? 'held' : 'free').toBe(expected);
      lock?.release();
    });
  },
);

describe('an older version, which named no machine', () => {
  it.each([
    ['that lives', (): number | null => mine()?.started ?? null, 'held'],
    ['whose number is another one now', (): number | null => 1, 'free'],
  ] as const)('a process %s', async (_name, started, expected) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'lock.7'), JSON.stringify({ pid: process.pid, started: started() }));
    const lock = await takeLock(folder, new Deadline(0));
    expect(lock === null ? 'held' : 'free').toBe(expected);
    lock?.release();
    const line = temporaryFolder();
    writeFileSync(join(line, `wait.000000000001.${process.pid}.${started()}`), '');
    const turn = await takeTurn(line, new Deadline(0));
    expect(turn === null ? 'held' : 'free').toBe(expected);
    turn?.release();
  });
});

describe('a live process renews what it holds', () => {
  const ageOf = (path: string) => Date.now() - statSync(path).mtimeMs;

  it('a lock and a place in the queue, for as long as it has them', async () => {
    const folder = temporaryFolder();
    const lock = await takeLock(folder, new Deadline(0));
    const turn = takeTurn(folder, new Deadline(120_000));
    const [waiting = ''] = readdirSync(folder).filter((name) => name.startsWith('wait.'));
    for (const name of ['lock.1', waiting]) {
      makeOld(join(folder, name));
      await waitUntil(name, async () => ({ done: ageOf(join(folder, name)) < 5_000, seen: name }));
    }
    lock?.release();
    (await turn)?.release();
    expect(readdirSync(folder).filter((name) => name.startsWith('wait.'))).toEqual([]);
  });
});

it("a clock that was set back does not keep a stranger's lock for hours", async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'lock.7');
  writeFileSync(path, JSON.stringify({ ...mine(), machine: [boot, '1', 'pod-2'].join('.') }));
  const later = new Date(Date.now() + 3_600_000);
  utimesSync(path, later, later);
  expect(await takeLock(folder, new Deadline(0))).not.toBeNull();
});
