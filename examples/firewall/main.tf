# Amp inside Coder's Agent Firewall: it can reach only the domains listed here. The list is mounted read-only, so the
# workspace's user can't change it. The coder executable in the workspace must have `coder agent-firewall` or `coder boundary`,
# which is part of Coder Premium.

module "agent_firewall" {
  source                     = "registry.coder.com/coder/agent-firewall/coder"
  version                    = "0.0.3"
  count                      = data.coder_workspace.me.start_count
  agent_id                   = coder_agent.main.id
  agent_firewall_config_path = "/etc/agent-firewall/config.yaml"
}

module "amp" {
  source                      = "registry.coder.com/coder-labs/sourcegraph-amp/coder"
  version                     = "5.0.0"
  count                       = data.coder_workspace.me.start_count
  agent_id                    = coder_agent.main.id
  workdir                     = "/home/coder/project"
  wait_for                    = concat(["clone-repository"], module.agent_firewall[count.index].scripts)
  amp_api_key                 = var.amp_api_key
  agent_firewall_wrapper_path = module.agent_firewall[count.index].agent_firewall_wrapper_path
  boundary_config_path        = module.agent_firewall[count.index].agent_firewall_config_path
}

resource "kubernetes_config_map_v1" "rules" {
  metadata {
    name      = "coder-${data.coder_workspace.me.id}-rules"
    namespace = var.namespace
  }

  data = {
    "config.yaml" = yamlencode({
      allowlist = [for domain in concat([local.coder_domain], var.allowed_domains) : "domain=${domain}"]
      log_level = "warn"
    })
  }
}

locals {
  # Amp reports to it.
  coder_domain = regex("^https?://([^/:]+)", data.coder_workspace.me.access_url)[0]
}

variable "allowed_domains" {
  description = "What Amp and the programs that it runs may reach, besides the Coder server."
  type        = list(string)
  default = [
    "ampcode.com",
    "static.ampcode.com",
    "github.com",
    "api.github.com",
  ]
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
