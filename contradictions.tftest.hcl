# Inputs that contradict each other are refused.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
  workdir  = "/home/coder/project"
}

run "npm_registry_without_npm" {
  command = plan

  variables {
    npm_registry = "https://npm.example.com"
  }

  expect_failures = [var.npm_registry]
}

run "npm_registry_without_amp" {
  command = plan

  variables {
    npm_registry    = "https://npm.example.com"
    install_via_npm = true
    install_amp     = false
  }

  expect_failures = [var.npm_registry]
}

run "install_url_with_npm" {
  command = plan

  variables {
    amp_install_url = "https://x.example/i.sh"
    install_via_npm = true
  }

  expect_failures = [var.amp_install_url]
}

run "install_url_without_amp" {
  command = plan

  variables {
    amp_install_url = "https://x.example/i.sh"
    install_amp     = false
  }

  expect_failures = [var.amp_install_url]
}

run "permissions_twice" {
  command = plan

  variables {
    permissions     = "[]"
    base_amp_config = "{\"amp.permissions\":[]}"
  }

  expect_failures = [var.permissions]
}

run "thread_without_persistence" {
  command = plan

  variables {
    thread_id                = "T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c"
    enable_state_persistence = false
  }

  expect_failures = [var.thread_id]
}

run "agentapi_too_old" {
  command = plan

  variables {
    agentapi_version = "v0.11.8"
  }

  expect_failures = [var.agentapi_version]
}

run "agentapi_prerelease" {
  command = plan

  variables {
    agentapi_version = "v0.12.0-rc.1"
  }

  expect_failures = [var.agentapi_version]
}

run "second_key_without_port" {
  command = plan

  variables {
    session_key = "review"
  }

  expect_failures = [var.agentapi_port]
}

run "terminal_app_on_another_port" {
  command = plan

  variables {
    cli_app       = true
    agentapi_port = 3285
  }

  expect_failures = [var.cli_app]
}

run "same_state_and_pid_file" {
  command = plan

  variables {
    state_file_path = "/a"
    pid_file_path   = "/a"
  }

  expect_failures = [var.pid_file_path]
}

run "boundary_config_without_boundary" {
  command = plan

  variables {
    boundary_config_path = "/a"
  }

  expect_failures = [var.boundary_config_path]
}

run "boundary_and_agent_firewall" {
  command = plan

  variables {
    enable_boundary             = true
    agent_firewall_wrapper_path = "/usr/local/bin/firewall"
  }

  expect_failures = [var.agent_firewall_wrapper_path]
}

run "agent_firewall_relative" {
  command = plan

  variables {
    agent_firewall_wrapper_path = "firewall"
  }

  expect_failures = [var.agent_firewall_wrapper_path]
}

run "boundary_config_in_an_unknown_home" {
  command = plan

  variables {
    boundary_config_path = "$HOME/a"
    enable_boundary      = true
  }

  expect_failures = [var.boundary_config_path]
}

run "boundary_config_relative" {
  command = plan

  variables {
    boundary_config_path = "a"
    enable_boundary      = true
  }

  expect_failures = [var.boundary_config_path]
}

run "boundary_release_without_boundary" {
  command = plan

  variables {
    use_boundary_directly = true
  }

  expect_failures = [var.use_boundary_directly]
}

run "boundary_source_without_boundary" {
  command = plan

  variables {
    compile_boundary_from_source = true
    boundary_version             = "main"
  }

  expect_failures = [var.compile_boundary_from_source]
}

run "boundary_source_and_release" {
  command = plan

  variables {
    enable_boundary              = true
    use_boundary_directly        = true
    compile_boundary_from_source = true
    boundary_version             = "main"
  }

  expect_failures = [var.compile_boundary_from_source]
}

run "boundary_version_with_coder" {
  command = plan

  variables {
    enable_boundary  = true
    boundary_version = "v0.5.2"
  }

  expect_failures = [var.boundary_version]
}

run "boundary_source_at_latest" {
  command = plan

  variables {
    enable_boundary              = true
    compile_boundary_from_source = true
  }

  expect_failures = [var.boundary_version]
}

run "boundary_version_with_quote" {
  command = plan

  variables {
    enable_boundary       = true
    use_boundary_directly = true
    boundary_version      = "v1'x"
  }

  expect_failures = [var.boundary_version]
}

run "mirror_without_agentapi" {
  command = plan

  variables {
    agentapi_download_url = "https://mirror.example.com/{version}/{arch}"
    install_agentapi      = false
  }

  expect_failures = [var.agentapi_download_url]
}

run "checksum_of_the_latest" {
  command = plan

  variables {
    agentapi_version = "latest"
    agentapi_sha256  = { amd64 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  }

  expect_failures = [var.agentapi_sha256]
}

run "checksum_without_agentapi" {
  command = plan

  variables {
    install_agentapi = false
    agentapi_sha256  = { amd64 = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  }

  expect_failures = [var.agentapi_sha256]
}

run "waits_for_itself" {
  command = plan

  variables {
    wait_for = ["coder-labs-sourcegraph-amp-install_script"]
  }

  expect_failures = [var.wait_for]
}

run "same_state_and_pid_file_spelled_differently" {
  command = plan

  variables {
    state_file_path = "/a/b"
    pid_file_path   = "//a//b"
  }

  expect_failures = [var.pid_file_path]
}
