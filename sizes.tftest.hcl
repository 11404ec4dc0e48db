# What would be too long for Linux is refused while planning. test/terraform/sizes.test.ts checks the real script to
# the byte.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
  workdir  = "/home/coder/project"
}

run "long_pre_install_script" {
  command = plan

  variables {
    pre_install_script = format("%60000s", "")
  }

  assert {
    condition     = local.agentapi_script_bytes <= local.argument_max_bytes
    error_message = "It should fit."
  }
}

run "pre_install_script_too_long" {
  command = plan

  variables {
    pre_install_script = format("%90000s", "")
  }

  expect_failures = [coder_script.amp_session]
}

run "instruction_prompt_at_the_limit" {
  command = plan

  variables {
    instruction_prompt = format("%131047s", "")
  }

  assert {
    condition     = length(local.environment_too_long) == 0
    error_message = "It should fit."
  }
}

run "instruction_prompt_one_byte_over" {
  command = plan

  variables {
    instruction_prompt = format("%131048s", "")
  }

  expect_failures = [coder_script.amp_session]
}

run "base_amp_config_at_the_limit" {
  command = plan

  variables {
    base_amp_config = "{${format("%131046s", "")}}"
  }

  assert {
    condition     = length(local.environment_too_long) == 0
    error_message = "It should fit."
  }
}

run "base_amp_config_over_the_limit_with_permissions" {
  command = plan

  variables {
    permissions     = "[]"
    base_amp_config = "{${format("%131046s", "")}}"
  }

  expect_failures = [coder_script.amp_session]
}

run "workdir_too_long" {
  command = plan

  variables {
    workdir = "/${format("%131071s", "")}"
  }

  expect_failures = [coder_script.amp_session]
}
