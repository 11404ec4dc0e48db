# What Linux would refuse as too long is refused while planning. test/terraform/sizes.test.ts goes to the last
# byte of the real script.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
  workdir  = "/home/coder/project"
}

run "a_long_script_of_the_user" {
  command = plan

  variables {
    pre_install_script = format("%60000s", "")
  }

  assert {
    condition     = local.agentapi_script_bytes <= local.argument_max_bytes
    error_message = "It should fit."
  }
}

run "one_that_is_too_long" {
  command = plan

  variables {
    pre_install_script = format("%90000s", "")
  }

  expect_failures = [coder_script.amp_session]
}

run "one_string_at_the_limit" {
  command = plan

  variables {
    instruction_prompt = format("%131047s", "")
  }

  assert {
    condition     = length(local.environment_too_long) == 0
    error_message = "It should fit."
  }
}

run "one_byte_more" {
  command = plan

  variables {
    instruction_prompt = format("%131048s", "")
  }

  expect_failures = [coder_script.amp_session]
}

run "settings_at_the_limit" {
  command = plan

  variables {
    base_amp_config = "{${format("%131046s", "")}}"
  }

  assert {
    condition     = length(local.environment_too_long) == 0
    error_message = "It should fit."
  }
}

run "settings_with_permissions" {
  command = plan

  variables {
    permissions     = "[]"
    base_amp_config = "{${format("%131046s", "")}}"
  }

  expect_failures = [coder_script.amp_session]
}

run "a_work_folder_that_is_too_long" {
  command = plan

  variables {
    workdir = "/${format("%131071s", "")}"
  }

  expect_failures = [coder_script.amp_session]
}
