import { expect, it } from 'vitest';
import { registryOfFile, stagedModuleOfFile } from '../support/terraform/of-file.ts';
import { projectOf } from '../support/terraform/project.ts';
import type { State } from '../support/terraform/terraform.ts';

// How public templates use a module such as this one, without what belongs to their platform.

const registry = await registryOfFile();
const source = await stagedModuleOfFile();

const BEGIN = `
terraform {
  required_providers {
    coder = { source = "coder/coder" }
  }
}
data "coder_workspace" "me" {}
`;
const AGENT = `
resource "coder_agent" "main" {
  os   = "linux"
  arch = "amd64"
}`;

/** Plans a template. @param files the text of each, by its path. */
async function planned(files: Record<string, string>): Promise<State> {
  return (await projectOf(registry, files)).plan();
}

/** The instances of our module that a plan has an agent of. */
function agents(state: State): readonly string[] {
  return state.resources
    .flatMap(
      ({ address }) => /^(.+)\.module\.agentapi[^.]*\.coder_script\.agentapi$/.exec(address)?.[1] ?? [],
    )
    .sort();
}

it("a task whose prompt is the agent's, with presets for its parameters", async () => {
  const state = await planned({
    'main.tf': `${BEGIN}${AGENT}
data "coder_task" "me" {}
data "coder_parameter" "mode" {
  name         = "mode"
  display_name = "Mode"
  type         = "string"
  default      = "high"
  mutable      = true
  option {
    name  = "High"
    value = "high"
  }
  option {
    name  = "Low"
    value = "low"
  }
}
data "coder_workspace_preset" "quick" {
  name       = "Quick"
  default    = true
  parameters = { (data.coder_parameter.mode.name) = "low" }
  prebuilds {
    instances = 1
  }
}
resource "coder_ai_task" "task" {
  count  = data.coder_workspace.me.start_count
  app_id = module.amp[0].task_app_id
}
module "amp" {
  source    = "${source}"
  count     = data.coder_workspace.me.start_count
  agent_id  = coder_agent.main.id
  workdir   = "/home/coder/project"
  ai_prompt = data.coder_task.me.prompt
  mode      = data.coder_parameter.mode.value
}`,
  });
  expect(agents(state)).toEqual(['module.amp[0]']);
  expect(state.resources.map(({ address }) => address)).toContain('coder_ai_task.task[0]');
});

it("a module of the template's own, with an agent for each of two purposes", async () => {
  const instance = (name: string, inputs: string) => `
module "${name}" {
  source   = "${source}"
  agent_id = var.agent_id
  workdir  = var.workdir
${inputs}
}`;
  const state = await planned({
    'main.tf': `${BEGIN}${AGENT}
module "agents" {
  source   = "./modules/agents"
  count    = data.coder_workspace.me.start_count
  agent_id = coder_agent.main.id
  workdir  = "/home/coder/project"
}`,
    'modules/agents/main.tf': `
variable "agent_id" { type = string }
variable "workdir" { type = string }
${instance('writer', '')}
${instance(
  'reviewer',
  `  session_key     = "review"
  agentapi_port   = 3285
  app_slug        = "review"
  other_instances = [module.writer.instance]`,
)}`,
  });
  expect(agents(state)).toEqual(['module.agents[0].module.reviewer', 'module.agents[0].module.writer']);
});

it("a dev container's agent, whose ID is unknown while planning", async () => {
  const state = await planned({
    'main.tf': `${BEGIN}${AGENT}
resource "coder_devcontainer" "project" {
  count            = data.coder_workspace.me.start_count
  agent_id         = coder_agent.main.id
  workspace_folder = "/workspaces/project"
}
module "amp" {
  source   = "${source}"
  count    = data.coder_workspace.me.start_count
  agent_id = coder_devcontainer.project[0].subagent_id
  workdir  = "/workspaces/project"
}`,
  });
  expect(agents(state)).toEqual(['module.amp[0]']);
});
