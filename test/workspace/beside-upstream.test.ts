import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { agentapiClient } from '../support/agentapi/client.ts';
import { imageEnv, realAmpDir } from '../support/amp/real-amp.ts';
import { startAmpServer, textOf } from '../support/amp/server.ts';
import { temporaryFolder } from '../support/folders.ts';
import { freePort } from '../support/ports.ts';
import { makeProgram } from '../support/script.ts';
import { projectOf } from '../support/terraform/project.ts';
import { startModuleRegistry } from '../support/terraform/registry.ts';
import { AGENT } from '../support/terraform/snippets.ts';
import { coderEnvs, coderScripts } from '../support/terraform/terraform.ts';
import { waitUntil } from '../support/wait.ts';
import { runScripts } from '../support/workspace/coder-agent.ts';
import { workspaceEnv } from '../support/workspace/environment.ts';
import { findTool, killAll, makeToolFolder, processesOf } from '../support/workspace/machine.ts';

const repository = resolve(import.meta.dirname, '../..');
/** The registry's module that only installs Amp, for manual runs against the real one. It needs jq. */
const real = process.env['AMP_MODULE_DIR'];
const theirs = real ?? join(repository, 'test/support/terraform/amp-module');

const INSTRUCTIONS = 'Say what you changed.';
const template = (workdir: string, port: number, key: string) => `${AGENT}module "installer" {
  source             = "${theirs}"
  agent_id           = coder_agent.main.id
  instruction_prompt = "${INSTRUCTIONS}"
  amp_settings       = jsonencode({ "amp.todos.enabled" = false })
}
module "amp" {
  source           = "${repository}"
  agent_id         = coder_agent.main.id
  workdir          = "${workdir}"
  agentapi_port    = ${port}
  amp_api_key      = "${key}"
  install_amp      = false
  install_agentapi = false
  report_tasks     = false
  wait_for         = module.installer.scripts
  ai_prompt        = "fix it"
  permissions      = jsonencode([{ tool = "Bash", action = "ask" }])
}
`;

/** Coder's `exp sync`: a script's start waits until the ones that it wants are complete. */
const SYNC = `shift 2; done="$HOME/../sync"
case $1 in
  want) printf '%s\\n' "\${@:3}" >> "$done/$2.wants" ;;
  start)
    name=\${!#}
    [ ! -f "$done/$name.wants" ] || while read -r other; do
      until [ -e "$done/$other" ]; do sleep 0.05; done
    done < "$done/$name.wants" ;;
  complete) touch "$done/$2" ;;
esac`;

it('4.0.0 installs Amp, and this module has the sessions: each leaves what the other wrote', async () => {
  const amp = await startAmpServer();
  const registry = await startModuleRegistry();
  const root = temporaryFolder();
  const home = join(root, 'home');
  for (const folder of ['home', 'bin', 'sync']) mkdirSync(join(root, folder));
  onTestFinished(async () => {
    killAll(home);
    await amp.close();
    await registry.close();
  });
  const port = await freePort();
  const files = { 'main.tf': template(join(home, 'shop'), port, amp.apiKey) };
  const state = await (await projectOf(registry, files)).apply();
  const binFolder = join(root, 'bin');
  makeProgram(join(binFolder, 'coder'), SYNC);
  const tools = makeToolFolder(join(root, 'tools'), [
    process.execPath,
    ...(real === undefined ? [] : [findTool('jq')]),
  ]);
  // The real one takes an Amp that it finds on PATH, and has one installed otherwise.
  const image = { ...imageEnv(amp), AMP_TO_INSTALL: join(realAmpDir(), 'amp') };
  const env = workspaceEnv({
    home,
    path: [binFolder, tools],
    binFolder,
    dataFolder: join(root, 'data'),
    options: { ampFolder: real === undefined ? tools : realAmpDir() },
    image,
    coder: coderEnvs(state),
  });
  const start = async () => {
    const scripts = coderScripts(state).filter(({ runOnStart }) => runOnStart);
    const ended = await runScripts(scripts, env, home);
    expect(ended.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
    await agentapiClient(port).waitForStatus('stable');
    const agent = processesOf(home).find(({ args }) => args.includes('server') && args.includes('--'));
    return agent?.args[agent.args.indexOf('continue') + 1] ?? '';
  };
  const module = (name: string) =>
    readFileSync(join(home, '.coder-modules/coder-labs/sourcegraph-amp', name), 'utf8');
  const bothAreThere = () => {
    expect(JSON.parse(readFileSync(join(home, '.config/amp/settings.json'), 'utf8'))).toMatchObject({
      'amp.todos.enabled': false,
      'amp.permissions': [{ tool: 'Bash', action: 'ask' }],
    });
    expect(readFileSync(join(home, '.config/amp/AGENTS.md'), 'utf8')).toBe(`${INSTRUCTIONS}\n`);
    expect(module('logs/install.log')).toContain('Amp');
    expect(module('logs/install.log')).not.toBe(module('logs/install-session.log'));
  };

  const thread = await start();
  await waitUntil("the thread's messages", async () => {
    const seen = amp.threads.get(thread)?.messages.map(textOf) ?? [];
    return { done: seen.includes('fix it'), seen };
  });
  bothAreThere();
  const installer = module('scripts/install.sh');
  killAll(home);
  expect(await start()).toBe(thread);
  bothAreThere();
  expect(module('scripts/install.sh')).toBe(installer);
});
