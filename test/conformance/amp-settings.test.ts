import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SETTINGS, skipTour } from '../support/amp/home.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';
import { isReady } from '../support/amp/screen.ts';

let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
});
afterEach(() => amp.close());

const TOKEN = 'agent-token-canary';

test('an MCP server inherits the environment of amp, but not its key; args and env may refer to variables', async () => {
  const report = join(amp.home, 'mcp.json');
  const args = [
    mcpServer(),
    report,
    reference('CODER_AGENT_TOKEN'),
    '$CODER_AGENT_TOKEN',
    reference('NOT_SET'),
  ];
  const probe = { command: process.execPath, args, env: { FROM_SETTINGS: reference('CODER_AGENT_TOKEN') } };
  amp.write(SETTINGS, JSON.stringify({ 'amp.mcpServers': { probe } }));
  const { exitCode, stdout } = await amp.run(['mcp', 'doctor'], { env: { CODER_AGENT_TOKEN: TOKEN } });
  expect({ exitCode, connected: stdout.includes('probe (user settings): connected') }).toEqual({
    exitCode: 0,
    connected: true,
  });
  const seen = JSON.parse(readFileSync(report, 'utf8'));
  expect(seen.args).toEqual([TOKEN, '$CODER_AGENT_TOKEN', reference('NOT_SET')]);
  expect(seen.env).toMatchObject({ CODER_AGENT_TOKEN: TOKEN, FROM_SETTINGS: TOKEN, HOME: amp.home });
  expect(seen.env).not.toHaveProperty('AMP_API_KEY');
});

test('settings may hold comments and trailing commas', async () => {
  amp.write(SETTINGS, '{\n  // why\n  "amp.todos.enabled": true, /* and */\n}\n');
  expect((await amp.run(['threads', 'new'])).exitCode).toBe(0);
});

test("settings that aren't valid JSON make every command fail, and stay unchanged", async () => {
  const broken = '{ "amp.todos.enabled": tru';
  amp.write(SETTINGS, broken);
  const { exitCode, stderr } = await amp.run(['threads', 'new']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`Invalid JSON in settings file ${join(amp.home, SETTINGS)}`);
  expect(readFileSync(join(amp.home, SETTINGS), 'utf8')).toBe(broken);
  expect(amp.server.threads.size).toBe(0);
});

test('they are where XDG_CONFIG_HOME says', async () => {
  const env = { XDG_CONFIG_HOME: join(amp.home, 'moved') };
  amp.write(SETTINGS, '{');
  expect((await amp.run(['threads', 'new'], { env })).exitCode).toBe(0);
  amp.write('moved/amp/settings.json', '{');
  expect((await amp.run(['threads', 'new'], { env })).stderr).toContain(
    join(amp.home, 'moved/amp/settings.json'),
  );
});

test.each(['low', 'smart', 'rush', 'free', 'bogus'])(
  'threads new passes --mode %s on unchecked, and keeps none of it in the home',
  async (mode) => {
    expect((await amp.run(['--mode', mode, 'threads', 'new'])).exitCode).toBe(0);
    const [thread] = amp.server.threads.values();
    expect(thread?.agentMode).toBe(mode);
    expect(amp.session()).toMatchObject({ agentMode: 'medium' });
  },
);

test.each(['low', 'bogus'])(
  'threads continue -x sends --mode %s unchecked with the message',
  async (mode) => {
    const id = amp.server.addThread();
    expect((await amp.run(['--mode', mode, 'threads', 'continue', id, '-x', 'hello'])).exitCode).toBe(0);
    expect(amp.server.threads.get(id)?.messages[0]?.agentMode).toBe(mode);
  },
);

test.each(['low', 'bogus'])('threads continue on a terminal opens with --mode %s too', async (mode) => {
  skipTour(amp);
  const id = amp.server.addThread();
  const terminal = amp.open(['--mode', mode, 'threads', 'continue', id]);
  await terminal.until(isReady);
  await terminal.paste('hello');
  await terminal.until((screen) => screen.includes('hello'));
  terminal.type('\r');
  await terminal.until((screen) => screen.includes('I heard: hello'));
  // The TUI leaves the thread in the mode it was created with.
  expect(amp.server.threads.get(id)?.messages[0]?.agentMode).toBeUndefined();
});

/** A variable as settings refer to it: its name in braces, after a dollar sign. */
function reference(name: string): string {
  return `\${${name}}`;
}

function mcpServer(): string {
  return fileURLToPath(new URL('../support/amp/mcp-server.mjs', import.meta.url));
}
