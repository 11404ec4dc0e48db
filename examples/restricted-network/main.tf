# From the internet only Amp's server, which Amp always needs: Amp from an npm mirror, AgentAPI from a file server, and
# an image from your own registry (`image`), with Node.js and npm in it.
#
# With Amp's installer on a mirror instead, replace install_via_npm and npm_registry with amp_install_url. With both programs in
# the image, set install_amp and install_agentapi to false and leave the mirrors out.

module "amp" {
  source      = "registry.coder.com/coder-labs/sourcegraph-amp/coder"
  version     = "5.0.0"
  count       = data.coder_workspace.me.start_count
  agent_id    = coder_agent.main.id
  workdir     = "/home/coder/project"
  wait_for    = ["clone-repository"]
  amp_api_key = var.amp_api_key
  amp_url     = var.amp_url

  install_via_npm       = true
  npm_registry          = "${var.mirror}/npm/"
  amp_version           = "0.0.1790142911-g7618fb"
  agentapi_download_url = "${var.mirror}/agentapi/{version}/agentapi-linux-{arch}"
}

variable "mirror" {
  description = "The server with the npm mirror and AgentAPI's releases, without a slash at the end."
  type        = string
  default     = "https://mirror.example.com"
}

variable "amp_url" {
  description = "The Amp server that workspaces can reach."
  type        = string
  default     = "https://amp.example.com"
}

variable "amp_api_key" {
  description = "Amp's API key, for every workspace of this template. Leave it empty when users log in themselves."
  type        = string
  default     = ""
  sensitive   = true
}

variable "repository" {
  description = "The repository to work on. A private one needs Coder's external authentication."
  type        = string
  default     = "https://git.example.com/team/project.git"
}

# Coder runs all start scripts at the same time; Amp waits for this one (wait_for).
resource "coder_script" "clone" {
  agent_id     = coder_agent.main.id
  display_name = "Clone the repository"
  run_on_start = true
  script       = <<-EOT
    #!/usr/bin/env bash
    set -euo pipefail
    coder exp sync start clone-repository
    trap 'coder exp sync complete clone-repository' EXIT
    [[ -e /home/coder/project/.git ]] || git clone '${var.repository}' /home/coder/project
  EOT
}
