import { beforeEach, describe, expect, it } from 'vitest';
import { EXIT } from '../../shim/system/exit.ts';
import { ACTIVE, makeBench, OTHER_TWIN, TWIN } from '../support/cli/bench.ts';
import { ampSession, type Home } from '../support/cli/home.ts';
import { recordEvents } from '../support/cli/record.ts';
import { onTerminal } from '../support/cli/screen.ts';
import { stateOf } from '../support/cli/state.ts';
import type { Terminal } from '../support/terminal.ts';

let home: Home;
beforeEach(async () => {
  ({ home } = await makeBench());
  await recordEvents(home.stateFolder, 'main', [
    { event: 'named', thread: TWIN, name: 'login page' },
    { event: 'titled', thread: OTHER_TWIN, title: 'Fix the flaky test' },
  ]);
});

const terminal = (args: readonly string[], env: Record<string, string> = {}): Terminal =>
  onTerminal('amp-session', args, { cwd: home.project, env: { ...home.env, ...env } });

/** The lines of the list, as they stand on the screen. */
const rows = (screen: string) => screen.match(/T-[0-9a-f]{8} .*/g) ?? [];

describe('a thread that is asked for and not given', () => {
  it('is chosen on a terminal: all of them, the last used first, with names, titles, age and folder', async () => {
    const shown = terminal(['use', '--dry-run']);
    await shown.until((text) => rows(text).length === 3);
    const [first = '', second = '', third = ''] = rows(shown.screen());
    expect(first).toMatch(new RegExp(`^${ACTIVE.slice(0, 10)} .*ago`));
    expect([second, third].sort()).toEqual([
      expect.stringMatching(/T-b1110001 {2}login page {2}.*ago {2}~?\/.*project/),
      expect.stringMatching(/T-b1110002 {2}Fix the flaky test {2}.*ago {2}~?\/.*project/),
    ]);
    shown.type('flaky fix');
    await shown.until((text) => rows(text).length === 1);
    shown.type('\r');
    expect((await shown.ended).exitCode).toBe(EXIT.ok);
    expect(shown.screen().replaceAll('\n', '')).toContain(`Would use ${OTHER_TWIN}`);
  });

  it('is chosen with the arrow keys, too, and rename asks for the name then', async () => {
    const shown = terminal(['rename']);
    await shown.until((text) => rows(text).length === 3);
    shown.type('login');
    await shown.until((text) => rows(text).length === 1);
    shown.type('\r');
    await shown.until((text) => text.includes('Its new name?'));
    shown.type('log-in page\r');
    expect((await shown.ended).exitCode).toBe(EXIT.ok);
    expect((await ampSession(home, ['show', TWIN])).stdout).toContain('log-in page');
  });

  it.each([
    ['Escape', '\u001b'],
    ['Ctrl-C', '\u0003'],
  ])('%s chooses nothing, and changes nothing', async (_, keys) => {
    const before = stateOf(home.stateFolder);
    const shown = terminal(['forget', '--yes']);
    await shown.until((text) => rows(text).length === 3);
    shown.type(keys);
    expect((await shown.ended).exitCode).toBe(EXIT.refused);
    expect(shown.screen()).toContain('Nothing was chosen, and nothing was changed.');
    expect(stateOf(home.stateFolder)).toEqual(before);
  });

  it.each([
    ['--no-input', ['--no-input'], {}],
    ['--json', ['--json'], {}],
    ['CI', [], { CI: 'true' }],
    ['a terminal that moves no cursor', [], { TERM: 'dumb' }],
  ])('is not asked for with %s', async (_, args, env) => {
    const shown = terminal(['use', ...args], env);
    expect((await shown.ended).exitCode).toBe(EXIT.usage);
    expect(shown.screen()).toContain('Usage: amp-session use <thread>.');
  });

  it('is not asked for in a pipe', async () => {
    expect(await ampSession(home, ['forget'])).toMatchObject({ exitCode: EXIT.usage, stdout: '' });
  });
});
