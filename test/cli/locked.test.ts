import { mkdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { CommandName } from '../../shim/cli/spec.ts';
import { sessionPaths } from '../../shim/store/paths.ts';
import { EXIT } from '../../shim/system/exit.ts';
import { makeBench, TWIN } from '../support/cli/bench.ts';
import { ampSession } from '../support/cli/home.ts';
import { oneLine } from '../support/cli/one-line.ts';
import { lockFolder, stateOf } from '../support/cli/state.ts';
import { IMPATIENT } from '../support/patience.ts';

describe('a locked record', () => {
  const changing: readonly (readonly [CommandName, ...string[]])[] = [
    ['new'],
    ['use', TWIN],
    ['fork'],
    ['rename', TWIN, 'login'],
    ['forget', TWIN, '--yes', '--delete'],
    ['cleanup', '--keep', '1', '--yes'],
    ['send', 'hello', '--key', 'empty'],
    ['import', 'other.json', '--key', 'empty'],
  ];

  it('a command that would change it gives up after 10 s, with nothing changed, here or at Amp', async () => {
    const { home, amp, stateFolder } = await makeBench();
    const empty = sessionPaths(stateFolder, 'empty').folder;
    mkdirSync(empty);
    for (const folder of [sessionPaths(stateFolder, 'main').folder, empty]) lockFolder(folder);
    const before = stateOf(stateFolder);
    // All at once: each of them waits as long as a start may take.
    const runs = await Promise.all(
      changing.map(async (args) => ({
        args,
        run: await ampSession(home, [...args, '--json'], { env: IMPATIENT }),
      })),
    );
    for (const { args, run } of runs) {
      expect(oneLine(run), args.join(' ')).toMatch(
        /^Another process has the record of '(main|empty)' locked \(.*\)\. Nothing was changed; try again\.$/,
      );
      expect(run.exitCode, args.join(' ')).toBe(EXIT.busy);
    }
    expect(stateOf(stateFolder)).toEqual(before);
    expect(amp.calls().filter((call) => /new|delete| -x/.test(call))).toEqual([]);
  });

  it.each([['status'], ['list', '--all'], ['show'], ['export'], ['doctor'], ['forget', TWIN, '--dry-run']])(
    '%s needs no lock: if it did, a lock that is never released would make it fail',
    async (...args) => {
      const { home, stateFolder } = await makeBench();
      lockFolder(sessionPaths(stateFolder, 'main').folder);
      const run = await ampSession(home, args);
      expect(run.exitCode, run.stderr).toBe(EXIT.ok);
    },
  );
});
