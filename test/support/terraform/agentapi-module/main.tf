# A stand-in for the registry's AgentAPI module 2.4.0: the same inputs and outputs, and the same contract with
# the scripts that it is given. It downloads nothing and never becomes root.

terraform {
  required_providers {
    coder = {
      source  = "coder/coder"
      version = ">= 2.13"
    }
  }
}

data "coder_workspace" "me" {}
data "coder_workspace_owner" "me" {}
data "coder_task" "me" {}

locals {
  workdir        = trimsuffix(var.folder, "/")
  chat_base_path = var.agentapi_subdomain ? "" : "/@${data.coder_workspace_owner.me.name}/${data.coder_workspace.me.name}.${var.agent_id}/apps/${var.web_app_slug}/chat"
  has_web_app    = var.web_app || data.coder_task.me.enabled
  address        = "http://localhost:${var.agentapi_port}"

  run_script  = base64encode(file("${path.module}/scripts/run.sh"))
  wait_script = base64encode(file("${path.module}/scripts/wait.sh"))
  stop_script = base64encode(file("${path.module}/scripts/stop.sh"))

  # The real start script has 15,523 bytes besides its inputs' values; this one has 878 besides those and its
  # two scripts. Padding by the difference makes the sizes equal, so that a limit that is met here is met there.
  padding = format("%${15523 - 878 - length(local.run_script) - length(local.wait_script)}s", "")
}

resource "coder_env" "boundary_config" {
  count    = var.enable_boundary && var.boundary_config_path != "" ? 1 : 0
  agent_id = var.agent_id
  name     = "BOUNDARY_CONFIG"
  value    = var.boundary_config_path
}

resource "coder_script" "agentapi" {
  agent_id     = var.agent_id
  display_name = "Install and start AgentAPI"
  icon         = var.web_app_icon
  run_on_start = true
  # One environment variable per script, as in the real module: its length is limited.
  script = <<-EOT
    #!/bin/bash
    set -o errexit -o pipefail
    #${local.padding}
    folder="$(mktemp -d)"
    trap 'rm -rf "$folder"' EXIT
    echo -n '${local.run_script}' | base64 -d > "$folder/run.sh"
    echo -n '${local.wait_script}' | base64 -d > "$folder/wait.sh"

    ARG_MODULE_DIR_NAME='${var.module_dir_name}' \
    ARG_WORKDIR="$(echo -n '${base64encode(local.workdir)}' | base64 -d)" \
    ARG_PRE_INSTALL_SCRIPT="$(echo -n '${var.pre_install_script == null ? "" : base64encode(var.pre_install_script)}' | base64 -d)" \
    ARG_INSTALL_SCRIPT="$(echo -n '${base64encode(var.install_script)}' | base64 -d)" \
    ARG_POST_INSTALL_SCRIPT="$(echo -n '${var.post_install_script == null ? "" : base64encode(var.post_install_script)}' | base64 -d)" \
    ARG_START_SCRIPT="$(echo -n '${base64encode(var.start_script)}' | base64 -d)" \
    ARG_INSTALL_AGENTAPI='${var.install_agentapi}' \
    ARG_AGENTAPI_VERSION='${var.agentapi_version}' \
    ARG_AGENTAPI_PORT='${var.agentapi_port}' \
    ARG_AGENTAPI_CHAT_BASE_PATH='${local.chat_base_path}' \
    ARG_TASK_ID='${data.coder_task.me.id}' \
    ARG_TASK_LOG_SNAPSHOT='${var.task_log_snapshot}' \
    ARG_ENABLE_BOUNDARY='${var.enable_boundary}' \
    ARG_BOUNDARY_VERSION='${var.boundary_version}' \
    ARG_COMPILE_BOUNDARY_FROM_SOURCE='${var.compile_boundary_from_source}' \
    ARG_USE_BOUNDARY_DIRECTLY='${var.use_boundary_directly}' \
    ARG_ENABLE_STATE_PERSISTENCE='${var.enable_state_persistence}' \
    ARG_STATE_FILE_PATH='${var.state_file_path}' \
    ARG_PID_FILE_PATH='${var.pid_file_path}' \
    bash "$folder/run.sh" "$folder/wait.sh"
  EOT
}

resource "coder_script" "agentapi_shutdown" {
  agent_id     = var.agent_id
  display_name = "AgentAPI Shutdown"
  icon         = var.web_app_icon
  run_on_stop  = true
  script       = <<-EOT
    #!/bin/bash
    set -o pipefail
    ARG_MODULE_DIR_NAME='${var.module_dir_name}' \
    ARG_ENABLE_STATE_PERSISTENCE='${var.enable_state_persistence}' \
    ARG_PID_FILE_PATH='${var.pid_file_path}' \
    bash -c "$(echo -n '${local.stop_script}' | base64 -d)"
  EOT
}

resource "coder_app" "agentapi_web" {
  count        = local.has_web_app ? 1 : 0
  agent_id     = var.agent_id
  slug         = var.web_app_slug
  display_name = var.web_app_display_name
  url          = "${local.address}/"
  icon         = var.web_app_icon
  order        = var.web_app_order
  group        = var.web_app_group
  subdomain    = var.agentapi_subdomain

  healthcheck {
    url       = "${local.address}/status"
    interval  = 3
    threshold = 20
  }
}

resource "coder_app" "agentapi_cli" {
  count        = var.cli_app ? 1 : 0
  agent_id     = var.agent_id
  slug         = var.cli_app_slug
  display_name = var.cli_app_display_name
  command      = "LANG=en_US.UTF-8 LC_ALL=en_US.UTF-8 agentapi attach"
  icon         = var.cli_app_icon
  order        = var.cli_app_order
  group        = var.cli_app_group
}

output "task_app_id" {
  value = local.has_web_app ? coder_app.agentapi_web[0].id : ""
}
