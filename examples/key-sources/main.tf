# Where Amp's key can come from, without one in a template: nowhere (users log in), a variable of the template, a secret of the platform,
# or a gateway that adds it. Coder's AI Gateway is none of them: it stands before model providers, and Amp asks its own server.
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

variable "key_source" {
  description = "login: users run `amp login` once. template: amp_api_key below. platform: the container has a variable AMP_API_KEY, from a secret of Kubernetes, say. gateway: a proxy before Amp's server, which adds the key."
  type        = string
  default     = "login"

  validation {
    condition     = contains(["login", "template", "platform", "gateway"], var.key_source)
    error_message = "key_source must be login, template, platform or gateway."
  }
}

variable "amp_api_key" {
  description = "The key for key_source = template. Set it with `coder templates push --variable` or a variables file that is in no repository."
  type        = string
  default     = ""
  sensitive   = true
}

variable "gateway_url" {
  description = "The address for key_source = gateway."
  type        = string
  default     = "https://amp-gateway.example.com"
}

module "amp" {
  source      = "../.."
  count       = data.coder_workspace.me.start_count
  agent_id    = coder_agent.main.id
  workdir     = "/home/coder/project"
  amp_api_key = var.key_source == "template" ? var.amp_api_key : ""
  amp_url     = var.key_source == "gateway" ? var.gateway_url : ""
}

# On Kubernetes, key_source = platform is this in the container of the workspace; the agent hands it on to Amp:
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
