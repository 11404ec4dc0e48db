# What an author gets who sets nothing but the agent and the work folder.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
  workdir  = "/home/coder/project"
}

run "defaults" {
  command = plan

  assert {
    condition     = output.session_key == "main" && output.app_slug == "amp" && output.module_dir_name == ".amp-module" && output.agentapi_port == 3284
    error_message = "The first instance is main: slug amp, folder .amp-module, port 3284."
  }

  assert {
    condition     = length(coder_env.amp_api_key) == 0 && length(coder_env.amp_url) == 0
    error_message = "No variable of the workspace is set unasked."
  }

  assert {
    condition     = coder_script.amp_session.run_on_start && !coder_script.amp_session.run_on_stop
    error_message = "The bundle is placed at the start."
  }

  assert {
    condition     = coder_script.amp_session_stop.run_on_stop && !coder_script.amp_session_stop.run_on_start
    error_message = "The mark is left at the stop."
  }

  assert {
    condition     = strcontains(local.start_payload, "export AMP_MODULE_PERSISTENCE='true'")
    error_message = "Persistence is on."
  }

  assert {
    condition     = strcontains(local.start_payload, "export AMP_MODULE_AMP_OPTIONS='[]'") && strcontains(local.start_payload, "\nAMP_MODULE_OPTION_WORDS=()\nAMP_MODULE_PROMPT=''\n")
    error_message = "Amp has no options and no prompt."
  }

  assert {
    condition     = strcontains(local.start_payload, "export AMP_MODULE_THREAD_ID=''")
    error_message = "No thread is adopted."
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_AMP_INSTALL_URL='https://ampcode.com/install.sh'") && strcontains(local.install_payload, "export AMP_MODULE_INSTALL_VIA_NPM='false'")
    error_message = "Amp comes from its own installer."
  }

  assert {
    condition     = jsondecode(local.amp_settings.base_config) == { "amp.anthropic.thinking.enabled" = true, "amp.todos.enabled" = true, "amp.terminal.animation" = false }
    error_message = "Amp's settings are the three of the older module."
  }

  assert {
    condition     = output.instance.installs_agentapi && length(output.instance.environment) == 0
    error_message = "AgentAPI is installed."
  }
}
