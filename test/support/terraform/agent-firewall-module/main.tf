# Stands in for registry.coder.com/coder/agent-firewall/coder 0.0.3: the inputs and outputs that our templates use, with
# the values of the real one (test/terraform/agent-firewall-contract.test.ts).

terraform {
  required_providers {
    coder = {
      source = "coder/coder"
    }
  }
}

variable "agent_id" {
  type = string
}

variable "agent_firewall_config_path" {
  type    = string
  default = null
}

locals {
  folder = "$HOME/.coder-modules/coder/agent-firewall"
}

output "agent_firewall_wrapper_path" {
  value = "${local.folder}/scripts/agent-firewall-wrapper.sh"
}

output "agent_firewall_config_path" {
  value = var.agent_firewall_config_path != null ? var.agent_firewall_config_path : "${local.folder}/config/config.yaml"
}

output "scripts" {
  value = ["coder-agent-firewall-install_script"]
}
