import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { dialogOn } from '../../shim/agentapi/dialog.ts';
import { SETTINGS, skipTour } from '../support/amp/home.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { isReady } from '../support/amp/screen.ts';
import { textOf } from '../support/amp/server.ts';
import { send } from '../support/amp/typing.ts';

let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
  skipTour(amp);
  const ask = { tool: 'Bash', matches: { cmd: '*git push*' }, action: 'ask' };
  amp.write(SETTINGS, JSON.stringify({ 'amp.permissions': [ask] }));
});

const COMMAND = 'run: echo git push';

test('a command that a rule asks about opens a dialog in the TUI, which goes with its answer', async () => {
  const thread = amp.server.addThread();
  const terminal = amp.open(['threads', 'continue', thread]);
  await terminal.until(isReady);
  expect(dialogOn(terminal.screen())).toBe(null);
  await send(terminal, COMMAND);
  await terminal.until((screen) => dialogOn(screen) === 'Approval Required');
  expect(amp.server.threads.get(thread)?.messages).toHaveLength(1);
  terminal.type('\r');
  await terminal.until((screen) => screen.includes('I got:') && dialogOn(screen) === null);
});

test('headless, it is rejected, and the turn counts as done', async () => {
  const thread = amp.server.addThread();
  expect(await amp.run(['threads', 'continue', thread, '-x', COMMAND])).toMatchObject({ exitCode: 0 });
  expect(amp.server.threads.get(thread)?.messages.map(textOf).at(-1)).toContain('Tool rejected');
});

test("a repository's MCP server opens a dialog above the input box, which Enter answers", async () => {
  mkdirSync(join(amp.workdir, '.amp'));
  const servers = { 'amp.mcpServers': { one: { command: 'cat', args: [] } } };
  writeFileSync(join(amp.workdir, '.amp/settings.json'), JSON.stringify(servers));
  const terminal = amp.open(['threads', 'continue', amp.server.addThread()]);
  await terminal.until((screen) => dialogOn(screen) === 'MCP Server Trust Required');
  // What is chosen at first is to trust it.
  terminal.type('\r');
  await terminal.until((screen) => isReady(screen) && dialogOn(screen) === null);
});
