// `npm run conformance` with the installed version only, so that the harness keeps working. The full run is
// manual.
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { installedVersion } from '../../dev/conformance/install.ts';
import { cold, keyRefused, type Scenario, warm } from '../../dev/conformance/scenarios.ts';
import { startAmpServer } from '../support/amp/server.ts';
import { temporaryFolder } from '../support/folders.ts';
import { makeProgram } from '../support/script.ts';

const Report = z.object({
  rows: z.array(
    z.object({ version: z.string(), cells: z.array(z.object({ column: z.string(), word: z.string() })) }),
  ),
  broken: z.array(z.string()),
});

const run = (...args: string[]) =>
  execa('node', ['--import', 'tsx', 'dev/conformance/main.ts', ...args], { reject: false });

/**
 * What each column says of the installed version; those that wait for timeouts are left to the manual run.
 * How soon Amp answers on a busy machine doesn't matter here.
 */
const WORDS = {
  cold: expect.stringMatching(/^new/),
  warm: expect.stringMatching(/^same/),
  missing: 'replaced',
  archived: 'unarchived',
  offline: expect.stringMatching(/^same/),
  'key refused': expect.stringMatching(/^same/),
  'opened itself': 'captured',
  variable: 'not the agent',
  'stream-json': 'init event',
  list: 'JSON, the account',
  'unknown ID': 'refused',
  'followed by': 'terminal',
};

test('every promise holds with the installed version', async () => {
  const version = installedVersion();
  const only = Object.keys(WORDS).flatMap((column) => ['--only', column]);
  const { stdout, exitCode } = await run('--amp', version, '--patient', '--json', ...only);
  const { rows, broken } = Report.parse(JSON.parse(stdout));
  expect(broken).toEqual([]);
  expect(exitCode).toBe(0);
  const [row] = rows;
  expect(row?.version).toBe(version);
  expect(Object.fromEntries(row?.cells.map(({ column, word }) => [column, word]) ?? [])).toEqual(WORDS);
});

test('a version that npm does not have is reported, and the run fails', async () => {
  const { stdout, stderr, exitCode } = await run('--amp', 'latest');
  expect([exitCode, stdout]).toEqual([1, '| version |\n| --- |']);
  expect(stderr).toContain("NOT HELD latest: 'latest' is no version of Amp");
});

test('an unknown column is reported', async () => {
  const { stderr, exitCode } = await run('--amp', installedVersion(), '--only', 'luck');
  expect(exitCode).toBe(1);
  expect(stderr).toContain("There is no column 'luck'");
});

/** Runs a scenario with an `amp` that is a script. @param cases bash for each ending of a command. */
async function runWith(scenario: Scenario, cases: Record<string, string>) {
  const ampFolder = temporaryFolder();
  const arms = Object.entries(cases).map(([words, script]) => `*'${words}'*) ${script} ;;`);
  makeProgram(
    join(ampFolder, 'amp'),
    `id=T-$(cat /proc/sys/kernel/random/uuid)\ncase "$*" in\n${arms.join('\n')}\n*) exit 1 ;;\nesac`,
  );
  const account = await startAmpServer();
  try {
    return await scenario({ version: installedVersion(), ampFolder, account, patient: true });
  } finally {
    await account.close();
  }
}

test('leaving a thread for another breaks a promise', async () => {
  const gone = "echo 'Error: Failed to unarchive thread: Thread not found' >&2; exit 1";
  const amp = { 'threads new': 'echo "$id"', '--unarchive': gone };
  expect((await runWith(warm, amp)).broken).toEqual([expect.stringContaining('I3: warm: T-')]);
  expect((await runWith(keyRefused, amp)).broken).toEqual([
    expect.stringContaining('I3: warm: T-'),
    expect.stringContaining('I3: back again: T-'),
  ]);
});

test('an Amp that creates no threads is left to its own; one that makes them up breaks a promise', async () => {
  const without = await runWith(cold, { 'threads new': "echo 'unknown command' >&2; exit 1" });
  expect(without).toMatchObject({ word: 'own thread', broken: [] });
  // Its thread is in no account.
  const invented = await runWith(cold, { 'threads new': 'echo "$id"' });
  expect(invented).toMatchObject({ word: 'new', broken: [expect.stringContaining('does not have')] });
});
