# Without AgentAPI (enable_agentapi = false): Amp in a terminal app of the dashboard.

locals {
  # The command on PATH that opens Amp, and the name of the tmux or screen session that it runs in.
  terminal_name = "amp-terminal${local.suffix}"

  # In the module's folder, where `amp-session continue` finds it by the key (shim/agent/opener.ts).
  opener = "bin/terminal-${substr(sha256(var.session_key), 0, 16)}"

  # The app may be clicked while Amp is still being installed. The command appears when everything is ready.
  terminal_command = <<-EOT
    #!/usr/bin/env bash
    ready() { command -v ${local.terminal_name} > /dev/null; }
    ready || echo 'Amp opens here once it is installed. To see how far that is, look at the logs of the workspace.'
    until ready; do sleep 1; done
    exec ${local.terminal_name}
  EOT

  # What is set and needs AgentAPI, and the way out. What can also be another instance's (install_agentapi and
  # the like) is not among it, nor what is only switched off.
  agentapi_only = { for name, way_out in {
    ai_prompt            = var.ai_prompt == "" ? "" : "AgentAPI types ai_prompt: put what every thread is to know into instruction_prompt instead."
    enable_boundary      = var.enable_boundary ? "AgentAPI's module puts the boundary in front of Amp: use agent_firewall_wrapper_path in place of enable_boundary." : ""
    agentapi_port        = var.agentapi_port == null ? "" : "Leave agentapi_port out: no port is used."
    module_dir_name      = var.module_dir_name == null ? "" : "Leave module_dir_name out: logs and records are in state_dir."
    state_file_path      = var.state_file_path == "" ? "" : "Leave state_file_path out: Amp's servers have the conversation."
    pid_file_path        = var.pid_file_path == "" ? "" : "Leave pid_file_path out."
    web_app_display_name = var.web_app_display_name == "Amp" ? "" : "Set cli_app_display_name in place of web_app_display_name."
  } : name => way_out if way_out != "" }

  cli_app = {
    slug  = "${local.app_slug}-cli"
    order = var.cli_app_order == null ? var.order : var.cli_app_order
    group = var.cli_app_group == null ? var.group : var.cli_app_group
    icon  = var.cli_app_icon == null ? var.icon : var.cli_app_icon
  }
}

resource "coder_script" "amp_install" {
  count        = var.enable_agentapi ? 0 : 1
  agent_id     = var.agent_id
  display_name = "Install Amp"
  icon         = var.icon
  run_on_start = true
  script       = local.steps_script
}

resource "coder_app" "terminal" {
  count        = var.enable_agentapi ? 0 : 1
  agent_id     = var.agent_id
  slug         = local.cli_app.slug
  display_name = var.cli_app_display_name
  icon         = local.cli_app.icon
  order        = local.cli_app.order
  group        = local.cli_app.group
  command      = local.terminal_command
}
