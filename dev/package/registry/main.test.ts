// One installation, one first start and one warm start, without Docker: in a home of their own, with an Amp that
// writes down how it is called. The module's repository tests the rest, with the real one.
import { afterAll, beforeAll, expect, it } from 'bun:test';
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const THREAD = 'T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c';
const AMP = `#!/usr/bin/env bash
echo "$*" >> "$HOME/calls"
case "$*" in
  --version) echo "0.0.1790142911-g7618fb (released today)" ;;
  *"threads new"*) echo ${THREAD} ;;
esac
`;
const INSTALLER = `mkdir -p "$HOME/.local/bin"
cat > "$HOME/.local/bin/amp" << 'EOF'
${AMP}EOF
chmod +x "$HOME/.local/bin/amp"
`;

const root = mkdtempSync(join(tmpdir(), 'amp-main-test-'));
const home = join(root, 'home');
/** An Amp of this machine's own would do, and is not what is tested. */
const withoutAmp = (process.env['PATH'] ?? '')
  .split(':')
  .filter((folder) => !existsSync(join(folder, 'amp')));
let installations = 0;
const server = createServer((_, response) => {
  installations += 1;
  response.end(INSTALLER);
});
let scripts: string[];

function terraform(...words: string[]): string {
  const run = spawnSync('terraform', words, { cwd: join(root, 'module'), encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`terraform ${words[0]}: ${run.stderr || run.stdout}`);
  return run.stdout;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  for (const name of ['home', 'bin']) mkdirSync(join(root, name));
  cpSync(import.meta.dirname, join(root, 'module'), {
    recursive: true,
    filter: (path) => !/\.terraform|tftest|\.test\./.test(path),
  });
  terraform('init', '-input=false');
  const inputs = {
    agent_id: 'an-agent',
    workdir: join(home, 'project'),
    enable_agentapi: 'false',
    amp_install_url: `http://127.0.0.1:${port}/install.sh`,
  };
  const variables = Object.entries(inputs).flatMap(([name, value]) => ['-var', `${name}=${value}`]);
  terraform('apply', '-auto-approve', '-input=false', ...variables);
  const { resources } = JSON.parse(terraform('state', 'pull'));
  scripts = resources
    .filter(({ type }: { type: string }) => type === 'coder_script')
    .map((script: { instances: { attributes: object }[] }) => script.instances[0]?.attributes)
    .filter((script: { run_on_start: boolean }) => script.run_on_start)
    .map(({ script }: { script: string }) => script);
}, 300_000);

afterAll(() => {
  server.close();
  rmSync(root, { recursive: true, force: true });
});

async function bash(...words: string[]): Promise<void> {
  const env = {
    HOME: home,
    PATH: [join(root, 'bin'), ...withoutAmp].join(':'),
    CODER_SCRIPT_BIN_DIR: join(root, 'bin'),
  };
  const child = spawn('bash', words, { env, cwd: home, stdio: ['ignore', 'inherit', 'inherit'] });
  const status = await new Promise((resolve) => child.on('exit', resolve));
  expect(status).toBe(0);
}

/** Runs a start as Coder does, opens Amp as the terminal app does, and returns Amp's calls. */
async function start(): Promise<string[]> {
  rmSync(join(home, 'calls'), { force: true });
  await Promise.all(scripts.map((script) => bash('-c', script)));
  // Inside tmux or screen, where there is one; there is no terminal here.
  await bash(join(root, 'bin/amp-terminal'), 'inside');
  return readFileSync(join(home, 'calls'), 'utf8').split('\n');
}

it('installs Amp, gets a thread and opens it, and is back in it after a restart', async () => {
  const first = await start();
  expect(installations).toBe(1);
  expect(first.filter((call) => call.includes('threads new')).length).toBe(1);
  expect(first).toContain(`threads continue ${THREAD}`);

  const second = await start();
  expect(installations).toBe(1);
  expect(second.filter((call) => call.includes('threads new'))).toEqual([]);
  expect(second).toContain(`threads continue ${THREAD}`);
}, 300_000);
