# Instances that would meet in one workspace are refused.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
  workdir  = "/home/coder/project"
}

run "first" {
  command = plan

  variables {
    amp_api_key        = "key"
    mcp                = "{\"a\":{}}"
    instruction_prompt = "Be kind."
    permissions        = "[]"
  }

  assert {
    condition     = output.instance.environment == tolist(["AMP_API_KEY"])
    error_message = "The instance does not say what it sets."
  }
}

run "beside_it" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
  }

  assert {
    condition     = output.app_slug == "amp-review" && output.module_dir_name == ".amp-module-review" && output.agentapi_port == 3285
    error_message = "Names of its own are missing."
  }

  assert {
    condition     = output.instance.state_dir == run.first.instance.state_dir
    error_message = "The record is in another folder."
  }

  assert {
    condition     = output.instance.amp_settings == run.first.instance.amp_settings
    error_message = "Amp's settings are not those of the first instance."
  }

  assert {
    condition     = !local.installs_agentapi && strcontains(local.install_payload, "export AMP_MODULE_AWAIT_AGENTAPI='true'\n")
    error_message = "AgentAPI would be downloaded twice at once."
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
    module_dir_name = ".amp-module"
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
    other_instances = [run.first.instance, run.beside_it.instance]
  }

  expect_failures = [var.other_instances]
}

run "another_state_folder" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    state_dir       = "/data"
  }

  expect_failures = [var.other_instances]
}

run "the_key_twice" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    amp_api_key     = "key"
  }

  expect_failures = [var.other_instances]
}

run "settings_of_its_own" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    base_amp_config = "{}"
  }

  expect_failures = [var.other_instances]
}

run "permissions_of_its_own" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    permissions     = "[]"
  }

  expect_failures = [var.other_instances]
}

run "servers_of_its_own" {
  command = plan

  variables {
    session_key     = "review"
    agentapi_port   = 3285
    other_instances = [run.first.instance]
    mcp             = "{}"
  }

  expect_failures = [var.other_instances]
}

run "instructions_of_its_own" {
  command = plan

  variables {
    session_key        = "review"
    agentapi_port      = 3285
    other_instances    = [run.first.instance]
    instruction_prompt = "x"
  }

  expect_failures = [var.other_instances]
}
