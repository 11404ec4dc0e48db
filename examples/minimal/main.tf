# The least there is: users log in with `amp login` in a terminal of the workspace, once.
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
  source   = "../.."
  count    = data.coder_workspace.me.start_count
  agent_id = coder_agent.main.id
  workdir  = "/home/coder/project"
}
