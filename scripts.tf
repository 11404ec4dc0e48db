# The scripts a workspace runs: settings in front, then a file of scripts/ as it is. file(), never templatefile(): a
# shell's ${…} is not Terraform's, and what a user set must reach bash as data.

locals {
  header_settings = {
    AMP_MODULE_DIR_NAME      = local.module_dir_name
    AMP_MODULE_BUNDLE_SHA256 = filesha256("${path.module}/scripts/amp-session.mjs")
    AMP_MODULE_SESSION_KEY   = local.session_key
    AMP_MODULE_PERSISTENCE   = tostring(var.enable_state_persistence)
    AMP_MODULE_SLUG          = local.app_slug
    AMP_MODULE_PORT          = tostring(var.agentapi_port)
  }

  start_settings = {
    AMP_MODULE_WORKDIR = local.workdir
    AMP_MODULE_MODE    = var.mode
  }

  install_settings = {
    AMP_MODULE_INSTALL_AMP     = tostring(var.install_amp)
    AMP_MODULE_INSTALL_VIA_NPM = tostring(var.install_via_npm)
    AMP_MODULE_AMP_VERSION     = var.amp_version
    AMP_MODULE_INSTRUCTIONS    = var.instruction_prompt
    AMP_MODULE_BASE_CONFIG     = local.base_config
    AMP_MODULE_MCP             = local.mcp
    AMP_MODULE_REPORT_TASKS    = tostring(var.report_tasks)
  }

  # As text, not decoded and encoded again, so that a setting arrives as it was written.
  base_config = var.base_amp_config != "" ? var.base_amp_config : jsonencode({
    "amp.anthropic.thinking.enabled" = true
    "amp.todos.enabled"              = true
    "amp.terminal.animation"         = false
  })
  mcp = var.mcp == null ? "" : var.mcp

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
