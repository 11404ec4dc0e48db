# Two agents in one workspace, each with a thread of its own: one works, one reviews. What belongs to the workspace (Amp's key
# and settings) is set on the first; the second is told about it, so that nothing can collide.
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

resource "coder_agent" "main" {
  os   = "linux"
  arch = "amd64"
}

module "amp" {
  source      = "../.."
  count       = data.coder_workspace.me.start_count
  agent_id    = coder_agent.main.id
  workdir     = "/home/coder/project"
  amp_api_key = var.amp_api_key
  labels      = ["work"]
}

module "reviewer" {
  source               = "../.."
  count                = data.coder_workspace.me.start_count
  agent_id             = coder_agent.main.id
  workdir              = "/home/coder/review"
  session_key          = "review"
  agentapi_port        = 3285
  other_instances      = module.amp[*].instance
  web_app_display_name = "Amp, reviewing"
  labels               = ["review"]
}

variable "amp_api_key" {
  description = "Amp's API key, for both agents."
  type        = string
  default     = ""
  sensitive   = true
}
