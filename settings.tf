# What a template's author sets, as the scripts and Amp take it.

locals {
  # Empty for the home folder, whose path Terraform doesn't know: our scripts go there (agent.sh).
  workdir = var.workdir == null ? "" : var.workdir == "/" ? "/" : trimsuffix(var.workdir, "/")
  # AgentAPI's module takes a slash off the end once more, and "/" would become no folder at all.
  agentapi_folder = contains(["", "/"], local.workdir) ? "/." : local.workdir

  # Amp's options, before its command.
  amp_options = concat(
    var.mode == "" ? [] : ["--mode", var.mode],
    var.visibility == "" ? [] : ["--visibility", var.visibility],
    flatten([for label in var.labels : ["--label", label]]),
  )

  # The words that go in front of Amp. AgentAPI's module adds its own boundary.
  firewall_config = var.boundary_config_path == "" ? [] : ["--config=${var.boundary_config_path}"]
  firewall        = var.agent_firewall_wrapper_path == null ? [] : concat([var.agent_firewall_wrapper_path], local.firewall_config, ["--"])

  # The same sentence as in the module that this one succeeds.
  reporting_preface = "Every step of the way, report your progress using coder_report_task tool with proper summary and statuses. Your task at hand: "
  reports           = var.report_tasks && var.enable_agentapi
  asks_for_reports  = local.reports && var.ai_prompt != ""
  prompt            = "${local.asks_for_reports ? local.reporting_preface : ""}${var.ai_prompt}"

  # As text, not decoded and encoded again, so that every setting arrives as it was written.
  given_config = var.base_amp_config != "" ? var.base_amp_config : var.amp_settings != "" ? var.amp_settings : jsonencode({
    "amp.anthropic.thinking.enabled" = true
    "amp.todos.enabled"              = true
    "amp.terminal.animation"         = false
  })
  # Amp replaces its own executable unless told not to, which would undo a pinned version at the agent's first seconds.
  sets_updates = can(jsondecode(local.given_config)["amp.updates.mode"])
  pins_amp     = !contains(["", "latest"], var.amp_version)
  updates      = var.amp_updates == null && local.pins_amp && !local.sets_updates ? "disabled" : var.amp_updates
  more_config = compact([
    var.permissions == "" ? "" : "\"amp.permissions\":${var.permissions}",
    local.updates == null ? "" : "\"amp.updates.mode\":\"${coalesce(local.updates, "auto")}\"",
  ])
  base_config = length(local.more_config) == 0 ? local.given_config : join("", [
    "{",
    join(",", local.more_config),
    length(jsondecode(local.given_config)) == 0 ? "" : ",",
    trimprefix(trimspace(local.given_config), "{"),
  ])
}
