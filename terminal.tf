# Without AgentAPI (enable_agentapi = false): Amp in a terminal app of the dashboard.

locals {
  # The command on PATH that opens Amp, and the name of its session in tmux or screen.
  terminal_name = "amp-terminal${local.suffix}"

  # The same in the module's folder, where `amp-session continue` finds it by key (shim/agent/opener.ts).
  opener = "bin/terminal-${substr(sha256(var.session_key), 0, 16)}"

  # The app may be clicked while Amp is still being installed: the command appears once everything is ready.
  terminal_command = <<-EOT
    #!/usr/bin/env bash
    ready() { command -v ${local.terminal_name} > /dev/null; }
    ready || echo 'Amp opens here once it is installed. To follow the installation, see the logs of the workspace.'
    until ready; do sleep 1; done
    exec ${local.terminal_name}
  EOT

  # The inputs that are set and need AgentAPI, each with what to do instead. Inputs that may be meant for
  # another instance (install_agentapi and the like) are allowed, as are those that only switch something off.
  agentapi_only = { for name, advice in {
    ai_prompt            = var.ai_prompt == "" || var.enable_runner ? "" : "Only AgentAPI and the runner (enable_runner) can give Amp ai_prompt: use instruction_prompt for what Amp should always know."
    on_interrupted_turn  = trimspace(var.on_interrupted_turn) == "nothing" ? "" : "Only AgentAPI can give Amp on_interrupted_turn: whoever opens a terminal, or a runner's thread, sees where the agent stopped."
    enable_boundary      = var.enable_boundary ? "Use agent_firewall_wrapper_path instead of enable_boundary, which belongs to AgentAPI's module." : ""
    agentapi_port        = var.agentapi_port == null ? "" : "Leave agentapi_port out: no port is used."
    module_dir_name      = var.module_dir_name == null ? "" : "Leave module_dir_name out: logs and records are in state_dir."
    state_file_path      = var.state_file_path == "" ? "" : "Leave state_file_path out: Amp's servers keep the conversation."
    pid_file_path        = var.pid_file_path == "" ? "" : "Leave pid_file_path out."
    web_app_display_name = var.web_app_display_name == "Amp" ? "" : "Set cli_app_display_name instead of web_app_display_name."
  } : name => advice if advice != "" }

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
