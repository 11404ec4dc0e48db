import { rm } from 'node:fs/promises';
import { startModuleRegistry } from './registry.ts';
import { type ModuleInput, synthTemplate } from './stacks.ts';
import { stageModule } from './stage.ts';
import { type RunOptions, type State, type TerraformProject, terraformProject } from './terraform.ts';

/** An initialised template that uses our module, to try inputs on without repeating init. */
export interface TemplateProject {
  project: TerraformProject;
  /** Plans with these inputs; throws `TerraformError` if the plan fails. */
  plan(inputs: Record<string, ModuleInput>, options?: RunOptions): Promise<State>;
  /** Plans an instance of the module with each of these inputs together, which costs far less than a plan for each. */
  planEach<Name extends string>(
    instances: Readonly<Record<Name, Record<string, ModuleInput>>>,
  ): Promise<Record<Name, State>>;
  /** Applies with these inputs. */
  apply(inputs: Record<string, ModuleInput>, options?: RunOptions): Promise<State>;
  /** Removes the folder and stops the registry. */
  close(): Promise<void>;
}

/**
 * Creates a template in a temporary folder and initialises it.
 *
 * @param scripts files of `scripts/` to replace in the module, with their contents; none by default
 * @throws `TerraformError` if it can't be initialised, and what `startModuleRegistry` throws
 */
export async function openTemplate(scripts?: Record<string, string>): Promise<TemplateProject> {
  const registry = await startModuleRegistry();
  const staged = scripts && (await stageModule(scripts));
  const source = staged === undefined ? {} : { source: staged };
  const folder = await synthTemplate(source);
  const project = terraformProject(folder, registry.cliConfig);

  const close = async () => {
    await registry.close();
    for (const used of [folder, staged]) if (used) await rm(used, { recursive: true, force: true });
  };
  try {
    await project.init();
  } catch (error) {
    await close();
    throw error;
  }
  return {
    project,
    async plan(inputs, options) {
      await synthTemplate({ ...source, instances: [inputs], folder });
      return project.plan(options);
    },
    async planEach<Name extends string>(instances: Readonly<Record<Name, Record<string, ModuleInput>>>) {
      const names = Object.keys(instances) as Name[];
      await synthTemplate({ ...source, instances: names.map((name) => instances[name]), folder });
      const { resources } = await project.plan();
      const planned = names.map((name, at) => {
        const own = resources.filter(({ address }) => address.startsWith(`module.amp[${at}].`));
        return [name, { resources: own, outputs: {} }];
      });
      return Object.fromEntries(planned) as Record<Name, State>;
    },
    async apply(inputs, options) {
      await synthTemplate({ ...source, instances: [inputs], folder });
      return project.apply(options);
    },
    close,
  };
}
