import * as z from 'zod';

const resourceSchema = z.object({
  address: z.string(),
  mode: z.enum(['managed', 'data']),
  type: z.string(),
  name: z.string(),
  values: z.record(z.string(), z.unknown()).default({}),
});

/** A resource or data source, its address as Terraform writes it. */
export type Resource = z.infer<typeof resourceSchema>;

interface Module {
  resources: Resource[];
  child_modules: Module[];
}

const moduleSchema: z.ZodType<Module> = z.lazy(() =>
  z.object({
    resources: z.array(resourceSchema).default([]),
    child_modules: z.array(moduleSchema).default([]),
  }),
);

const outputsSchema = z
  .record(
    z.string(),
    z.object({ value: z.unknown().optional() }).transform(({ value }) => value),
  )
  .default({});

/** What Terraform manages, or would manage: all modules' resources, and the root module's outputs. */
export interface State {
  resources: Resource[];
  outputs: Record<string, unknown>;
}

const planSchema = z.object({
  planned_values: z.object({ outputs: outputsSchema, root_module: moduleSchema }),
});

/**
 * Parses the output of `terraform show -json` for a plan.
 *
 * @throws a ZodError if it doesn't have Terraform's documented format
 */
export function parsePlan(json: string): State {
  const { outputs, root_module } = planSchema.parse(JSON.parse(json)).planned_values;
  return { resources: resourcesOf(root_module), outputs };
}

function resourcesOf(module: Module): Resource[] {
  return [...module.resources, ...module.child_modules.flatMap(resourcesOf)];
}

const stateSchema = z.object({
  version: z.literal(4),
  outputs: outputsSchema,
  resources: z.array(
    z.object({
      module: z.string().optional(),
      mode: z.enum(['managed', 'data']),
      type: z.string(),
      name: z.string(),
      instances: z.array(
        z.object({
          index_key: z.union([z.string(), z.number()]).optional(),
          attributes: z.record(z.string(), z.unknown()),
        }),
      ),
    }),
  ),
});

/**
 * Parses the output of `terraform state pull`. `terraform show -json` would tell the same, but starts every
 * provider for it and takes a third of a second.
 *
 * @throws a ZodError if it has another format than version 4
 */
export function parseState(json: string): State {
  const { resources, outputs } = stateSchema.parse(JSON.parse(json));
  return {
    resources: resources.flatMap(({ module, mode, type, name, instances }) => {
      const path = [module, mode === 'data' ? 'data' : undefined, type, name];
      const address = path.filter((part) => part !== undefined).join('.');
      return instances.map(({ index_key: key, attributes }) => ({
        address: key === undefined ? address : `${address}[${JSON.stringify(key)}]`,
        mode,
        type,
        name,
        values: attributes,
      }));
    }),
    outputs,
  };
}

/** A `coder_script`: its resource name, the text that Coder's agent runs, and when. */
export interface CoderScript {
  name: string;
  script: string;
  runOnStart: boolean;
  runOnStop: boolean;
}

const scriptValues = z.object({ script: z.string(), run_on_start: z.boolean(), run_on_stop: z.boolean() });

/** Every `coder_script`, including those of child modules. */
export function coderScripts(state: State): CoderScript[] {
  return managed(state, 'coder_script').map(({ name, values }) => {
    const { script, run_on_start, run_on_stop } = scriptValues.parse(values);
    return { name, script, runOnStart: run_on_start, runOnStop: run_on_stop };
  });
}

/** A `coder_env`: a variable of every process in the workspace. */
export interface CoderEnv {
  name: string;
  value: string;
}

const envValues = z.object({ name: z.string(), value: z.string() });

/** Every `coder_env`, including those of child modules. */
export function coderEnvs(state: State): CoderEnv[] {
  return managed(state, 'coder_env').map(({ values }) => envValues.parse(values));
}

const appValues = z.object({ slug: z.string(), command: z.string() });

/** Every `coder_app` that runs a command in a terminal: its command by its slug. */
export function terminalApps(state: State): ReadonlyMap<string, string> {
  const apps = managed(state, 'coder_app').flatMap(({ values }) => appValues.safeParse(values).data ?? []);
  return new Map(apps.map(({ slug, command }) => [slug, command]));
}

function managed(state: State, type: string): Resource[] {
  return state.resources.filter((resource) => resource.mode === 'managed' && resource.type === type);
}
