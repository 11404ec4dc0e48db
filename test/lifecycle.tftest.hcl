# A template whose module comes and goes with the workspace, with both values of the toggle.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
  workdir  = "/home/coder/project"
}

run "started_with_persistence" {
  command = plan

  module {
    source = "./test/support/terraform/started"
  }

  override_data {
    target = data.coder_workspace.me
    values = { start_count = 1 }
  }

  variables {
    enable_state_persistence = true
  }

  assert {
    condition     = length(output.instances) == 1
    error_message = "Another number of instances."
  }

  assert {
    condition     = length([for name in output.names : name if name == "amp"]) == 1
    error_message = "Another number of apps."
  }
}

run "stopped_with_persistence" {
  command = plan

  module {
    source = "./test/support/terraform/started"
  }

  override_data {
    target = data.coder_workspace.me
    values = { start_count = 0 }
  }

  variables {
    enable_state_persistence = true
  }

  assert {
    condition     = length(output.instances) == 0
    error_message = "Another number of instances."
  }

  assert {
    condition     = length([for name in output.names : name if name == "amp"]) == 0
    error_message = "Another number of apps."
  }
}

run "started_without_persistence" {
  command = plan

  module {
    source = "./test/support/terraform/started"
  }

  override_data {
    target = data.coder_workspace.me
    values = { start_count = 1 }
  }

  variables {
    enable_state_persistence = false
  }

  assert {
    condition     = length(output.instances) == 1
    error_message = "Another number of instances."
  }

  assert {
    condition     = length([for name in output.names : name if name == "amp"]) == 1
    error_message = "Another number of apps."
  }
}

run "stopped_without_persistence" {
  command = plan

  module {
    source = "./test/support/terraform/started"
  }

  override_data {
    target = data.coder_workspace.me
    values = { start_count = 0 }
  }

  variables {
    enable_state_persistence = false
  }

  assert {
    condition     = length(output.instances) == 0
    error_message = "Another number of instances."
  }

  assert {
    condition     = length([for name in output.names : name if name == "amp"]) == 0
    error_message = "Another number of apps."
  }
}
