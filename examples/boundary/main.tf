# Amp inside Coder's Agent Firewall (boundary), which lets it reach what is on the list and nothing else. AgentAPI runs
# outside it. The coder executable of the workspace must have `coder boundary`, which is part of Coder Premium.
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

locals {
  boundary_config = "/home/coder/.config/coder_boundary/config.yaml"
  boundary_rules = yamlencode({
    allowlist = [for domain in var.allowed_domains : "domain=${domain}"]
    log_level = "warn"
  })
}

module "amp" {
  source      = "../.."
  count       = data.coder_workspace.me.start_count
  agent_id    = coder_agent.main.id
  workdir     = "/home/coder/project"
  amp_api_key = var.amp_api_key

  enable_boundary      = true
  boundary_config_path = local.boundary_config
  pre_install_script   = <<-EOT
    #!/usr/bin/env bash
    set -euo pipefail
    mkdir -p "$(dirname '${local.boundary_config}')"
    base64 -d >'${local.boundary_config}' <<<'${base64encode(local.boundary_rules)}'
  EOT
}

variable "allowed_domains" {
  description = "What Amp may reach: its own servers, where the code comes from, and the Coder server, to which it reports."
  type        = list(string)
  default = [
    "ampcode.com",
    "*.ampcode.com",
    "github.com",
    "api.github.com",
    "coder.example.com",
  ]
}

variable "amp_api_key" {
  description = "Amp's API key, for every workspace of this template."
  type        = string
  default     = ""
  sensitive   = true
}
