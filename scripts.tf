# The scripts a workspace runs: settings in front, then a file of scripts/ as it is. file(), never templatefile(): a
# shell's ${…} is not Terraform's, and what a user set must reach bash as data.

locals {
  header_settings = {
    AMP_MODULE_AGENTAPI_DIR  = local.module_dir_name
    AMP_MODULE_STATE_DIR     = local.state_dir
    AMP_MODULE_BUNDLE_SHA256 = filesha256("${path.module}/scripts/amp-session.mjs")
    AMP_MODULE_SESSION_KEY   = var.session_key
    AMP_MODULE_PERSISTENCE   = tostring(var.enable_state_persistence)
    AMP_MODULE_PORT          = tostring(local.agentapi_port)
  }

  start_settings = {
    AMP_MODULE_WORKDIR     = local.workdir
    AMP_MODULE_AMP_OPTIONS = jsonencode(local.amp_options)
    AMP_MODULE_THREAD_ID   = var.thread_id
    # Amp's settings are one file for every agent of the workspace; where this one reports to is its own, and its MCP
    # servers inherit it.
    CODER_MCP_APP_STATUS_SLUG = var.report_tasks ? local.app_slug : ""
    CODER_MCP_AI_AGENTAPI_URL = var.report_tasks ? "http://localhost:${local.agentapi_port}" : ""
  }

  install_settings = {
    AMP_MODULE_INSTALL_AMP     = tostring(var.install_amp)
    AMP_MODULE_INSTALL_VIA_NPM = tostring(var.install_via_npm)
    AMP_MODULE_AMP_VERSION     = var.amp_version
    AMP_MODULE_AMP_INSTALL_URL = var.amp_install_url
    AMP_MODULE_NPM_REGISTRY    = var.npm_registry
    # Another instance downloads AgentAPI, and AgentAPI's module fails where it is not there yet.
    AMP_MODULE_AWAIT_AGENTAPI = tostring(var.install_agentapi && !local.installs_agentapi)
    AMP_MODULE_INSTRUCTIONS   = local.amp_settings.instructions
    AMP_MODULE_BASE_CONFIG    = local.amp_settings.base_config
    AMP_MODULE_MCP            = local.amp_settings.mcp
  }

  # Amp's options in front of its command.
  amp_options = concat(
    var.mode == "" ? [] : ["--mode", var.mode],
    var.visibility == "" ? [] : ["--visibility", var.visibility],
    flatten([for label in var.labels : ["--label", label]]),
  )

  # As text, not decoded and encoded again, so that a setting arrives as it was written.
  base_config_text = var.base_amp_config != "" ? var.base_amp_config : jsonencode({
    "amp.anthropic.thinking.enabled" = true
    "amp.todos.enabled"              = true
    "amp.terminal.animation"         = false
  })
  own_base_config = var.permissions == "" ? local.base_config_text : join("", [
    "{\"amp.permissions\":${var.permissions}",
    length(jsondecode(local.base_config_text)) == 0 ? "" : ",",
    trimprefix(trimspace(local.base_config_text), "{"),
  ])

  # The same sentence as in the module that this one succeeds.
  reporting_preface = "Every step of the way, report your progress using coder_report_task tool with proper summary and statuses. Your task at hand: "
  prompt            = var.report_tasks && var.ai_prompt != "" ? "${local.reporting_preface}${var.ai_prompt}" : var.ai_prompt

  # Not exported: a prompt can be longer than an environment string may be, and the launcher is a file to write.
  unexported_settings = {
    AMP_MODULE_PROMPT   = local.prompt
    AMP_MODULE_LAUNCHER = file("${path.module}/scripts/amp-session.sh")
  }

  # Single quotes, in which bash takes every byte for itself. One in the value ends them, stands escaped, and begins them again.
  assignments = {
    for name, value in merge(local.header_settings, local.start_settings, local.install_settings, local.unexported_settings) :
    name => "${name}='${replace(value, "'", "'\\''")}'"
  }
  # The same options as words of bash, because bash reads no JSON.
  option_words = "AMP_MODULE_OPTION_WORDS=(${join(" ", [for word in local.amp_options : "'${replace(word, "'", "'\\''")}'"])})"

  header          = join("\n", [for name in keys(local.header_settings) : "export ${local.assignments[name]}"])
  start_exports   = join("\n", [for name in keys(local.start_settings) : "export ${local.assignments[name]}"])
  install_exports = join("\n", [for name in keys(local.install_settings) : "export ${local.assignments[name]}"])

  session_script = join("\n", [
    "#!/usr/bin/env bash",
    local.header,
    local.assignments.AMP_MODULE_LAUNCHER,
    "AMP_MODULE_BUNDLE='${base64gzip(file("${path.module}/scripts/amp-session.mjs"))}'",
    file("${path.module}/scripts/place.sh"),
  ])

  session_stop_script = join("\n", [
    "#!/usr/bin/env bash",
    local.header,
    file("${path.module}/scripts/stop.sh"),
  ])

  start_payload = join("\n", [
    local.header,
    local.start_exports,
    local.option_words,
    local.assignments.AMP_MODULE_PROMPT,
    file("${path.module}/scripts/start.sh"),
  ])

  install_payload = join("\n", [
    local.header,
    local.install_exports,
    file("${path.module}/scripts/install.sh"),
  ])

  # Compressed, because AgentAPI's module encodes both once more inside its own script, whose size is limited.
  start_script   = "#!/usr/bin/env bash\nsource <(printf %s '${base64gzip(local.start_payload)}' | base64 -d | gzip -dc)\n"
  install_script = "#!/usr/bin/env bash\nsource <(printf %s '${base64gzip(local.install_payload)}' | base64 -d | gzip -dc)\n"
}
