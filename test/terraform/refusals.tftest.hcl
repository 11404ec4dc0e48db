# What is refused while planning, one of each kind. test/terraform/validation.test.ts in the module's repository
# has every rule with its message.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
}

run "wrong_values" {
  command = plan

  variables {
    workdir         = "project"
    mode            = "--help"
    labels          = ["-x"]
    base_amp_config = "[]"
    mcp             = "1"
    agentapi_port   = 0
    module_dir_name = "a'b"
    state_dir       = "~/amp"
    thread_id       = "T-1"
    app_slug        = "a--b"
    amp_install_url = "install.sh"
    wait_for        = ["--timeout"]
  }

  expect_failures = [
    var.workdir, var.mode, var.labels, var.base_amp_config, var.mcp, var.agentapi_port, var.module_dir_name,
    var.state_dir, var.thread_id, var.app_slug, var.amp_install_url, var.wait_for,
  ]
}

run "contradictions" {
  command = plan

  variables {
    workdir               = "/home/coder/project"
    npm_registry          = "https://npm.example.com"
    agentapi_version      = "v0.11.8"
    session_key           = "review"
    boundary_config_path  = "/a"
    use_boundary_directly = true
  }

  expect_failures = [
    var.npm_registry, var.agentapi_version, var.agentapi_port, var.boundary_config_path, var.use_boundary_directly,
  ]
}
