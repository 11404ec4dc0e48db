# A Coder task: its prompt is what Amp begins with, sent once to the thread and not again when the task is resumed.
# The compute resource that runs the agent is left out: see ../docker or ../kubernetes.
# In a template of your own, source is "registry.coder.com/coder-labs/sourcegraph-amp/coder", with a version.

terraform {
  required_version = ">= 1.9"
  required_providers {
    coder = {
      source  = "coder/coder"
      version = ">= 2.13"
    }
  }
}

data "coder_workspace" "me" {}
data "coder_task" "me" {}

resource "coder_agent" "main" {
  os   = "linux"
  arch = "amd64"
}

module "amp" {
  source      = "../.."
  count       = data.coder_workspace.me.start_count
  agent_id    = coder_agent.main.id
  workdir     = "/home/coder/project"
  ai_prompt   = data.coder_task.me.prompt
  amp_api_key = var.amp_api_key
  permissions = jsonencode([
    # Nobody watches: what must not happen is refused, all else may.
    { tool = "Bash", matches = { cmd = "*git push*" }, action = "reject" },
    { tool = "*", action = "allow" },
  ])
}

resource "coder_ai_task" "amp" {
  count  = data.coder_workspace.me.start_count
  app_id = module.amp[count.index].task_app_id
}

variable "amp_api_key" {
  description = "Amp's API key, for every task of this template."
  type        = string
  default     = ""
  sensitive   = true
}
