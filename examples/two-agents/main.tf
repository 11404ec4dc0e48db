# Two agents in one workspace, each with a thread of its own: one works, one reviews. What belongs to the workspace (Amp's
# key, its settings, which versions are installed) is set on the first. The second is told about the first, and the
# plan fails if anything would collide.

module "amp" {
  source      = "registry.coder.com/coder-labs/sourcegraph-amp/coder"
  version     = "5.0.0"
  count       = data.coder_workspace.me.start_count
  agent_id    = coder_agent.main.id
  workdir     = "/home/coder/project"
  wait_for    = ["clone-repository"]
  amp_api_key = var.amp_api_key
  labels      = ["work"]
}

module "reviewer" {
  source               = "registry.coder.com/coder-labs/sourcegraph-amp/coder"
  version              = "5.0.0"
  count                = data.coder_workspace.me.start_count
  agent_id             = coder_agent.main.id
  workdir              = "/home/coder/project"
  wait_for             = ["clone-repository"]
  session_key          = "review"
  agentapi_port        = 3285
  other_instances      = module.amp[*].instance
  web_app_display_name = "Amp (review)"
  labels               = ["review"]
}

variable "amp_api_key" {
  description = "Amp's API key, for both agents. Leave it empty when users log in themselves."
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
