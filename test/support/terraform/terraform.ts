import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { diagnosticsOf, TerraformError } from './diagnostics.ts';
import { isolatedEnvironment } from './environment.ts';
import { parsePlan, parseState, type State } from './state.ts';
import { type TestRun, testRunsOf } from './test-runs.ts';

export { TerraformError } from './diagnostics.ts';
export {
  type CoderEnv,
  type CoderScript,
  coderEnvs,
  coderScripts,
  type Resource,
  type State,
  terminalApps,
} from './state.ts';

/** What the workspace is about to do: the Coder provider's `start_count` is 1 at a start and 0 at a stop. */
export interface RunOptions {
  transition?: 'start' | 'stop';
  /** The name of the workspace; `default` unless given. */
  workspace?: string;
  /** The workspace's ID, which Coder keeps for its whole life; a new one each time unless given. */
  id?: string;
}

/**
 * A folder with a root module, to run Terraform in. Every method throws `TerraformError` if Terraform fails.
 */
export interface TerraformProject {
  init(): Promise<void>;
  validate(): Promise<void>;
  plan(options?: RunOptions): Promise<State>;
  apply(options?: RunOptions): Promise<State>;
  destroy(): Promise<void>;
  /** Runs the `*.tftest.hcl` files of the folder, for which `init` must have found them there; `log` has every plan. */
  test(): Promise<{ runs: TestRun[]; log: string }>;
  state(): Promise<State>;
}

/** Coder's ID of the workspace, where a test sets none. */
export const WORKSPACE_ID = '5d1c0f3e-0000-4000-8000-000000000000';

/**
 * Runs Terraform on a root module, isolated from the user's own settings and plug-ins: HOME and Terraform's
 * data are `.terraform-home` and `.terraform` in its folder, so removing the folder removes everything.
 *
 * @param folder an existing folder with the configuration
 * @param cliConfig a file for TF_CLI_CONFIG_FILE, as written by `startModuleRegistry`
 */
export function terraformProject(folder: string, cliConfig: string): TerraformProject {
  const home = path.join(folder, '.terraform-home');

  async function terraform(
    args: string[],
    { transition = 'start', workspace, id }: RunOptions = {},
  ): Promise<string> {
    await mkdir(home, { recursive: true });
    const result = await execa('terraform', args, {
      cwd: folder,
      env: isolatedEnvironment(home, {
        TF_CLI_CONFIG_FILE: cliConfig,
        TF_DATA_DIR: path.join(folder, '.terraform'),
        // The provider derives start_count from this.
        CODER_WORKSPACE_TRANSITION: transition,
        ...(workspace === undefined ? {} : { CODER_WORKSPACE_NAME: workspace }),
        // The provider makes one up at each run if there is none.
        CODER_WORKSPACE_ID: id ?? WORKSPACE_ID,
        // Otherwise a quarter of Terraform's time goes into collecting garbage, of which it makes little.
        GOGC: '400',
      }),
      extendEnv: false,
      reject: false,
    });
    if (result.failed || result.exitCode !== 0) {
      const diagnostics = diagnosticsOf(result.stdout ?? '');
      throw new TerraformError(args.join(' '), diagnostics, result.stderr || result.shortMessage || '');
    }
    return result.stdout;
  }

  const state = async () => parseState(await terraform(['state', 'pull']));

  return {
    async init() {
      await terraform(['init', '-json', '-input=false']);
    },
    async validate() {
      await terraform(['validate', '-json']);
    },
    async plan(options) {
      await terraform(['plan', '-json', '-input=false', '-out=plan.bin'], options);
      return parsePlan(await terraform(['show', '-json', 'plan.bin']));
    },
    async apply(options) {
      await terraform(['apply', '-json', '-input=false', '-auto-approve'], options);
      return state();
    },
    async destroy() {
      await terraform(['destroy', '-json', '-input=false', '-auto-approve']);
    },
    async test() {
      const log = await terraform(['test', '-no-color', '-verbose']);
      return { runs: testRunsOf(log), log };
    },
    state,
  };
}
