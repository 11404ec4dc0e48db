# A whole template on Kubernetes: the home folder on a persistent claim, which outlives the stop, and a minute to stop in, in which
# AgentAPI saves its chat.
# In a template of your own, source is "registry.coder.com/coder-labs/sourcegraph-amp/coder", with a version.

terraform {
  required_version = ">= 1.9"
  required_providers {
    coder = {
      source  = "coder/coder"
      version = ">= 2.13"
    }
    kubernetes = {
      source = "hashicorp/kubernetes"
    }
  }
}

data "coder_workspace" "me" {}

resource "coder_agent" "main" {
  os   = "linux"
  arch = "amd64"
}

resource "kubernetes_persistent_volume_claim_v1" "home" {
  metadata {
    name      = "coder-${data.coder_workspace.me.id}-home"
    namespace = var.namespace
  }

  # Some storage classes bind the claim when the pod comes.
  wait_until_bound = false

  spec {
    access_modes = ["ReadWriteOnce"]
    resources {
      requests = { storage = "10Gi" }
    }
  }
}

resource "kubernetes_deployment_v1" "workspace" {
  count            = data.coder_workspace.me.start_count
  wait_for_rollout = false

  metadata {
    name      = "coder-${data.coder_workspace.me.id}"
    namespace = var.namespace
  }

  spec {
    replicas = 1

    # Two pods at once would be two agents in one thread.
    strategy {
      type = "Recreate"
    }

    selector {
      match_labels = { "coder.workspace_id" = data.coder_workspace.me.id }
    }

    template {
      metadata {
        labels = { "coder.workspace_id" = data.coder_workspace.me.id }
      }

      spec {
        # Kubernetes kills after 30 seconds unless told otherwise.
        termination_grace_period_seconds = 60

        security_context {
          run_as_user = 1000
          fs_group    = 1000
        }

        container {
          name    = "dev"
          image   = "codercom/enterprise-base:ubuntu"
          command = ["sh", "-c", coder_agent.main.init_script]

          env {
            name  = "CODER_AGENT_TOKEN"
            value = coder_agent.main.token
          }

          volume_mount {
            name       = "home"
            mount_path = "/home/coder"
          }
        }

        volume {
          name = "home"
          persistent_volume_claim {
            claim_name = kubernetes_persistent_volume_claim_v1.home.metadata[0].name
          }
        }
      }
    }
  }
}

module "amp" {
  source      = "../.."
  count       = data.coder_workspace.me.start_count
  agent_id    = coder_agent.main.id
  workdir     = "/home/coder/project"
  amp_api_key = var.amp_api_key
}

variable "amp_api_key" {
  description = "Amp's API key, for every workspace of this template. Empty when users log in themselves."
  type        = string
  default     = ""
  sensitive   = true
}

variable "namespace" {
  description = "The namespace that workspaces are made in."
  type        = string
  default     = "coder-workspaces"
}
