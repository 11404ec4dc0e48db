# Valid values that are close to invalid ones.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
  workdir  = "/home/coder/project"
}

run "old_agentapi_without_persistence" {
  command = plan

  variables {
    agentapi_version         = "v0.11.8"
    enable_state_persistence = false
  }

  assert {
    condition     = length(coder_script.amp_session.script) > 0
    error_message = "There is no script."
  }
}

run "boundary_from_coder" {
  command = plan

  variables {
    enable_boundary      = true
    boundary_config_path = "/home/coder/boundary.yaml"
  }

  assert {
    condition     = length(coder_script.amp_session.script) > 0
    error_message = "There is no script."
  }
}

run "agent_firewall" {
  command = plan

  variables {
    agent_firewall_wrapper_path = "$HOME/.coder-modules/coder/agent-firewall/scripts/agent-firewall-wrapper.sh"
    boundary_config_path        = "$HOME/.coder-modules/coder/agent-firewall/config/config.yaml"
  }

  assert {
    condition     = join(" ", local.firewall) == "$HOME/.coder-modules/coder/agent-firewall/scripts/agent-firewall-wrapper.sh --config=$HOME/.coder-modules/coder/agent-firewall/config/config.yaml --"
    error_message = "The firewall's command is different."
  }

  assert {
    condition     = length(local.environment) == 0
    error_message = "The configuration file is also in the environment."
  }
}

run "agent_firewall_with_its_own_configuration" {
  command = plan

  variables {
    agent_firewall_wrapper_path = "/usr/local/bin/firewall"
  }

  assert {
    condition     = join(" ", local.firewall) == "/usr/local/bin/firewall --"
    error_message = "The firewall's command is different."
  }
}

run "boundary_from_a_release" {
  command = plan

  variables {
    enable_boundary       = true
    use_boundary_directly = true
    boundary_version      = "v0.5.2"
  }

  assert {
    condition     = length(coder_script.amp_session.script) > 0
    error_message = "There is no script."
  }
}

run "boundary_from_source" {
  command = plan

  variables {
    enable_boundary              = true
    compile_boundary_from_source = true
    boundary_version             = "main"
  }

  assert {
    condition     = length(coder_script.amp_session.script) > 0
    error_message = "There is no script."
  }
}

run "bare_thread_id" {
  command = plan

  variables {
    thread_id = "T-0C5FA1A2-93ac-4d0b-b1c5-0e3f1f2a3b4c"
  }

  assert {
    condition     = length(coder_script.amp_session.script) > 0
    error_message = "There is no script."
  }
}

run "custom_file_paths" {
  command = plan

  variables {
    state_file_path = "/data/a b/state.json"
    pid_file_path   = "/run/amp.pid"
  }

  assert {
    condition     = length(coder_script.amp_session.script) > 0
    error_message = "There is no script."
  }
}

run "apps" {
  command = plan

  variables {
    web_app            = false
    cli_app            = true
    cli_app_icon       = "/icon/a.svg"
    cli_app_order      = 2
    cli_app_group      = "G"
    agentapi_subdomain = false
    task_log_snapshot  = false
  }

  assert {
    condition     = length(coder_script.amp_session.script) > 0
    error_message = "There is no script."
  }
}

run "mirror_with_unprefixed_versions" {
  command = plan

  variables {
    agentapi_version      = "0.12.1"
    agentapi_download_url = "http://mirror.example.com/agentapi-{arch}-{version}?{arch}"
  }

  assert {
    condition     = length(coder_script.amp_session.script) > 0
    error_message = "There is no script."
  }
}

run "agentapi_prerelease" {
  command = plan

  variables {
    agentapi_version = "v0.13.0-rc.1"
  }

  assert {
    condition     = length(coder_script.amp_session.script) > 0
    error_message = "There is no script."
  }
}

run "every_kind_of_permission_rule" {
  command = plan

  variables {
    permissions = "[{\"tool\":\"Bash\",\"action\":\"allow\",\"matches\":{\"cmd\":\"ls\"}},{\"tool\":\"Read\",\"action\":\"reject\"},{\"tool\":\"mcp__*\",\"action\":\"delegate\",\"to\":\"amp-permit\"},{\"tool\":\"*\",\"action\":\"ask\"}]"
  }

  assert {
    condition     = length(coder_script.amp_session.script) > 0
    error_message = "There is no script."
  }
}

run "every_kind_of_mcp_server" {
  command = plan

  variables {
    mcp = "{\"a\":{\"command\":\"a\",\"args\":[\"-x\"],\"env\":{\"A\":\"1\"}},\"b\":{\"url\":\"https://mcp.example.com\",\"headers\":{}}}"
  }

  assert {
    condition     = length(coder_script.amp_session.script) > 0
    error_message = "There is no script."
  }
}

run "rules_and_servers_in_base_amp_config" {
  command = plan

  variables {
    base_amp_config = "{\"amp.permissions\":[{\"tool\":\"*\",\"action\":\"ask\"}],\"amp.mcpServers\":{\"a\":{\"url\":\"https://mcp.example.com\"}}}"
  }

  assert {
    condition     = length(coder_script.amp_session.script) > 0
    error_message = "There is no script."
  }
}
