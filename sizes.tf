# What wouldn't fit is refused while planning: in the workspace the start would fail with 'Argument list too
# long'.

locals {
  # Linux takes at most 131,072 bytes in one argument or environment string (MAX_ARG_STRLEN), of which the
  # last is its NUL. Coder runs a whole script as one argument (`bash -c <script>`).
  argument_max_bytes = 131071

  # The inputs that can be long, by the names that a template's author knows.
  inputs = {
    ai_prompt           = var.ai_prompt
    instruction_prompt  = var.instruction_prompt
    base_amp_config     = var.base_amp_config
    permissions         = var.permissions
    mcp                 = var.mcp == null ? "" : var.mcp
    pre_install_script  = var.pre_install_script == null ? "" : var.pre_install_script
    post_install_script = var.post_install_script == null ? "" : var.post_install_script
  }

  # Settings travel one by one, each as an environment string of our own scripts: NAME=value.
  settings = merge(local.common_settings, local.place_settings, local.install_settings, local.start_settings)

  # Terraform counts characters, so bytes are counted in base64, where every character is one: four for every
  # three bytes, padded with "=".
  encoded = {
    for name, text in merge(local.inputs, local.settings, {
      agentapi_folder = local.agentapi_folder
      install_script  = local.install_script
      pid_file_path   = var.pid_file_path
      session_script  = local.session_script
      library_script  = local.library_script
      start_script    = local.start_script
      state_file_path = var.state_file_path
      steps_script    = local.steps_script
    }) : name => base64encode(text)
  }
  bytes = { for name, text in local.encoded : name => length(text) * 3 / 4 - length(regexall("=", text)) }

  # The rest of AgentAPI's script: what `terraform apply` of module 2.4.0 gave as coder_script.agentapi's
  # script, less the values listed below. It holds the task's ID, 36 bytes whether there is a task or not.
  # test/terraform/sizes.test.ts does the sum against a real plan.
  agentapi_fixed_bytes = 15523

  # Everything of ours that the module writes into that script, in the form in which it does.
  agentapi_parts = [
    local.encoded.agentapi_folder,
    local.encoded.pre_install_script,
    local.encoded.install_script,
    local.encoded.start_script,
    local.encoded.post_install_script,
    local.module_dir_name,
    "false", # install_agentapi
    local.installation.agentapi_version,
    local.common_settings.AMP_MODULE_PORT,
    tostring(var.enable_state_persistence),
    tostring(var.task_log_snapshot),
    tostring(var.enable_boundary),
    tostring(var.use_boundary_directly),
    tostring(var.compile_boundary_from_source),
    var.boundary_version,
  ]
  # /@<owner>/<workspace>.<agent ID>/apps/<slug>/chat: Coder's names have at most 32 characters, its IDs 36,
  # and the ID is unknown while planning. With a subdomain it is empty.
  chat_path_bytes = var.agentapi_subdomain ? 0 : length("/@/./apps//chat") + 32 + 32 + 36 + length(local.app_slug)

  agentapi_script_bytes = sum(concat(
    [local.agentapi_fixed_bytes, local.chat_path_bytes],
    [local.bytes.state_file_path, local.bytes.pid_file_path],
    [for part in local.agentapi_parts : length(part)],
  ))

  # The script that grows with the inputs.
  longest_script = var.enable_agentapi ? {
    name  = "The script of AgentAPI's module"
    bytes = local.agentapi_script_bytes
    } : {
    name  = "The script that installs Amp"
    bytes = local.bytes.steps_script
  }

  # How many bytes each input takes up in it. AgentAPI's module encodes the author's own scripts as they are;
  # everything else, and without AgentAPI everything, is compressed first.
  input_shares = {
    for name, value in local.inputs : name => (
      !var.enable_agentapi ? length(base64gzip(value)) :
      endswith(name, "install_script") ? length(local.encoded[name]) :
      length(base64encode(base64gzip(value)))
    )
  }
  largest_share = max(values(local.input_shares)...)
  largest_input = [for name, share in local.input_shares : name if share == local.largest_share][0]
  # As many of its bytes as make up the excess, if all of it compresses alike; no more than it has.
  largest_input_excess = min(
    local.bytes[local.largest_input],
    ceil(
      (local.longest_script.bytes - local.argument_max_bytes) * local.bytes[local.largest_input] / local.largest_share
    ),
  )

  # The inputs that a setting is made of, where its name doesn't say.
  input_names = {
    AMP_MODULE_INSTRUCTIONS = "instruction_prompt"
    AMP_MODULE_BASE_CONFIG  = var.permissions == "" ? "base_amp_config" : "base_amp_config and permissions"
    AMP_MODULE_AMP_OPTIONS  = "labels"
    AMP_MODULE_AGENTAPI_DIR = "module_dir_name"
    AMP_MODULE_AGENTAPI_URL = "agentapi_download_url"
  }
  input_of = {
    for name in keys(local.settings) :
    name => lookup(local.input_names, name, lower(trimprefix(name, "AMP_MODULE_")))
  }
  environment_excess = {
    for name in keys(local.settings) : name => length("${name}=") + local.bytes[name] - local.argument_max_bytes
  }
  environment_too_long = [
    for name, excess in local.environment_excess :
    "Shorten ${local.input_of[name]}, which has ${local.bytes[name]} bytes, by ${excess} bytes." if excess > 0
  ]
}
