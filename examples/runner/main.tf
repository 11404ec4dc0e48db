# The workspace is an Amp runner: threads that are begun on Amp's site run in it, and the chat is Amp's own page.

module "amp" {
  source      = "registry.coder.com/coder-labs/sourcegraph-amp/coder"
  version     = "5.0.0"
  count       = data.coder_workspace.me.start_count
  agent_id    = coder_agent.main.id
  workdir     = "/home/coder/project"
  wait_for    = ["clone-repository"]
  amp_api_key = var.amp_api_key

  enable_runner   = true
  enable_agentapi = false
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
  default     = "https://github.com/coder/coder"
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
