import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { agentapiClient } from '../support/agentapi/client.ts';
import { imageEnv, realAmpDir } from '../support/amp/real-amp.ts';
import { startAmpServer, textOf } from '../support/amp/server.ts';
import { temporaryFolder } from '../support/folders.ts';
import { freePort } from '../support/ports.ts';
import { projectOf } from '../support/terraform/project.ts';
import { startModuleRegistry } from '../support/terraform/registry.ts';
import { AGENT } from '../support/terraform/snippets.ts';
import { coderEnvs, coderScripts, type State } from '../support/terraform/terraform.ts';
import { waitUntil } from '../support/wait.ts';
import { runScripts } from '../support/workspace/coder-agent.ts';
import { workspaceEnv } from '../support/workspace/environment.ts';
import { killAll, makeToolFolder, processesOf } from '../support/workspace/machine.ts';

const repository = path.resolve(import.meta.dirname, '../..');

/** A template with two instances, as docs/setups.md has it, on ports that are free here. */
const template = (home: string, ports: readonly number[], key: string) => `${AGENT}module "amp" {
  source           = "${repository}"
  count            = data.coder_workspace.me.start_count
  agent_id         = coder_agent.main.id
  workdir          = "${home}/project"
  agentapi_port    = ${ports[0]}
  amp_api_key      = "${key}"
  install_amp      = false
  install_agentapi = false
  report_tasks     = false
  ai_prompt        = "work"
  permissions      = jsonencode([{ tool = "Bash", action = "ask" }])
}
module "reviewer" {
  source           = "${repository}"
  count            = data.coder_workspace.me.start_count
  agent_id         = coder_agent.main.id
  workdir          = "${home}/review"
  session_key      = "review"
  agentapi_port    = ${ports[1]}
  other_instances  = module.amp[*].instance
  install_amp      = false
  install_agentapi = false
  report_tasks     = false
  ai_prompt        = "review"
}
`;

it('two agents start, stop and start again at the same time, each in its own thread', async () => {
  const amp = await startAmpServer();
  const registry = await startModuleRegistry();
  const root = temporaryFolder();
  const home = path.join(root, 'home');
  for (const folder of ['home', 'bin']) mkdirSync(path.join(root, folder));
  onTestFinished(async () => {
    killAll(home);
    await amp.close();
    await registry.close();
  });
  const ports = [await freePort(), await freePort()];
  const files = { 'main.tf': template(home, ports, amp.apiKey) };
  const state = await (await projectOf(registry, files)).apply();
  const tools = makeToolFolder(path.join(root, 'tools'), [process.execPath]);
  const binFolder = path.join(root, 'bin');
  const env = workspaceEnv({
    home,
    path: [binFolder, tools],
    binFolder,
    dataFolder: path.join(root, 'data'),
    options: { ampFolder: realAmpDir() },
    image: imageEnv(amp),
    coder: coderEnvs(state),
  });

  const starts = () => run(state, env, home, 'runOnStart');
  expect(failed(await starts())).toEqual([]);
  const first = threads(home);
  expect(new Set(first).size).toBe(2);
  const own = [['work'], ['review']];
  const sent = () =>
    first.map((thread) =>
      amp.threads.get(thread)?.messages.flatMap((m) => (m.role === 'user' ? [textOf(m)] : [])),
    );
  await waitUntil("both threads' messages", async () => {
    const seen = sent();
    return { done: JSON.stringify(seen) === JSON.stringify(own), seen };
  });

  const settings = JSON.parse(readFileSync(path.join(home, '.config/amp/settings.json'), 'utf8'));
  expect(settings['amp.permissions']).toEqual([{ tool: 'Bash', action: 'ask' }]);
  expect(readdirSync(path.join(home, '.coder-modules/coder-labs/sourcegraph-amp/sessions')).sort()).toEqual([
    'main',
    'review',
  ]);
  expect(readdirSync(path.join(root, 'bin'))).toContain('amp-session');

  expect(failed(await run(state, env, home, 'runOnStop'))).toEqual([]);
  killAll(home);
  expect(failed(await starts())).toEqual([]);
  for (const port of ports) await agentapiClient(port).waitForStatus('stable');
  expect(threads(home)).toEqual(first);
  expect(sent()).toEqual(own);
});

const run = (state: State, env: Record<string, string>, home: string, when: 'runOnStart' | 'runOnStop') =>
  runScripts(
    coderScripts(state).filter((script) => script[when]),
    env,
    home,
  );

const failed = (runs: Awaited<ReturnType<typeof runScripts>>) =>
  runs.filter(({ exitCode }) => exitCode !== 0);

/** The threads that the running agents continue: main's, then review's. */
function threads(home: string): string[] {
  const agents = processesOf(home).filter(({ args }) => args.includes('server') && args.includes('--'));
  const found = agents.map(({ pid, args }) => ({
    key: readFileSync(`/proc/${pid}/environ`, 'utf8').match(/AMP_MODULE_SESSION_KEY=([^\0]*)/)?.[1] ?? '',
    thread: args[args.indexOf('continue') + 1] ?? '',
  }));
  return found.sort((a, b) => (a.key < b.key ? -1 : 1)).map(({ thread }) => thread);
}
