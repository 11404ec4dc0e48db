# A Coder task: its prompt is what Amp begins with, sent to the thread once and not again when the workspace restarts.
# Coder has Tasks before version 2.37 (September 2026) and in its ESR releases. A later Coder accepts coder_ai_task and
# ignores it: the workspace then has its chat, without a prompt.

data "coder_task" "me" {}

module "amp" {
  source      = "registry.coder.com/coder-labs/sourcegraph-amp/coder"
  version     = "5.0.0"
  count       = data.coder_workspace.me.start_count
  agent_id    = coder_agent.main.id
  workdir     = "/home/coder/project"
  wait_for    = ["clone-repository"]
  amp_api_key = var.amp_api_key
  ai_prompt   = data.coder_task.me.prompt

  # Nobody is there to be asked, so nothing asks. These rules keep an honest agent from pushing by accident; they are no
  # sandbox (see ../firewall), and the workspace's user can change them. Rules that users can't change belong in the image, in
  # /etc/ampcode/managed-settings.json, as the module's README describes.
  permissions = jsonencode([
    { tool = "Bash", matches = { cmd = "*git push*" }, action = "reject" },
    { tool = "*", action = "allow" },
  ])
}

resource "coder_ai_task" "amp" {
  count  = data.coder_workspace.me.start_count
  app_id = module.amp[count.index].task_app_id
}

variable "amp_api_key" {
  description = "Amp's API key, for every task of this template. Leave it empty when users log in themselves."
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
