# What test/lifecycle.tftest.hcl runs: the module as a template has it, there only while the workspace is started.

terraform {
  required_providers {
    coder = {
      source  = "coder/coder"
      version = ">= 2.13"
    }
  }
}

variable "agent_id" {
  type = string
}

variable "workdir" {
  type = string
}

variable "enable_state_persistence" {
  type = bool
}

data "coder_workspace" "me" {}

module "amp" {
  source                   = "../../../.."
  count                    = data.coder_workspace.me.start_count
  agent_id                 = var.agent_id
  workdir                  = var.workdir
  enable_state_persistence = var.enable_state_persistence
}

output "instances" {
  value = module.amp[*].instance
}

output "names" {
  value = module.amp[*].app_slug
}
