import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { execa } from 'execa';
import { embedded } from '../../test/support/terraform/embedded.ts';
import { startModuleRegistry } from '../../test/support/terraform/registry.ts';
import { synthTemplate } from '../../test/support/terraform/stacks.ts';
import { coderScripts, type State, terraformProject } from '../../test/support/terraform/terraform.ts';

/** The prompt of starts that are measured with one; one line, because AgentAPI can lose line breaks. */
export const PROMPT = 'Say which files are here.';

const repository = resolve(import.meta.dirname, '../..');

/** What the runner is called that is measured. */
export const RUNNER_NAME = 'bench';

/** What of the module's scripts is measured: the same, by the same names, for any state of the repository. */
export type ModuleScript = 'place' | 'install' | 'start' | 'promptStart' | 'runner';

/** Renders the scripts of the module in a folder; one from before `enable_runner` has an empty one for that. */
export async function moduleScripts(
  workdir: string,
  source: string | null,
): Promise<Record<ModuleScript, string>> {
  const registry = await startModuleRegistry();
  const from = source === null ? {} : { source };
  const folder = await synthTemplate({ ...from, instances: [{ workdir }] });
  try {
    const project = terraformProject(folder, registry.cliConfig);
    await project.init();
    const plain = await project.plan();
    const prompted = { workdir, ai_prompt: PROMPT, report_tasks: false };
    await synthTemplate({ ...from, instances: [prompted], folder });
    const promptStart = embedded(await project.plan(), 'ARG_START_SCRIPT');
    const hasRunner = existsSync(join(source ?? repository, 'runner.tf'));
    if (hasRunner) {
      const alone = { workdir, enable_agentapi: false, enable_runner: true, runner_name: RUNNER_NAME };
      await synthTemplate({ ...from, instances: [alone], folder });
    }
    const scripts = hasRunner ? coderScripts(await project.plan()) : [];
    return {
      place: placing(plain),
      install: embedded(plain, 'ARG_INSTALL_SCRIPT'),
      start: embedded(plain, 'ARG_START_SCRIPT'),
      promptStart,
      runner: scripts.find(({ name }) => name === 'amp_install')?.script ?? '',
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await registry.close();
  }
}

/** The scripts that place the bundle; Coder's agent runs all at once. */
function placing(state: State): string {
  const scripts = coderScripts(state).filter(({ name }) => /^amp_session(?:_commands|_library)?$/.test(name));
  return [...scripts.map(({ script }) => `(\n${script}\n) &`), 'wait'].join('\n');
}

/**
 * Checks out another commit of this repository.
 * @returns its folder, which is to be removed with `git worktree remove`.
 */
export async function checkOut(commit: string, root: string): Promise<string> {
  const folder = join(root, 'against');
  await execa('git', ['worktree', 'add', '--detach', folder, commit]);
  return folder;
}
