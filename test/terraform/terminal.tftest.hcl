# Without AgentAPI: Amp in a terminal app of the dashboard.

variables {
  agent_id            = "00000000-0000-4000-8000-000000000000"
  workdir             = "/home/coder/project"
  enable_agentapi     = false
  session_key         = "review"
  icon                = "/icon/a.svg"
  order               = 1
  group               = "A"
  cli_app_order       = 2
  amp_version         = "0.0.1790142911-g7618fb"
  base_amp_config     = "{\"amp.updates.mode\":\"warn\"}"
  pre_install_script  = "#!/bin/sh\necho before\n"
  post_install_script = "#!/bin/sh\necho after\n"
}

run "terminal" {
  command = plan

  # Without the bundle's other scripts, which would be most of the log.
  plan_options {
    target = [module.agentapi, coder_app.terminal, coder_script.amp_install, coder_script.amp_session]
  }

  assert {
    condition     = length(module.agentapi) == 0 && output.agentapi_port == null && output.task_app_id == "" && output.instance.agentapi_port == null
    error_message = "AgentAPI's module is in the plan, or there is a port or a web app."
  }

  assert {
    condition     = length(coder_script.amp_install) == 1 && coder_script.amp_install[0].run_on_start && coder_script.amp_session.run_on_start
    error_message = "Amp is not installed."
  }

  assert {
    condition     = coder_app.terminal[0].slug == "amp-review-cli" && coder_app.terminal[0].display_name == "Amp CLI" && coder_app.terminal[0].icon == "/icon/a.svg" && coder_app.terminal[0].order == 2 && coder_app.terminal[0].group == "A"
    error_message = "There is no terminal app, or it differs from the inputs."
  }

  assert {
    condition     = startswith(coder_app.terminal[0].command, "#!/usr/bin/env bash\n") && endswith(coder_app.terminal[0].command, "\nexec amp-terminal-review\n") && strcontains(local.exports.terminal, "export AMP_MODULE_TERMINAL='amp-terminal-review'\n")
    error_message = "The app opens something else."
  }

  assert {
    condition     = alltrue([for text in values(local.exports) : strcontains(text, "export AMP_MODULE_PORT=''\n")])
    error_message = "The scripts have a port."
  }

  assert {
    condition     = strcontains(local.exports.terminal, "export CODER_MCP_AI_AGENTAPI_URL=''\n") && strcontains(local.exports.terminal, "export CODER_MCP_APP_STATUS_SLUG=''\n")
    error_message = "Progress is reported, without an AgentAPI to report to."
  }

  assert {
    condition     = strcontains(local.steps_payload, "AMP_MODULE_PRE_INSTALL='#!/bin/sh\necho before\n'\n") && strcontains(local.steps_payload, "AMP_MODULE_POST_INSTALL='#!/bin/sh\necho after\n'\n")
    error_message = "The author's scripts are missing."
  }

  assert {
    condition     = local.amp_settings.base_config == "{\"amp.updates.mode\":\"warn\"}" && strcontains(local.install_payload, "export AMP_MODULE_AMP_UPDATES='warn'\n")
    error_message = "The author's own setting does not win over the default for a pinned version."
  }
}
