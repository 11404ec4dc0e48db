import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { stagePreloadingModule } from '../preload.ts';
import type { ModuleRegistry } from '../terraform/registry.ts';
import { type ModuleInput, synthTemplate } from '../terraform/stacks.ts';
import { type State, type TerraformProject, terraformProject } from '../terraform/terraform.ts';

/** The template of one workspace, in a folder, and what Terraform has made of it. */
export class WorkspaceTemplate {
  readonly #folder: string;
  readonly #project: TerraformProject;
  readonly #id = randomUUID();
  #inputs: Record<string, ModuleInput> = {};
  /** The inputs of the last apply for a start; null after one for a stop. */
  #started: Record<string, ModuleInput> | null = null;
  #state: State = { resources: [], outputs: {} };

  /** @param folder is created by `create`. */
  constructor(folder: string, registry: ModuleRegistry) {
    this.#folder = folder;
    this.#project = terraformProject(folder, registry.cliConfig);
  }

  /** Writes and initialises it. */
  async create(inputs: Record<string, ModuleInput>): Promise<void> {
    mkdirSync(this.#folder);
    renameSync(await stagePreloadingModule(), this.#module);
    await this.change(inputs);
    await this.#project.init();
  }

  get #module(): string {
    return `${this.#folder}-module`;
  }

  /** What the last apply resulted in; empty before the first. */
  get state(): State {
    return this.#state;
  }

  /** The contents of Terraform's state file. */
  get stateFile(): string {
    return readFileSync(join(this.#folder, 'terraform.tfstate'), 'utf8');
  }

  /** Sets inputs of the module; the others stay. */
  async change(inputs: Record<string, ModuleInput>): Promise<void> {
    this.#inputs = { ...this.#inputs, ...inputs };
    await synthTemplate({ folder: this.#folder, source: this.#module, instances: [this.#inputs] });
  }

  /**
   * Applies it for a start. Only a change or a stop makes that necessary again: the scripts of two starts are
   * the same (test/workspace/restart.test.ts).
   */
  async start(): Promise<State> {
    if (this.#started !== this.#inputs) {
      this.#state = await this.#project.apply({ transition: 'start', id: this.#id });
      this.#started = this.#inputs;
    }
    return this.#state;
  }

  /** Applies it for a stop. */
  async stop(): Promise<State> {
    this.#started = null;
    this.#state = await this.#project.apply({ transition: 'stop', id: this.#id });
    return this.#state;
  }
}
