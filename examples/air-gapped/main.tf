# Nothing from the internet: Amp from an npm mirror, AgentAPI from a file server, and a server of one's own in
# place of ampcode.com. With Amp's installer on a mirror, set amp_install_url in place of install_via_npm and
# npm_registry. The compute resource that runs the agent is left out: see ../docker or ../kubernetes. In a
# template of your own, source is "registry.coder.com/coder-labs/sourcegraph-amp/coder", with a version.

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
  source          = "../.."
  count           = data.coder_workspace.me.start_count
  agent_id        = coder_agent.main.id
  workdir         = "/home/coder/project"
  amp_url         = var.amp_url
  install_via_npm = true
  npm_registry    = "${var.mirror}/npm/"
  amp_version     = "0.0.1790142911-g7618fb"

  # {version} and {arch} stay as they are: the module puts in AgentAPI's version and the workspace's
  # architecture.
  agentapi_download_url = "${var.mirror}/agentapi/{version}/agentapi-linux-{arch}"
}

variable "mirror" {
  description = "The file server with the npm mirror and AgentAPI's releases, without a slash at its end."
  type        = string
  default     = "https://mirror.example.com"
}

variable "amp_url" {
  description = "The Amp server that workspaces can reach."
  type        = string
  default     = "https://amp.example.com"
}
