# What would not fit is refused while planning: in the workspace it would end the start with 'Argument list too long'.

locals {
  # Linux takes at most 131,072 bytes in one argument or environment string (MAX_ARG_STRLEN), and the last is its NUL.
  # Coder runs a whole script as one argument (`bash -c <script>`).
  argument_max_bytes = 131071

  # Terraform counts characters, so bytes are counted in base64, where all are one: four for every three bytes, padded with "=".
  session_script_bytes = length(base64encode(local.session_script)) * 3 / 4 - length(regexall("=", base64encode(local.session_script)))

  # The rest of AgentAPI's script: what `terraform apply` of module 2.4.0 gave as coder_script.agentapi's script, less the values
  # listed below. It holds the task's ID, 36 bytes whether there is a task or not. test/terraform/sizes.test.ts does
  # the sum against a real plan.
  agentapi_fixed_bytes = 15523

  # Everything of ours that the module writes into that script, in the form in which it does.
  agentapi_parts = [
    local.module_dir_name,
    base64encode(local.workdir == "/" ? "/." : local.workdir),
    base64encode(local.inputs.pre_install_script),
    base64encode(local.install_script),
    tostring(local.installs_agentapi),
    var.agentapi_version,
    base64encode(local.start_script),
    base64encode(local.inputs.post_install_script),
    tostring(local.agentapi_port),
    tostring(var.enable_state_persistence),
    tostring(var.task_log_snapshot),
    tostring(var.enable_boundary),
    tostring(var.use_boundary_directly),
    tostring(var.compile_boundary_from_source),
    var.boundary_version,
  ]
  agentapi_script_bytes = local.agentapi_fixed_bytes + local.chat_path_bytes + local.file_path_bytes + sum([for part in local.agentapi_parts : length(part)])
  file_path_bytes = sum([
    for path in [var.state_file_path, var.pid_file_path] :
    length(base64encode(path)) * 3 / 4 - length(regexall("=", base64encode(path)))
  ])

  # /@<owner>/<workspace>.<agent ID>/apps/<slug>/chat: Coder's names have at most 32 characters, its IDs 36, and the ID is not known
  # while planning. With a subdomain it is empty.
  chat_path_bytes = var.agentapi_subdomain ? 0 : length("/@/./apps//chat") + 32 + 32 + 36 + length(local.app_slug)

  # The inputs that can be long, by the name a template author knows them by.
  inputs = {
    ai_prompt           = var.ai_prompt
    instruction_prompt  = var.instruction_prompt
    base_amp_config     = var.base_amp_config
    permissions         = var.permissions
    mcp                 = var.mcp == null ? "" : var.mcp
    pre_install_script  = var.pre_install_script == null ? "" : var.pre_install_script
    post_install_script = var.post_install_script == null ? "" : var.post_install_script
  }
  input_bytes = {
    for name, value in local.inputs :
    name => length(base64encode(value)) * 3 / 4 - length(regexall("=", base64encode(value)))
  }

  # What each input takes of AgentAPI's script: its user's own scripts are encoded, all else is compressed first.
  input_shares = {
    for name, value in local.inputs :
    name => length(base64encode(endswith(name, "install_script") ? value : base64gzip(value)))
  }
  largest_share = max(values(local.input_shares)...)
  largest_input = [for name, share in local.input_shares : name if share == local.largest_share][0]
  # As many of its bytes as make up the excess, if all of it compresses alike; no more than it has.
  largest_input_excess = min(
    local.input_bytes[local.largest_input],
    ceil((local.agentapi_script_bytes - local.argument_max_bytes) * local.input_bytes[local.largest_input] / local.largest_share),
  )

  # Settings also travel one by one, as environment strings of our own scripts: NAME=value.
  input_names = {
    AMP_MODULE_INSTRUCTIONS = "instruction_prompt"
    AMP_MODULE_BASE_CONFIG  = var.permissions == "" ? "base_amp_config" : "base_amp_config and permissions"
    AMP_MODULE_AMP_OPTIONS  = "labels"
  }
  environment_too_long = [
    for name, value in merge(local.header_settings, local.start_settings, local.install_settings) :
    "Shorten ${lookup(local.input_names, name, lower(trimprefix(name, "AMP_MODULE_")))}, which has ${local.setting_bytes[name]} bytes, by ${length(name) + 1 + local.setting_bytes[name] - local.argument_max_bytes} bytes."
    if length(name) + 1 + local.setting_bytes[name] > local.argument_max_bytes
  ]
  setting_bytes = {
    for name, value in merge(local.header_settings, local.start_settings, local.install_settings) :
    name => length(base64encode(value)) * 3 / 4 - length(regexall("=", base64encode(value)))
  }
}
