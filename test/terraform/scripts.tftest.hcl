# What goes into which script, with everything set at once.

variables {
  agent_id                 = "00000000-0000-4000-8000-000000000000"
  workdir                  = "/w/"
  session_key              = "it's mine"
  agentapi_port            = 4000
  state_dir                = "/data/amp/"
  module_dir_name          = "agents/mine"
  enable_state_persistence = false
  ai_prompt                = "it's $(id)"
  mode                     = "high"
  visibility               = "private"
  labels                   = ["a b", "it's"]
  amp_version              = "0.0.1790142911-g7618fb"
  install_via_npm          = true
  npm_registry             = "https://npm.example.com/"
  agentapi_version         = "v0.12.2"
  agentapi_sha256 = {
    amd64 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    arm64 = "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
  }
  agentapi_download_url = "https://mirror.example.com/{version}/agentapi-linux-{arch}"
  instruction_prompt    = "Be kind."
  mcp                   = "{\"a\":{\"command\":\"a\"}}"
  base_amp_config       = "{\"a\": 1e2, \"b\":\"<&>\"}"
  managed_settings      = { "amp.dangerouslyAllowAll" = false }
  permissions           = "[{\"tool\":\"Bash\",\"action\":\"ask\"}]"
  wait_for              = ["coder-git-clone-clone_script", "b"]
  amp_api_key           = "sgamp_secret"
  amp_url               = "https://amp.example.com"
}

run "everything" {
  command = plan

  assert {
    condition = alltrue([
      for pair in setproduct(
        [coder_script.amp_session.script, coder_script.amp_session_stop.script, local.start_payload, local.install_payload],
        ["SESSION_KEY='it'\\''s mine'", "PORT='4000'", "STATE_DIR='/data/amp'", "AGENTAPI_DIR='agents/mine'", "PERSISTENCE='false'"],
      ) : strcontains(pair[0], "export AMP_MODULE_${pair[1]}\n")
    ])
    error_message = "One of the scripts lacks a setting that all have."
  }

  assert {
    condition = alltrue([for line in [
      "AMP_MODULE_OPTION_WORDS=('--mode' 'high' '--visibility' 'private' '--label' 'a b' '--label' 'it'\\''s')",
      "export AMP_MODULE_AMP_OPTIONS='[\"--mode\",\"high\",\"--visibility\",\"private\",\"--label\",\"a b\",\"--label\",\"it'\\''s\"]'",
      "export AMP_MODULE_WORKDIR='/w'",
      "export CODER_MCP_AI_AGENTAPI_URL='http://localhost:4000'",
      "export CODER_MCP_APP_STATUS_SLUG='${output.app_slug}'",
    ] : strcontains(local.start_payload, "\n${line}\n")])
    error_message = "The start script lacks one of Amp's options, the work folder or where the agent reports to."
  }

  assert {
    condition     = strcontains(local.start_payload, "Your task at hand: it'\\''s $(id)'\n") && !strcontains(local.install_payload, "$(id)") && !strcontains(coder_script.amp_session.script, "$(id)")
    error_message = "The prompt is not in the start script alone, or does not ask for reports."
  }

  assert {
    condition = alltrue([for setting in [
      "AMP_VERSION='0.0.1790142911-g7618fb'",
      "AMP_UPDATES='disabled'",
      "INSTALL_VIA_NPM='true'",
      "NPM_REGISTRY='https://npm.example.com/'",
      "AGENTAPI_URL='https://mirror.example.com/{version}/agentapi-linux-{arch}'",
      "AGENTAPI_VERSION='v0.12.2'",
      "AGENTAPI_SHA256='amd64:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef arm64:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210'",
      "AGENTAPI_ASKED='true'",
      "INSTRUCTIONS='Be kind.'",
      "MCP='{\"a\":{\"command\":\"a\"}}'",
      "BASE_CONFIG='{\"amp.permissions\":[{\"tool\":\"Bash\",\"action\":\"ask\"}],\"amp.updates.mode\":\"disabled\",\"a\": 1e2, \"b\":\"<&>\"}'",
      "WAIT_FOR='coder-git-clone-clone_script\nb'",
      "MANAGED='{\"amp.dangerouslyAllowAll\":false}'",
      "START_SYNC_NAME='${output.scripts[2]}'",
      "SYNC_NAME='${replace(output.scripts[1], "-install", "-pre_install")}\n${output.scripts[1]}'",
    ] : strcontains(local.install_payload, "export AMP_MODULE_${setting}\n")])
    error_message = "The install script lacks one of its settings, or has it in other words."
  }

  assert {
    condition     = coder_env.amp_api_key.name == "AMP_API_KEY" && coder_env.amp_url.name == "AMP_URL" && coder_env.amp_url.value == "https://amp.example.com"
    error_message = "A variable of the workspace is missing."
  }

  assert {
    condition     = !anytrue([for script in [nonsensitive(coder_script.amp_session.script), local.start_payload, local.install_payload] : strcontains(script, "sgamp_secret")])
    error_message = "The key is in a script."
  }
}
