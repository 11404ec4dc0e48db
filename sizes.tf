# The plan fails if something wouldn't fit: in the workspace the start would fail with 'Argument list too long'. The sums are upper bounds, less than a kilobyte above what it comes to.

locals {
  # Linux takes at most 131,072 bytes in one argument or environment string (MAX_ARG_STRLEN), of which the
  # last is its NUL. Coder runs a whole script as one argument (`bash -c <script>`).
  argument_max_bytes = 131071

  # The inputs that can be long, by the names that a template's author knows.
  inputs = {
    ai_prompt           = var.ai_prompt
    instruction_prompt  = var.instruction_prompt
    base_amp_config     = var.base_amp_config
    amp_settings        = var.amp_settings
    managed_settings    = local.own_amp_settings.managed
    permissions         = var.permissions
    mcp                 = var.mcp == null ? "" : var.mcp
    pre_install_script  = var.pre_install_script == null ? "" : var.pre_install_script
    post_install_script = var.post_install_script == null ? "" : var.post_install_script
  }

  # Settings travel one by one, each as an environment string of our own scripts: NAME=value.
  settings = merge(local.common_settings, local.place_settings, local.install_settings, local.start_settings)

  # Terraform counts characters. In base64, three bytes make four of them.
  bytes = {
    for name, text in merge(local.inputs, local.settings, {
      session_script  = local.session_script
      commands_script = local.rest_scripts.commands
      library_script  = local.rest_scripts.library
      steps_script    = local.steps_script
    }) : name => length(base64encode(text)) * 3 / 4
  }
  largest_part = max([for part in ["session", "commands", "library"] : local.bytes["${part}_script"]]...)

  # AgentAPI's module puts the first five into its script in base64, and the others as they are (which is no
  # longer than percent-encoded). The rest of that script has less than 16 KB in version 2.4.0, with the short
  # values that are not listed here.
  agentapi_script_bytes = 16384 + sum([
    for part in concat(
      [for text in [
        local.agentapi_folder,
        local.inputs.pre_install_script,
        local.install_script,
        local.start_script,
        local.inputs.post_install_script,
      ] : base64encode(text)],
      [for text in [
        var.state_file_path,
        var.pid_file_path,
        local.module_dir_name,
        local.installation.agentapi_version,
        var.boundary_version,
      ] : urlencode(text)],
    ) : length(part)
  ])

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
      endswith(name, "install_script") ? length(base64encode(value)) :
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
    AMP_MODULE_BASE_CONFIG  = join(" and ", [for name in ["base_amp_config", "amp_settings", "permissions"] : name if local.inputs[name] != ""])
    AMP_MODULE_AMP_OPTIONS  = "labels"
    AMP_MODULE_AGENTAPI_DIR = "module_dir_name"
    AMP_MODULE_AGENTAPI_URL = "agentapi_download_url"
  }
  environment_too_long = [
    for name in keys(local.settings) :
    "Shorten ${lookup(local.input_names, name, lower(trimprefix(name, "AMP_MODULE_")))}, which has about ${local.bytes[name]} bytes, by ${length(name) + 1 + local.bytes[name] - local.argument_max_bytes} bytes."
    if length(name) + 1 + local.bytes[name] > local.argument_max_bytes
  ]
}
