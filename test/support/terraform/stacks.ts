import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NullProvider } from '@cdktf/provider-null/lib/provider/index.js';
import { Resource } from '@cdktf/provider-null/lib/resource/index.js';
import {
  TerraformDataSource,
  TerraformHclModule,
  TerraformOutput,
  TerraformResource,
  TerraformStack,
  Testing,
} from 'cdktf';

export type ModuleInput =
  | string
  | number
  | boolean
  | null
  | readonly ModuleInput[]
  | { readonly [name: string]: ModuleInput };

/** What a template author decides. */
export interface TemplateOptions {
  /**
   * Our module's inputs besides agent_id, for each of its instances; strings are literal. One instance without
   * any by default. Default for workdir: /home/coder/project
   */
  instances?: readonly Record<string, ModuleInput>[];
  /** The folder to write to; by default a new temporary folder, which the caller removes. */
  folder?: string;
  /** The module's folder, if not this repository. */
  source?: string;
}

const repository = path.resolve(import.meta.dirname, '../../..');

/**
 * Writes a complete Coder template that uses our module: an agent, a compute resource that comes and goes
 * with the workspace, and the module beside it.
 *
 * @returns the folder, ready for `terraformProject`
 */
export async function synthTemplate({
  instances = [{}],
  folder,
  source,
}: TemplateOptions = {}): Promise<string> {
  const target = folder ?? (await mkdtemp(path.join(tmpdir(), 'amp-template-')));
  const app = Testing.app({ outdir: path.join(target, 'cdktf.out') });
  const all = instances.map((inputs) => ({ workdir: '/home/coder/project', ...inputs }));
  const stack = new Template(app, source ?? repository, all);
  await writeFile(path.join(target, 'main.tf.json'), Testing.synth(stack));
  return target;
}

/**
 * `start_count` is 1 while the workspace runs and 0 while it is stopped: both resources below go away with
 * it.
 */
const startCount = `\${data.coder_workspace.me.start_count}`;

class Template extends TerraformStack {
  constructor(
    scope: ConstructorParameters<typeof TerraformStack>[0],
    source: string,
    instances: readonly Record<string, ModuleInput>[],
  ) {
    super(scope, 'template');
    // There is no prebuilt binding for Coder's provider, so its blocks use cdktf's escape hatches.
    this.addOverride('terraform.required_providers.coder', { source: 'coder/coder', version: '>= 2.13' });
    new TerraformDataSource(this, 'me', { terraformResourceType: 'coder_workspace' });
    const agent = new TerraformResource(this, 'main', { terraformResourceType: 'coder_agent' });
    agent.addOverride('os', 'linux');
    agent.addOverride('arch', 'amd64');

    new NullProvider(this, 'null');
    // Any version: the mirror that is built with Go has only 1.0.0.
    this.addOverride('terraform.required_providers.null.version', '>= 1.0.0');
    const compute = new Resource(this, 'workspace', {
      triggers: { agent: agent.interpolationForAttribute('id').toString() },
    });
    compute.addOverride('count', startCount);

    const [only = {}, ...others] = instances;
    const amp = new TerraformHclModule(this, 'amp', {
      source,
      variables: {
        agent_id: agent.interpolationForAttribute('id'),
        ...(others.length === 0 ? literals(only) : lookups(instances)),
      },
    });
    if (others.length > 0) this.addOverride('locals.instances', instances.map(literals));
    amp.addOverride('count', `\${${instances.length} * data.coder_workspace.me.start_count}`);
    new TerraformOutput(this, 'task_app_id', { value: `\${try(module.amp[0].task_app_id, "")}` });
  }
}

/** The inputs that any instance has, looked up; null, which means the default, where an instance has none. */
function lookups(instances: readonly Record<string, ModuleInput>[]): Record<string, string> {
  const names = instances.flatMap((inputs) => Object.keys(inputs));
  return Object.fromEntries(
    names.map((name) => [name, `\${try(local.instances[count.index].${name}, null)}`]),
  );
}

/**
 * In any string of its JSON, Terraform takes `${` and `%{` for the start of an expression unless they are
 * doubled.
 */
function literals(inputs: Record<string, ModuleInput>): Record<string, ModuleInput> {
  return JSON.parse(JSON.stringify(inputs).replaceAll(/[$%](?=\{)/g, '$&$&'));
}
