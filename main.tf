# Apart from AgentAPI's script, which encodes ours once more: the bundle would leave it little room. Three, because one
# can't carry the whole bundle.
resource "coder_script" "amp_session" {
  agent_id     = var.agent_id
  display_name = "Amp session"
  icon         = var.icon
  run_on_start = true
  script       = local.session_script

  lifecycle {
    precondition {
      condition     = local.largest_part <= local.argument_max_bytes
      error_message = "A script that places Amp's session command has ${local.largest_part} bytes, and Linux passes at most ${local.argument_max_bytes} in one argument. None of your inputs makes it so long: use a released version of this module."
    }

    precondition {
      condition     = length(local.environment_too_long) == 0
      error_message = "Linux passes at most ${local.argument_max_bytes} bytes in one environment string. ${join(" ", local.environment_too_long)}"
    }

    precondition {
      condition     = local.longest_script.bytes <= local.argument_max_bytes
      error_message = "${local.longest_script.name} would have about ${local.longest_script.bytes} bytes, and Linux passes at most ${local.argument_max_bytes} in one argument. What takes up most of it is ${local.largest_input}, with about ${local.bytes[local.largest_input]} bytes: shorten it by about ${local.largest_input_excess} bytes."
    }

    precondition {
      condition     = var.enable_agentapi || length(local.agentapi_only) == 0
      error_message = "These inputs need AgentAPI, and enable_agentapi is false: ${join(", ", keys(local.agentapi_only))}. ${join(" ", values(local.agentapi_only))}"
    }
  }
}

resource "coder_script" "amp_session_library" {
  agent_id     = var.agent_id
  display_name = "Amp session library"
  icon         = var.icon
  run_on_start = true
  script       = local.rest_scripts.library
}

resource "coder_script" "amp_session_commands" {
  agent_id     = var.agent_id
  display_name = "Amp session commands"
  icon         = var.icon
  run_on_start = true
  script       = local.rest_scripts.commands
}

resource "coder_script" "amp_session_stop" {
  agent_id     = var.agent_id
  display_name = "Amp session stop"
  icon         = var.icon
  run_on_stop  = true
  script       = local.session_stop_script
}

module "agentapi" {
  source  = "registry.coder.com/coder/agentapi/coder"
  version = "2.4.0"
  count   = var.enable_agentapi ? 1 : 0

  agent_id        = var.agent_id
  folder          = local.agentapi_folder
  module_dir_name = local.module_dir_name
  # That module would download it at every start and move it with sudo: scripts/install.sh installs it.
  install_agentapi         = false
  agentapi_version         = local.installation.agentapi_version
  agentapi_port            = local.agentapi_port
  agentapi_subdomain       = var.agentapi_subdomain
  enable_state_persistence = var.enable_state_persistence
  state_file_path          = var.state_file_path
  pid_file_path            = var.pid_file_path
  task_log_snapshot        = var.task_log_snapshot
  pre_install_script       = var.pre_install_script
  install_script           = local.install_script
  post_install_script      = var.post_install_script
  start_script             = local.start_script

  enable_boundary = var.enable_boundary
  # A variable of the workspace carries it, coder_env.boundary_config.
  boundary_config_path         = ""
  boundary_version             = var.boundary_version
  use_boundary_directly        = var.use_boundary_directly
  compile_boundary_from_source = var.compile_boundary_from_source

  web_app              = var.web_app
  web_app_slug         = local.app_slug
  web_app_order        = var.order
  web_app_group        = var.group
  web_app_icon         = var.icon
  web_app_display_name = var.web_app_display_name
  cli_app              = var.cli_app
  cli_app_slug         = local.cli_app.slug
  cli_app_order        = local.cli_app.order
  cli_app_group        = local.cli_app.group
  cli_app_icon         = local.cli_app.icon
  cli_app_display_name = var.cli_app_display_name
}

# Variables of the workspace, for every process in it. Not part of a script, because Coder logs every script
# in full.

locals {
  # Whether a value is empty may be unknown while planning (a key from a secret manager), and a count can't
  # depend on that. So each resource always exists, under a name that nothing reads when its value is empty:
  # an empty AMP_API_KEY would hide one that the image or the template's agent sets.
  unset           = "AMP_MODULE_UNSET"
  api_key_name    = nonsensitive(var.amp_api_key == "") ? local.unset : "AMP_API_KEY"
  url_name        = var.amp_url == "" ? local.unset : "AMP_URL"
  boundary_name   = var.boundary_config_path == "" || !var.enable_boundary ? local.unset : "BOUNDARY_CONFIG"
  environment_all = [local.api_key_name, local.url_name, local.boundary_name]

  # The variables that this instance sets.
  environment = tolist([for name in local.environment_all : name if name != local.unset])
}

resource "coder_env" "amp_api_key" {
  agent_id = var.agent_id
  name     = local.api_key_name
  value    = var.amp_api_key
}

resource "coder_env" "amp_url" {
  agent_id = var.agent_id
  name     = local.url_name
  value    = var.amp_url
}

resource "coder_env" "boundary_config" {
  agent_id = var.agent_id
  name     = local.boundary_name
  value    = var.boundary_config_path
}
