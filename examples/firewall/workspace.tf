# The workspace: a pod as in ../kubernetes, with main.tf's list mounted read-only and the capability to set up a firewall.

terraform {
  required_version = ">= 1.9"
  required_providers {
    coder = {
      source  = "coder/coder"
      version = ">= 2.13"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = ">= 2.30"
    }
  }
}

# Uses the service account of Coder's pod, or KUBE_CONFIG_PATH where Coder runs outside the cluster.
provider "kubernetes" {}

data "coder_provisioner" "me" {}
data "coder_workspace" "me" {}

variable "namespace" {
  description = "The namespace that workspaces are created in. It must exist."
  type        = string
  default     = "coder-workspaces"
}

variable "image" {
  description = "The workspace's image: it needs bash, curl, gzip and git."
  type        = string
  default     = "codercom/example-base:ubuntu"
}

resource "coder_agent" "main" {
  os   = "linux"
  arch = data.coder_provisioner.me.arch

  # Shows which thread Amp is in, on the workspace's page.
  metadata {
    key          = "amp"
    display_name = "Amp"
    script       = "amp-session status --line 2> /dev/null || echo not ready"
    interval     = 10
    timeout      = 5
  }
}

resource "kubernetes_persistent_volume_claim_v1" "home" {
  metadata {
    name      = "coder-${data.coder_workspace.me.id}-home"
    namespace = var.namespace
  }

  # Some storage classes bind the claim only once there is a pod.
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
        # AgentAPI saves its chat during the stop. By default, Kubernetes kills the pod after 30 seconds.
        termination_grace_period_seconds = 60

        security_context {
          run_as_user     = 1000
          fs_group        = 1000
          run_as_non_root = true
        }

        container {
          name    = "dev"
          image   = var.image
          command = ["sh", "-c", coder_agent.main.init_script]

          env {
            name  = "CODER_AGENT_TOKEN"
            value = coder_agent.main.token
          }

          # The firewall needs this to create its own network; some nodes need more:
          # https://coder.com/docs/ai-coder/agent-firewall/nsjail/k8s
          security_context {
            capabilities {
              add = ["NET_ADMIN"]
            }
          }

          # Amp itself needs little; size the limits for what it runs, such as your tests.
          resources {
            requests = { cpu = "250m", memory = "1Gi" }
            limits   = { cpu = "2", memory = "4Gi" }
          }

          volume_mount {
            name       = "home"
            mount_path = "/home/coder"
          }

          volume_mount {
            name       = "rules"
            mount_path = "/etc/agent-firewall"
            read_only  = true
          }
        }

        volume {
          name = "home"
          persistent_volume_claim {
            claim_name = kubernetes_persistent_volume_claim_v1.home.metadata[0].name
          }
        }

        volume {
          name = "rules"
          config_map {
            name = kubernetes_config_map_v1.rules.metadata[0].name
          }
        }
      }
    }
  }
}
