import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, test } from 'vitest';
import { SETTINGS } from '../support/amp/home.ts';
import { type RealAmp, realAmp } from '../support/amp/real-run.ts';

let amp: RealAmp;
beforeEach(async () => {
  amp = await realAmp();
});

const TOKEN = 'agent-token-canary';

test("an MCP server inherits amp's environment but not its key; args and env may refer to variables; XDG_CONFIG_HOME moves the settings", async () => {
  const report = join(amp.home, 'mcp.json');
  const args = [
    mcpServer(),
    report,
    reference('CODER_AGENT_TOKEN'),
    '$CODER_AGENT_TOKEN',
    reference('NOT_SET'),
  ];
  const probe = { command: process.execPath, args, env: { FROM_SETTINGS: reference('CODER_AGENT_TOKEN') } };
  // Amp would refuse these.
  amp.write(SETTINGS, '{');
  amp.write('moved/amp/settings.json', JSON.stringify({ 'amp.mcpServers': { probe } }));
  const env = { CODER_AGENT_TOKEN: TOKEN, XDG_CONFIG_HOME: join(amp.home, 'moved') };
  const { exitCode, stdout } = await amp.run(['mcp', 'doctor'], { env });
  expect({ exitCode, connected: stdout.includes('probe (user settings): connected') }).toEqual({
    exitCode: 0,
    connected: true,
  });
  const seen = JSON.parse(readFileSync(report, 'utf8'));
  expect(seen.args).toEqual([TOKEN, '$CODER_AGENT_TOKEN', reference('NOT_SET')]);
  expect(seen.env).toMatchObject({ CODER_AGENT_TOKEN: TOKEN, FROM_SETTINGS: TOKEN, HOME: amp.home });
  expect(seen.env).not.toHaveProperty('AMP_API_KEY');
});

test.each([
  ["that aren't valid JSON", '{ "amp.todos.enabled": tru'],
  ['in an empty file', ''],
  ['with a byte-order mark', '\ufeff{}'],
])('settings %s make every command fail, and stay unchanged', async (_, broken) => {
  amp.write(SETTINGS, broken);
  const { exitCode, stderr } = await amp.run(['threads', 'new']);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(`Invalid JSON in settings file ${join(amp.home, SETTINGS)}`);
  expect(readFileSync(join(amp.home, SETTINGS), 'utf8')).toBe(broken);
  expect(amp.server.threads.size).toBe(0);
});

test.each(['low', 'smart', 'rush', 'free', 'bogus'])(
  'threads new passes --mode %s on unchecked, and keeps none of it in the home; settings may hold comments and trailing commas',
  async (mode) => {
    amp.write(SETTINGS, '{\n  // why\n  "amp.todos.enabled": true, /* and */\n}\n');
    expect((await amp.run(['--mode', mode, 'threads', 'new'])).exitCode).toBe(0);
    const [thread] = amp.server.threads.values();
    expect(thread?.agentMode).toBe(mode);
    expect(amp.session()).toMatchObject({ agentMode: 'medium' });
  },
);

// amp-threads.test.ts has it with a mode that exists.
test('threads continue -x sends --mode bogus unchecked with the message', async () => {
  const id = amp.server.addThread();
  expect((await amp.run(['--mode', 'bogus', 'threads', 'continue', id, '-x', 'hello'])).exitCode).toBe(0);
  expect(amp.server.threads.get(id)?.messages[0]?.agentMode).toBe('bogus');
});

/** A variable as settings refer to it: its name in braces, after a dollar sign. */
function reference(name: string): string {
  return `\${${name}}`;
}

function mcpServer(): string {
  return fileURLToPath(new URL('../support/amp/mcp-server.mjs', import.meta.url));
}
