import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { agentapiDir, QUICK_AGENTAPI } from '../agentapi/agentapi.ts';
import { type AgentapiClient, agentapiClient } from '../agentapi/client.ts';
import { freePort } from '../ports.ts';
import type { ModuleRegistry } from '../terraform/registry.ts';
import { type ModuleInput, synthTemplate } from '../terraform/stacks.ts';
import {
  coderEnvs,
  coderScripts,
  type State,
  type TerraformProject,
  terraformProject,
} from '../terraform/terraform.ts';
import { waitUntil } from '../wait.ts';
import { ids, runScripts, type ScriptRun } from './coder-agent.ts';
import { killAll, makeToolFolder, processesOf } from './machine.ts';

/** The token that Coder's agent hands to every process; it must appear nowhere else. */
export const AGENT_TOKEN = 'canary-agent-token-5c1e2f';

/** Gives the shim longer deadlines (patience.mjs). */
const PATIENT = { NODE_OPTIONS: `--import=${new URL('patience.mjs', import.meta.url)}` };

/** A workspace to be made. */
export type WorkspaceOptions = {
  readonly registry: ModuleRegistry;
  /** Folder with the workspace's `amp`. */
  readonly ampFolder: string;
  /** Whether the image has neither Amp nor AgentAPI, and the template leaves installing them at its default. */
  readonly bare?: boolean;
  /** Whether everything in it runs as a user who is not root; only root can have it so. */
  readonly ordinaryUser?: boolean;
  /** The module's inputs, besides those that the workspace itself decides. */
  readonly inputs?: Record<string, ModuleInput>;
  /** Further variables of the image, such as AMP_URL. */
  readonly env?: Record<string, string>;
  /** Whether the image has Node; true unless said otherwise. */
  readonly node?: boolean;
};

/** What a start of a workspace came to. */
export type Started = { readonly scripts: readonly ScriptRun[]; readonly milliseconds: number };

/**
 * A Coder workspace on this machine: a template applied by Terraform, its scripts run as Coder's agent runs
 * them, a temporary home as the volume that outlives a stop.
 */
export class Workspace {
  readonly home: string;
  readonly port: number;
  readonly agentapi: AgentapiClient;
  readonly #root: string;
  readonly #options: WorkspaceOptions;
  #image: Record<string, string>;
  readonly #project: TerraformProject;
  #inputs: Record<string, ModuleInput>;
  #state: State | null = null;

  private constructor(root: string, port: number, options: WorkspaceOptions) {
    this.#root = root;
    this.#options = options;
    this.#inputs = { ...options.inputs };
    this.#image = { ...options.env };
    this.home = join(root, 'home');
    this.port = port;
    this.agentapi = agentapiClient(port);
    this.#project = terraformProject(join(root, 'template'), options.registry.cliConfig);
  }

  /** Makes a workspace that was never started: a template, an empty volume. The caller disposes of it. */
  static async create(options: WorkspaceOptions): Promise<Workspace> {
    const root = mkdtempSync(join(tmpdir(), 'amp-workspace-'));
    const workspace = new Workspace(root, await freePort(), options);
    mkdirSync(workspace.home, { mode: 0o755 });
    if (options.ordinaryUser) {
      // mkdtemp keeps others out.
      chmodSync(root, 0o755);
      chownSync(workspace.home, workspace.#user ?? 0, workspace.#user ?? 0);
    }
    mkdirSync(join(root, 'template'));
    makeToolFolder(join(root, 'tools'), options.node === false ? [] : [process.execPath]);
    await workspace.#writeTemplate();
    await workspace.#project.init();
    return workspace;
  }

  /** The work folder in which the agent runs. */
  get workdir(): string {
    return join(this.home, 'project');
  }

  /** The module's folder on the volume. */
  get stateFolder(): string {
    return join(this.home, '.coder-modules/coder-labs/sourcegraph-amp');
  }

  /** AgentAPI's own folder in it. */
  get agentApiFolder(): string {
    return join(this.stateFolder, 'agentapi');
  }

  /** Changes the template, as an author or an admin does between two starts. */
  async change(inputs: Record<string, ModuleInput>): Promise<void> {
    this.#inputs = { ...this.#inputs, ...inputs };
    await this.#writeTemplate();
  }

  /** Changes variables of the image, as a new image does between two starts. */
  setImage(env: Record<string, string>): void {
    this.#image = { ...this.#image, ...env };
  }

  /** From now on the shim's deadlines are as they are: for tests of these. */
  keepDeadlines(): void {
    this.setImage({ NODE_OPTIONS: '' });
  }

  /** Takes Node out of the image. */
  removeNode(): void {
    rmSync(join(this.#root, 'tools/node'));
  }

  /** Applies the template and runs its start scripts to their ends. */
  async start(): Promise<Started> {
    await this.provision();
    return this.runStartScripts();
  }

  /** Applies the template for a start without running anything. */
  async provision(): Promise<State> {
    this.#state = await this.#project.apply({ transition: 'start' });
    return this.#state;
  }

  /** Runs the start scripts of the last apply to their ends. */
  async runStartScripts(): Promise<Started> {
    const begin = performance.now();
    const scripts = await this.#run((script) => script.runOnStart);
    return { scripts, milliseconds: performance.now() - begin };
  }

  /** Runs the stop scripts to their ends. */
  runStopScripts(): Promise<readonly ScriptRun[]> {
    return this.#run((script) => script.runOnStop);
  }

  /** Runs the stop scripts, ends everything, and applies the template for a stop. */
  async stop(): Promise<readonly ScriptRun[]> {
    const scripts = await this.runStopScripts();
    this.crash();
    this.#state = await this.#project.apply({ transition: 'stop' });
    return scripts;
  }

  /** Ends everything in an instant, as when a machine dies. The volume stays, what is not on it goes. */
  crash(): void {
    killAll(this.home);
    rmSync(this.#binFolder, { recursive: true, force: true });
  }

  /** Ends the workspace and removes it with its volume. */
  dispose(): void {
    this.crash();
    rmSync(this.#root, { recursive: true, force: true });
  }

  /**
   * Waits until the user's messages in the chat are as wanted; an agent takes a while to be given one.
   * @throws after 30 s, with the messages that were there.
   */
  async waitForChat(wanted: (userMessages: readonly string[]) => boolean): Promise<readonly string[]> {
    return waitUntil('the chat', async () => {
      const messages = await this.agentapi.messages();
      const texts = messages.flatMap(({ role, content }) => (role === 'user' ? [content] : []));
      return { done: wanted(texts), seen: texts };
    });
  }

  /** Waits until the log of the start holds a text. @throws after 30 s, with the log. */
  async waitForLog(text: string): Promise<void> {
    await waitUntil('the log', async () => ({ done: this.log.includes(text), seen: this.log }));
  }

  /** Waits until start.sh runs the agent for the nth time. @throws after 30 s, with the log. */
  async waitForRun(number: number): Promise<void> {
    await waitUntil('the log', async () => ({
      done: this.log.split('Starting the agent').length > number,
      seen: this.log,
    }));
  }

  /** The running AgentAPI's agent: what stands after `--` in its arguments. Throws when none or several run. */
  agentArgs(): readonly string[] {
    const servers = this.agentapiProcesses();
    const [server] = servers;
    if (server === undefined || servers.length > 1)
      throw new Error(`${servers.length} AgentAPI servers are running.`);
    return server.args.slice(server.args.indexOf('--') + 1);
  }

  /** Every AgentAPI server in this workspace. */
  agentapiProcesses() {
    return processesOf(this.home).filter(({ args }) => args.includes('server') && args.includes('--'));
  }

  /** Runs a command in a terminal of the workspace. */
  async run(command: string, args: readonly string[] = []) {
    return execa(command, args, {
      cwd: this.home,
      env: this.env(),
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      ...ids(this.#user),
    });
  }

  /** What Terraform remembers of this workspace, as the text of its state file. */
  get terraformState(): string {
    return readFileSync(join(this.#root, 'template/terraform.tfstate'), 'utf8');
  }

  /** A file of the module's folder as text; empty when it is not there. */
  read(name: string): string {
    const path = join(this.stateFolder, name);
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** What start.sh and everything it ran have written. */
  get log(): string {
    return this.read('agentapi/agentapi-start.log');
  }

  /** The environment of the workspace's processes. */
  env(): Record<string, string> {
    const { bare, ampFolder } = this.#options;
    const image = bare ? [] : [agentapiDir(), ampFolder];
    // Coder's agent puts its own folder in front.
    const path = [this.#binFolder, join(this.#root, 'tools'), ...image];
    return {
      HOME: this.home,
      USER: 'coder',
      LANG: 'C.UTF-8',
      PATH: path.join(':'),
      CODER: 'true',
      CODER_AGENT_TOKEN: AGENT_TOKEN,
      CODER_AGENT_URL: 'http://127.0.0.1:9',
      CODER_WORKSPACE_NAME: 'dev',
      CODER_WORKSPACE_AGENT_NAME: 'main',
      CODER_SCRIPT_BIN_DIR: this.#binFolder,
      CODER_SCRIPT_DATA_DIR: join(this.#root, 'script-data'),
      ...QUICK_AGENTAPI,
      ...PATIENT,
      ...this.#image,
      ...Object.fromEntries(coderEnvs(this.#state ?? EMPTY).map(({ name, value }) => [name, value])),
    };
  }

  /** The number of the user that everything runs as, where it is another than this process's. */
  get #user(): number | undefined {
    return this.#options.ordinaryUser ? 65_534 : undefined;
  }

  get #binFolder(): string {
    return join(this.#root, 'script-bin');
  }

  async #run(wanted: (script: ReturnType<typeof coderScripts>[number]) => boolean): Promise<ScriptRun[]> {
    // Made by the agent at each start; it is not on the volume.
    mkdirSync(this.#binFolder, { recursive: true });
    if (this.#user !== undefined) chownSync(this.#binFolder, this.#user, this.#user);
    return runScripts(coderScripts(this.#state ?? EMPTY).filter(wanted), this.env(), this.home, this.#user);
  }

  async #writeTemplate(): Promise<void> {
    // The port, because tests run beside each other.
    const always = { workdir: this.workdir, agentapi_port: this.port };
    const inputs = this.#options.bare ? always : { ...always, install_agentapi: false, install_amp: false };
    await synthTemplate({ folder: join(this.#root, 'template'), inputs: { ...inputs, ...this.#inputs } });
  }
}

const EMPTY: State = { resources: [], outputs: {} };
