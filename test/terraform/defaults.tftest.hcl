# What authors get if they set only the agent and the work folder.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
  workdir  = "/home/coder/project"
}

run "defaults" {
  command = plan

  assert {
    condition     = output.session_key == "main" && output.app_slug == "amp" && output.module_dir_name == ".coder-modules/coder-labs/sourcegraph-amp/agentapi" && local.state_dir == ".coder-modules/coder-labs/sourcegraph-amp" && output.agentapi_port == 3284
    error_message = "The first instance is not main, with slug amp, port 3284 and the folders that the registry prescribes."
  }

  assert {
    condition     = alltrue([for env in [coder_env.amp_api_key, coder_env.amp_url, coder_env.boundary_config] : nonsensitive(env.name) == "AMP_MODULE_UNSET" && nonsensitive(env.value) == ""])
    error_message = "A workspace variable is set unasked."
  }

  assert {
    condition     = coder_script.amp_session.run_on_start && !coder_script.amp_session.run_on_stop
    error_message = "The bundle is not placed at the start."
  }

  assert {
    condition     = coder_script.amp_session_stop.run_on_stop && !coder_script.amp_session_stop.run_on_start
    error_message = "The stop leaves no marker."
  }

  assert {
    condition     = strcontains(local.start_payload, "export AMP_MODULE_PERSISTENCE='true'")
    error_message = "Persistence is off."
  }

  assert {
    condition     = strcontains(local.start_payload, "export AMP_MODULE_AMP_OPTIONS='[]'") && strcontains(local.start_payload, "\nAMP_MODULE_OPTION_WORDS=()\nAMP_MODULE_PROMPT=''\n")
    error_message = "Amp has options or a prompt."
  }

  assert {
    condition     = strcontains(local.start_payload, "export AMP_MODULE_THREAD_ID=''")
    error_message = "A thread is adopted."
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_AMP_INSTALL_URL='https://ampcode.com/install.sh'") && strcontains(local.install_payload, "export AMP_MODULE_INSTALL_VIA_NPM='false'")
    error_message = "Amp does not come from its own installer."
  }

  assert {
    condition     = jsondecode(local.amp_settings.base_config) == { "amp.anthropic.thinking.enabled" = true, "amp.todos.enabled" = true, "amp.terminal.animation" = false }
    error_message = "Amp's settings are not the three of the older module."
  }

  assert {
    condition     = length(output.instance.environment) == 0
    error_message = "A workspace variable is set unasked."
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_INSTALL_AGENTAPI='true'\n") && strcontains(local.install_payload, "export AMP_MODULE_AGENTAPI_VERSION='v0.12.1'\n") && strcontains(local.install_payload, "export AMP_MODULE_AGENTAPI_URL=''\n")
    error_message = "AgentAPI does not come from its own releases."
  }

  assert {
    condition     = local.own_installation == local.default_installation && strcontains(local.install_payload, "export AMP_MODULE_AGENTAPI_ASKED='false'\n")
    error_message = "local.default_installation differs from the inputs' defaults."
  }

  assert {
    condition     = output.scripts == tolist(["coder-labs-sourcegraph-amp-place_script", "coder-labs-sourcegraph-amp-install_script", "coder-labs-sourcegraph-amp-start_script"]) && strcontains(local.install_payload, "export AMP_MODULE_WAIT_FOR=''\n")
    error_message = "Something is waited for, or a script has no name."
  }
}
