# Amp as a runner (enable_runner): threads that are begun on Amp's site, or elsewhere, run in the workspace.

data "coder_workspace" "me" {}

data "coder_workspace_owner" "me" {
  count = var.enable_runner ? 1 : 0
}

locals {
  # A host name of at most 63 characters, which is what Amp takes; a longer one, or one of other characters, ends with
  # a hash of the whole.
  runner_words   = var.enable_runner ? "${data.coder_workspace_owner.me[0].name}-${data.coder_workspace.me.name}${local.suffix}" : ""
  runner_host    = trim(replace(lower(local.runner_words), "/[^a-z0-9]+/", "-"), "-")
  runner_is_host = local.runner_host == lower(local.runner_words) && length(local.runner_host) <= 63
  default_runner_name = local.runner_is_host ? local.runner_host : join("-", compact([
    trim(substr(local.runner_host, 0, 54), "-"),
    substr(sha256(local.runner_words), 0, 8),
  ]))
  runner_name = !var.enable_runner ? "" : var.runner_name != null ? var.runner_name : local.default_runner_name

  # Its script and its log, in the module's folder.
  runner_file = "runner${local.suffix}"

  runner_settings = {
    AMP_MODULE_RUNNER_NAME        = local.runner_name
    AMP_MODULE_RUNNER_DIRECTORIES = join("\n", var.runner_directories)
  }

  # With AgentAPI the prompt is AgentAPI's.
  runner_text = "#!/usr/bin/env bash\n${local.exports.runner}${local.option_words}AMP_MODULE_PROMPT='${var.enable_agentapi ? "" : replace(local.prompt, "'", "'\\''")}'\n${local.script_text.runner}"

  launcher_of_runner   = var.enable_runner ? ["put-opener.sh", "launch-runner.sh"] : []
  assignment_of_runner = var.enable_runner ? local.assignments.AMP_MODULE_RUNNER : ""

  amp_site = var.amp_url == "" ? "https://ampcode.com" : var.amp_url
}

resource "coder_app" "runner" {
  count        = var.enable_runner ? 1 : 0
  agent_id     = var.agent_id
  slug         = "${local.app_slug}-runner"
  display_name = "Amp threads${local.is_main ? "" : " (${var.session_key})"}"
  icon         = var.icon
  order        = var.order
  group        = var.group
  external     = true
  url          = local.amp_site
}
