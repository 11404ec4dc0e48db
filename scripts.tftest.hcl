# What goes into which script.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
  workdir  = "/home/coder/project"
}

run "every_script" {
  command = plan

  variables {
    session_key              = "it's mine"
    agentapi_port            = 4000
    state_dir                = "/data/amp/"
    module_dir_name          = "agents/mine"
    enable_state_persistence = false
  }

  assert {
    condition     = alltrue([for script in [coder_script.amp_session.script, coder_script.amp_session_stop.script, local.start_payload, local.install_payload] : strcontains(script, "export AMP_MODULE_SESSION_KEY='it'\\''s mine'\n")])
    error_message = "Missing in one of the scripts: export AMP_MODULE_SESSION_KEY='it'\\''s mine'\n"
  }

  assert {
    condition     = alltrue([for script in [coder_script.amp_session.script, coder_script.amp_session_stop.script, local.start_payload, local.install_payload] : strcontains(script, "export AMP_MODULE_PORT='4000'\n")])
    error_message = "Missing in one of the scripts: export AMP_MODULE_PORT='4000'\n"
  }

  assert {
    condition     = alltrue([for script in [coder_script.amp_session.script, coder_script.amp_session_stop.script, local.start_payload, local.install_payload] : strcontains(script, "export AMP_MODULE_STATE_DIR='/data/amp'\n")])
    error_message = "Missing in one of the scripts: export AMP_MODULE_STATE_DIR='/data/amp'\n"
  }

  assert {
    condition     = alltrue([for script in [coder_script.amp_session.script, coder_script.amp_session_stop.script, local.start_payload, local.install_payload] : strcontains(script, "export AMP_MODULE_AGENTAPI_DIR='agents/mine'\n")])
    error_message = "Missing in one of the scripts: export AMP_MODULE_AGENTAPI_DIR='agents/mine'\n"
  }

  assert {
    condition     = alltrue([for script in [coder_script.amp_session.script, coder_script.amp_session_stop.script, local.start_payload, local.install_payload] : strcontains(script, "export AMP_MODULE_PERSISTENCE='false'\n")])
    error_message = "Missing in one of the scripts: export AMP_MODULE_PERSISTENCE='false'\n"
  }

  assert {
    condition     = alltrue([for script in [coder_script.amp_session.script, coder_script.amp_session_stop.script, local.start_payload, local.install_payload] : strcontains(script, "export AMP_MODULE_BUNDLE_SHA256='")])
    error_message = "Missing in one of the scripts: export AMP_MODULE_BUNDLE_SHA256='"
  }
}

run "start_script" {
  command = plan

  variables {
    ai_prompt    = "it's $(id)"
    mode         = "high"
    visibility   = "private"
    labels       = ["a b", "it's"]
    thread_id    = "https://ampcode.com/threads/T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c"
    report_tasks = false
    workdir      = "/w/"
  }

  assert {
    condition     = strcontains(local.start_payload, "\nAMP_MODULE_OPTION_WORDS=('--mode' 'high' '--visibility' 'private' '--label' 'a b' '--label' 'it'\\''s')\n")
    error_message = "Amp's options are missing as words."
  }

  assert {
    condition     = strcontains(local.start_payload, "export AMP_MODULE_AMP_OPTIONS='[\"--mode\",\"high\",\"--visibility\",\"private\",\"--label\",\"a b\",\"--label\",\"it'\\''s\"]'\n")
    error_message = "Amp's options are missing as JSON."
  }

  assert {
    condition     = strcontains(local.start_payload, "export AMP_MODULE_THREAD_ID='https://ampcode.com/threads/T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c'\n")
    error_message = "The thread is missing."
  }

  assert {
    condition     = strcontains(local.start_payload, "\nAMP_MODULE_PROMPT='it'\\''s $(id)'\n")
    error_message = "The prompt is missing."
  }

  assert {
    condition     = strcontains(local.start_payload, "export AMP_MODULE_WORKDIR='/w'\n")
    error_message = "The work folder is missing."
  }

  assert {
    condition     = !strcontains(local.install_payload, "$(id)") && !strcontains(coder_script.amp_session.script, "$(id)")
    error_message = "The prompt is in a script that does not need it."
  }

  assert {
    condition     = strcontains(local.start_payload, "export CODER_MCP_APP_STATUS_SLUG=''\n")
    error_message = "Reporting is on although it was turned off."
  }
}

run "reports" {
  command = plan

  variables {
    ai_prompt     = "Go"
    agentapi_port = 4000
  }

  assert {
    condition     = strcontains(local.start_payload, "Your task at hand: Go'\n")
    error_message = "The prompt does not ask for reports."
  }

  assert {
    condition     = strcontains(local.start_payload, "export CODER_MCP_AI_AGENTAPI_URL='http://localhost:4000'\nexport CODER_MCP_APP_STATUS_SLUG='amp'\n")
    error_message = "The agent does not know where to report to."
  }
}

run "install_script" {
  command = plan

  variables {
    amp_version        = "0.0.1790142911-g7618fb"
    install_via_npm    = true
    npm_registry       = "https://npm.example.com/"
    instruction_prompt = "Be kind."
    mcp                = "{\"a\":{\"command\":\"a\"}}"
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_AMP_VERSION='0.0.1790142911-g7618fb'\n")
    error_message = "Missing: export AMP_MODULE_AMP_VERSION='0.0.1790142911-g7618fb'\n"
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_INSTALL_VIA_NPM='true'\n")
    error_message = "Missing: export AMP_MODULE_INSTALL_VIA_NPM='true'\n"
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_NPM_REGISTRY='https://npm.example.com/'\n")
    error_message = "Missing: export AMP_MODULE_NPM_REGISTRY='https://npm.example.com/'\n"
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_INSTRUCTIONS='Be kind.'\n")
    error_message = "Missing: export AMP_MODULE_INSTRUCTIONS='Be kind.'\n"
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_MCP='{\"a\":{\"command\":\"a\"}}'\n")
    error_message = "Missing: export AMP_MODULE_MCP='{\"a\":{\"command\":\"a\"}}'\n"
  }
}

run "nothing_to_install" {
  command = plan

  variables {
    install_amp      = false
    install_agentapi = false
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_INSTALL_AMP='false'\n")
    error_message = "Amp is installed."
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_INSTALL_AGENTAPI='false'\n")
    error_message = "AgentAPI is installed."
  }
}

run "custom_install_url" {
  command = plan

  variables {
    amp_install_url = "https://mirror.example.com/amp.sh"
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_AMP_INSTALL_URL='https://mirror.example.com/amp.sh'\n")
    error_message = "The URL is missing."
  }
}

run "workspace_environment" {
  command = plan

  variables {
    amp_api_key = "sgamp_secret"
    amp_url     = "https://amp.example.com"
  }

  assert {
    condition     = coder_env.amp_api_key.name == "AMP_API_KEY" && coder_env.amp_url.name == "AMP_URL" && coder_env.amp_url.value == "https://amp.example.com"
    error_message = "A variable is missing."
  }

  assert {
    condition     = !anytrue([for script in [nonsensitive(coder_script.amp_session.script), local.start_payload, local.install_payload] : strcontains(script, "sgamp_secret")])
    error_message = "The key is in a script."
  }
}

run "permissions" {
  command = plan

  variables {
    permissions = "[{\"tool\":\"Bash\",\"action\":\"ask\"}]"
  }

  assert {
    condition     = jsondecode(local.amp_settings.base_config)["amp.permissions"] == [{ tool = "Bash", action = "ask" }] && jsondecode(local.amp_settings.base_config)["amp.todos.enabled"]
    error_message = "The rules are not among Amp's settings."
  }
}

run "permissions_with_empty_base_amp_config" {
  command = plan

  variables {
    permissions     = "[]"
    base_amp_config = " { } "
  }

  assert {
    condition     = jsonencode(jsondecode(local.amp_settings.base_config)) == jsonencode({ "amp.permissions" = [] })
    error_message = "The settings are not the expected JSON."
  }
}

run "permissions_keep_other_settings_verbatim" {
  command = plan

  variables {
    permissions     = "[]"
    base_amp_config = "{\"a\": 1e2, \"b\":\"<&>\"}"
  }

  assert {
    condition     = local.amp_settings.base_config == "{\"amp.permissions\":[],\"a\": 1e2, \"b\":\"<&>\"}"
    error_message = "The text was changed."
  }
}

run "agentapi_from_a_mirror" {
  command = plan

  variables {
    agentapi_version      = "latest"
    agentapi_download_url = "https://mirror.example.com/{version}/agentapi-linux-{arch}"
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_AGENTAPI_URL='https://mirror.example.com/{version}/agentapi-linux-{arch}'\n")
    error_message = "The placeholders were changed."
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_AGENTAPI_VERSION='latest'\n") && strcontains(local.install_payload, "export AMP_MODULE_AGENTAPI_ASKED='true'\n")
    error_message = "The version is missing."
  }
}

run "agentapi_pinned" {
  command = plan

  variables {
    agentapi_sha256 = {
      amd64 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
      arm64 = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
    }
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_AGENTAPI_SHA256='amd64:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef arm64:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210'\n")
    error_message = "The checksums are missing."
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_AGENTAPI_ASKED='true'\n")
    error_message = "Another version of the image would do."
  }
}

run "agentapi_pinned_for_one_architecture" {
  command = plan

  variables {
    agentapi_sha256 = { arm64 = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210" }
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_AGENTAPI_SHA256='arm64:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210'\n")
    error_message = "The checksum is missing."
  }
}

run "wait_for" {
  command = plan

  variables {
    wait_for      = ["coder-git-clone-clone_script", "b"]
    session_key   = "review"
    agentapi_port = 3285
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_WAIT_FOR='coder-git-clone-clone_script\nb'\n")
    error_message = "The names are not there, one per line."
  }

  assert {
    condition     = strcontains(local.install_payload, "export AMP_MODULE_START_SYNC_NAME='coder-labs-sourcegraph-amp-review-start_script'\n")
    error_message = "The install script does not know the name of the start script."
  }

  assert {
    condition     = alltrue([for script, text in { place = coder_script.amp_session.script, install = local.install_payload, start = local.start_payload } : strcontains(text, "export AMP_MODULE_SYNC_NAME='coder-labs-sourcegraph-amp-review-${script}_script'\n")]) && !strcontains(coder_script.amp_session_stop.script, "AMP_MODULE_SYNC_NAME='")
    error_message = "A script does not know its own name."
  }
}
