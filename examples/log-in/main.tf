# No key in the template: users run `amp login` once in a terminal of the workspace, and Amp keeps the log-in in the home
# folder. Until then the agent waits.
#
# An AMP_API_KEY in the container's environment works as well. On Kubernetes it can come from a secret:
#
#   env {
#     name = "AMP_API_KEY"
#     value_from {
#       secret_key_ref {
#         name = "amp"
#         key  = "api-key"
#       }
#     }
#   }

module "amp" {
  source   = "registry.coder.com/coder-labs/sourcegraph-amp/coder"
  version  = "5.0.0"
  count    = data.coder_workspace.me.start_count
  agent_id = coder_agent.main.id
  workdir  = "/home/coder/project"
  wait_for = ["clone-repository"]
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
