# Instances that would collide in one workspace are refused.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
  workdir  = "/home/coder/project"
}

run "first" {
  command = plan

  variables {
    amp_api_key        = "key"
    mcp                = "{\"a\":{\"command\":\"a\"}}"
    instruction_prompt = "Be kind."
    permissions        = "[]"
    amp_version        = "0.0.1790142911-g7618fb"
    pid_file_path      = "/run/amp/main.pid"
  }

  assert {
    condition     = output.instance.environment == tolist(["AMP_API_KEY"])
    error_message = "The instance does not list the variables it sets."
  }
}

run "second" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
  }

  assert {
    condition     = output.app_slug == "amp-review" && output.module_dir_name == ".coder-modules/coder-labs/sourcegraph-amp/agentapi-review" && output.agentapi_port == 3285
    error_message = "The instance has no names of its own."
  }

  assert {
    condition     = output.instance.state_dir == run.first.instance.state_dir
    error_message = "The record is in another folder."
  }

  assert {
    condition     = output.instance.amp_settings == run.first.instance.amp_settings
    error_message = "Amp's settings are not those of the first instance."
  }
}

run "same_key" {
  command = plan

  variables {
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    app_slug        = "x"
    module_dir_name = ".x"
  }

  expect_failures = [var.other_instances]
}

run "same_slug" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    app_slug        = "amp"
  }

  expect_failures = [var.other_instances]
}

run "slug_of_the_terminal_app" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    app_slug        = "amp-cli"
  }

  expect_failures = [var.other_instances]
}

run "same_folder" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    module_dir_name = ".coder-modules/coder-labs/sourcegraph-amp/agentapi"
  }

  expect_failures = [var.other_instances]
}

run "same_port" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3284
    other_instances = [run.first.instance]
  }

  expect_failures = [var.other_instances]
}

run "same_port_as_the_second" {
  command = plan

  variables {
    session_key     = "docs"
    agentapi_port   = 3285
    other_instances = [run.first.instance, run.second.instance]
  }

  expect_failures = [var.other_instances]
}

run "different_state_dir" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    state_dir       = "/data"
  }

  expect_failures = [var.other_instances]
}

run "api_key_set_twice" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    amp_api_key     = "key"
  }

  expect_failures = [var.other_instances]
}

run "own_base_amp_config" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    base_amp_config = "{}"
  }

  expect_failures = [var.other_instances]
}

run "own_permissions" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    permissions     = "[]"
  }

  expect_failures = [var.other_instances]
}

run "own_mcp_servers" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    mcp             = "{}"
  }

  expect_failures = [var.other_instances]
}

run "own_instructions" {
  command = plan

  variables {
    session_key        = "review"
    agentapi_port      = 3285
    other_instances    = [run.first.instance]
    instruction_prompt = "x"
  }

  expect_failures = [var.other_instances]
}

run "same_pid_file" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    pid_file_path   = "/run/amp/main.pid"
  }

  expect_failures = [var.other_instances]
}

run "same_pid_file_spelled_differently" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    pid_file_path   = "//run///amp/main.pid"
  }

  expect_failures = [var.other_instances]
}

run "state_file_is_the_pid_file" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    state_file_path = "/run/amp/main.pid"
  }

  expect_failures = [var.other_instances]
}

run "state_file_is_the_default_of_the_first" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    state_file_path = "/home/coder/.coder-modules/coder-labs/sourcegraph-amp/agentapi/agentapi-state.json"
  }

  expect_failures = [var.other_instances]
}

run "first_with_the_default_file_of_the_second" {
  command = plan

  variables {
    state_file_path = "/data/.coder-modules/coder-labs/sourcegraph-amp/agentapi-review/agentapi-state.json"
  }

  assert {
    condition     = length(output.instance.agentapi_files) == 2
    error_message = "The instance does not list its two files."
  }
}

run "default_file_already_taken" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first_with_the_default_file_of_the_second.instance]
  }

  expect_failures = [var.other_instances]
}

run "own_files" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    pid_file_path   = "/run/amp/review.pid"
    state_file_path = "/data/.coder-modules/coder-labs/sourcegraph-amp/agentapi/review.json"
  }

  assert {
    condition     = output.instance.agentapi_files == tolist(["/run/amp/review.pid", "/data/.coder-modules/coder-labs/sourcegraph-amp/agentapi/review.json"])
    error_message = "The instance has other files."
  }
}

run "different_amp_version" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    amp_version     = "0.0.1790142912-g7618fb"
  }

  expect_failures = [var.other_instances]
}

run "different_agentapi_version" {
  command = plan

  variables {
    session_key      = "review"
    agentapi_port    = 3285
    other_instances  = [run.first.instance]
    agentapi_version = "v0.12.2"
  }

  expect_failures = [var.other_instances]
}

run "install_amp_disabled" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    install_amp     = false
  }

  expect_failures = [var.other_instances]
}

run "same_amp_version" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    amp_version     = "0.0.1790142911-g7618fb"
  }

  assert {
    condition     = output.instance.installation == run.first.instance.installation
    error_message = "The instance would install another Amp."
  }
}
