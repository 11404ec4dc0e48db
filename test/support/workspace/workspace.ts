import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { type AgentapiClient, agentapiClient } from '../agentapi/client.ts';
import { IMPATIENT } from '../patience.ts';
import { freePort } from '../ports.ts';
import { FOR_GROUP, giveDefaultAcl, shareWithGroup } from '../shared-folder.ts';
import { openTerminal, type Terminal } from '../terminal.ts';
import type { ModuleInput } from '../terraform/stacks.ts';
import { coderEnvs, coderScripts, type State, terminalApps } from '../terraform/terraform.ts';
import { waitUntil } from '../wait.ts';
import { type RunAs, runScripts, type ScriptRun } from './coder-agent.ts';
import { type WorkspaceOptions, workspaceEnv } from './environment.ts';
import { findTool, killAll, makeToolFolder, processesOf } from './machine.ts';
import { WorkspaceTemplate } from './template.ts';
import { Volume } from './volume.ts';

/** The port that AgentAPI has by default. */
const USUAL_PORT = 3284;

/** The result of a workspace's start. */
export type Started = { readonly scripts: readonly ScriptRun[]; readonly milliseconds: number };

/**
 * A Coder workspace on this machine: a template applied by Terraform, scripts run as by Coder's agent, and a
 * temporary home as the volume that survives a stop.
 */
export class Workspace extends Volume {
  readonly port: number;
  readonly agentapi: AgentapiClient;
  readonly #root: string;
  readonly #options: WorkspaceOptions;
  #image: Record<string, string>;
  readonly #template: WorkspaceTemplate;

  private constructor(root: string, port: number, options: WorkspaceOptions) {
    super(join(root, 'home'));
    this.#root = root;
    this.#options = options;
    this.#template = new WorkspaceTemplate(join(root, 'template'), options.registry);
    this.#image = { ...options.env };
    this.port = port;
    this.agentapi = agentapiClient(port);
  }

  /**
   * Creates a workspace that has never been started: a template and an empty volume. The caller disposes of
   * it.
   */
  static async create(options: WorkspaceOptions): Promise<Workspace> {
    const root = mkdtempSync(join(tmpdir(), 'amp-workspace-'));
    const workspace = new Workspace(root, options.network ? USUAL_PORT : await freePort(), options);
    mkdirSync(workspace.home, { mode: 0o755 });
    if (options.home !== undefined) shareWithGroup(workspace.home);
    if (options.home === 'with an ACL') giveDefaultAcl(workspace.home);
    if (options.ordinaryUser) {
      // mkdtemp keeps others out.
      chmodSync(root, 0o755);
      chownSync(workspace.home, workspace.#user ?? 0, workspace.#user ?? 0);
    }
    const node = options.node === false ? [] : [process.execPath];
    makeToolFolder(join(root, 'tools'), [...node, ...(options.tools ?? []).map(findTool)]);
    for (const folder of ['tmux', 'screen']) mkdirSync(join(root, folder), { mode: 0o700 });
    // The port, because tests run in parallel.
    const port = options.network ? {} : { agentapi_port: workspace.port };
    const always = { workdir: workspace.workdir, ...port };
    const installed = options.bare ? {} : { install_agentapi: false, install_amp: false };
    await workspace.#template.create({ ...always, ...installed, ...options.inputs });
    return workspace;
  }

  /** Changes the template, as an author or admin does between two starts. */
  change(inputs: Record<string, ModuleInput>): Promise<void> {
    return this.#template.change(inputs);
  }

  /** Changes the image's variables, as a new image does between two starts. */
  setImage(env: Record<string, string>): void {
    this.#image = { ...this.#image, ...env };
  }

  /** Restores the real deadlines, for tests of these. */
  keepDeadlines(): void {
    this.setImage(IMPATIENT);
  }

  /** Removes Node from the image. */
  removeNode(): void {
    rmSync(join(this.#root, 'tools/node'));
  }

  /** Applies the template and runs its start scripts to completion. */
  async start(): Promise<Started> {
    await this.provision();
    return this.runStartScripts();
  }

  /** Applies the template for a start without running anything, if that is necessary. */
  provision(): Promise<State> {
    return this.#template.start();
  }

  /** Applies the template for a stop, as Coder does after a workspace's stop scripts. */
  deprovision(): Promise<State> {
    return this.#template.stop();
  }

  /** Runs the start scripts of the last apply to completion. */
  async runStartScripts(): Promise<Started> {
    const begin = performance.now();
    const scripts = await this.#run((script) => script.runOnStart);
    return { scripts, milliseconds: performance.now() - begin };
  }

  /** Runs the stop scripts to their ends. */
  runStopScripts(): Promise<readonly ScriptRun[]> {
    return this.#run((script) => script.runOnStop);
  }

  /** Runs the stop scripts, and kills everything. */
  async stop(): Promise<readonly ScriptRun[]> {
    const scripts = await this.runStopScripts();
    this.crash();
    return scripts;
  }

  /** Kills everything at once, as when a machine dies. Only the volume survives. */
  crash(): void {
    killAll(this.home);
    rmSync(this.#binFolder, { recursive: true, force: true });
  }

  /** Kills the workspace and removes it with its volume. */
  dispose(): void {
    this.crash();
    rmSync(this.#root, { recursive: true, force: true });
  }

  /**
   * Waits until the user messages in the chat meet a condition; it takes a while until an agent gets one.
   * @throws after two minutes, with the messages that were there.
   */
  async waitForChat(wanted: (userMessages: readonly string[]) => boolean): Promise<readonly string[]> {
    return waitUntil('the chat', async () => {
      const messages = await this.agentapi.messages();
      const texts = messages.flatMap(({ role, content }) => (role === 'user' ? [content] : []));
      return { done: wanted(texts), seen: texts };
    });
  }

  /** The agent's command line: AgentAPI's arguments after `--`. Throws unless exactly one AgentAPI runs. */
  agentArgs(): readonly string[] {
    const { args } = this.#agentapi();
    const words = args.slice(args.indexOf('--') + 1);
    // The last word that start.sh puts in front of an agent that reads its prompt itself.
    return words.slice(words.indexOf('amp-prompt') + 1);
  }

  #agentapi() {
    const servers = this.agentapiProcesses();
    const [server] = servers;
    if (server === undefined || servers.length > 1)
      throw new Error(`${servers.length} AgentAPI servers are running.`);
    return server;
  }

  /** Every AgentAPI server in this workspace. */
  agentapiProcesses() {
    return processesOf(this.home).filter(({ args }) => args.includes('server') && args.includes('--'));
  }

  /** Kills AgentAPI outright. Throws unless exactly one runs: a signal to process 0 goes to the tests themselves. */
  killAgentapi(): void {
    process.kill(this.#agentapi().pid, 'SIGKILL');
  }

  /** Runs a command in a terminal of the workspace. */
  async run(command: string, args: readonly string[] = []) {
    const [file = command, ...words] = [...this.#as.prefix, command, ...args];
    return execa(file, words, {
      cwd: this.home,
      env: this.env(),
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      ...this.#as.ids,
    });
  }

  /** Opens a terminal app of the dashboard, as Coder runs its command; the caller closes it. */
  openApp(slug = 'amp-cli'): Terminal {
    const command = terminalApps(this.#template.state).get(slug);
    if (command === undefined) throw new Error(`The dashboard has no terminal app '${slug}'.`);
    const [interpreter = '', ...words] = command.slice(2, command.indexOf('\n')).split(' ');
    const [file = interpreter, ...args] = [...this.#as.prefix, interpreter, ...words, '-c', command];
    return openTerminal(file, args, { cwd: this.home, env: this.env() });
  }

  /** The contents of Terraform's state file for this workspace. */
  get terraformState(): string {
    return this.#template.stateFile;
  }

  /** The environment of the workspace's processes. */
  env(): Record<string, string> {
    return workspaceEnv({
      home: this.home,
      path: [this.#binFolder, join(this.#root, 'tools')],
      binFolder: this.#binFolder,
      dataFolder: join(this.#root, 'script-data'),
      options: this.#options,
      image: this.#image,
      coder: coderEnvs(this.#template.state),
    });
  }

  /** ID of the user that everything runs as, if it isn't this process's. */
  get #user(): number | undefined {
    return this.#options.ordinaryUser ? 65_534 : undefined;
  }

  get #as(): RunAs {
    const user = this.#user;
    const { network } = this.#options;
    if (network !== undefined) return { prefix: network.enter(this.home, user), ids: {} };
    const prefix = this.#options.home === undefined ? [] : FOR_GROUP;
    return { prefix, ids: user === undefined ? {} : { uid: user, gid: user } };
  }

  get #binFolder(): string {
    return join(this.#root, 'script-bin');
  }

  async #run(wanted: (script: ReturnType<typeof coderScripts>[number]) => boolean): Promise<ScriptRun[]> {
    // Created by the agent at each start; it is not on the volume.
    mkdirSync(this.#binFolder, { recursive: true });
    if (this.#user !== undefined) chownSync(this.#binFolder, this.#user, this.#user);
    return runScripts(coderScripts(this.#template.state).filter(wanted), this.env(), this.home, this.#as);
  }
}
