# Invalid values, one per run: Amp and where it comes from.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
  workdir  = "/home/coder/project"
}

run "workdir_relative" {
  command = plan

  variables {
    workdir = "project"
  }

  expect_failures = [var.workdir]
}

run "mode" {
  command = plan

  variables {
    mode = "--help"
  }

  expect_failures = [var.mode]
}

run "visibility" {
  command = plan

  variables {
    visibility = "public"
  }

  expect_failures = [var.visibility]
}

run "label_empty" {
  command = plan

  variables {
    labels = [""]
  }

  expect_failures = [var.labels]
}

run "label_with_hyphen" {
  command = plan

  variables {
    labels = ["-x"]
  }

  expect_failures = [var.labels]
}

run "label_with_line_break" {
  command = plan

  variables {
    labels = ["a\nb"]
  }

  expect_failures = [var.labels]
}

run "label_with_trailing_space" {
  command = plan

  variables {
    labels = ["a "]
  }

  expect_failures = [var.labels]
}

run "duplicate_label" {
  command = plan

  variables {
    labels = ["a", "a"]
  }

  expect_failures = [var.labels]
}

run "too_many_labels" {
  command = plan

  variables {
    labels = [for number in range(51) : tostring(number)]
  }

  expect_failures = [var.labels]
}

run "label_too_long" {
  command = plan

  variables {
    labels = [join("", [for number in range(101) : "x"])]
  }

  expect_failures = [var.labels]
}

run "amp_url" {
  command = plan

  variables {
    amp_url = "ampcode.com"
  }

  expect_failures = [var.amp_url]
}

run "amp_url_without_host" {
  command = plan

  variables {
    amp_url = "https:///x"
  }

  expect_failures = [var.amp_url]
}

run "permissions_not_json" {
  command = plan

  variables {
    permissions = "["
  }

  expect_failures = [var.permissions]
}

run "permissions_object" {
  command = plan

  variables {
    permissions = "{\"tool\":\"Bash\",\"action\":\"ask\"}"
  }

  expect_failures = [var.permissions]
}

run "permissions_without_action" {
  command = plan

  variables {
    permissions = "[{\"tool\":\"Bash\"}]"
  }

  expect_failures = [var.permissions]
}

run "permissions_unknown_action" {
  command = plan

  variables {
    permissions = "[{\"tool\":\"Bash\",\"action\":\"maybe\"}]"
  }

  expect_failures = [var.permissions]
}

run "base_amp_config" {
  command = plan

  variables {
    base_amp_config = "[]"
  }

  expect_failures = [var.base_amp_config]
}

run "mcp" {
  command = plan

  variables {
    mcp = "1"
  }

  expect_failures = [var.mcp]
}

run "amp_version" {
  command = plan

  variables {
    amp_version = "-g"
  }

  expect_failures = [var.amp_version]
}

run "amp_install_url" {
  command = plan

  variables {
    amp_install_url = "install.sh"
  }

  expect_failures = [var.amp_install_url]
}

run "amp_install_url_empty" {
  command = plan

  variables {
    amp_install_url = ""
  }

  expect_failures = [var.amp_install_url]
}

run "npm_registry" {
  command = plan

  variables {
    npm_registry    = "npm"
    install_via_npm = true
  }

  expect_failures = [var.npm_registry]
}

run "permissions_empty_tool" {
  command = plan

  variables {
    permissions = "[{\"tool\":\"\",\"action\":\"bogus\"}]"
  }

  expect_failures = [var.permissions]
}

run "permissions_empty_tool_alone" {
  command = plan

  variables {
    permissions = "[{\"tool\":\"\",\"action\":\"allow\"}]"
  }

  expect_failures = [var.permissions]
}

run "permissions_second_rule_invalid" {
  command = plan

  variables {
    permissions = "[{\"tool\":\"Bash\",\"action\":\"ask\"},{\"tool\":\"Read\",\"action\":\"bogus\"}]"
  }

  expect_failures = [var.permissions]
}

run "permissions_tool_as_number" {
  command = plan

  variables {
    permissions = "[{\"tool\":1,\"action\":\"ask\"}]"
  }

  expect_failures = [var.permissions]
}

run "permissions_without_tool" {
  command = plan

  variables {
    permissions = "[{\"action\":\"ask\"}]"
  }

  expect_failures = [var.permissions]
}

run "permissions_list_of_strings" {
  command = plan

  variables {
    permissions = "[\"ask\"]"
  }

  expect_failures = [var.permissions]
}

run "permissions_delegate_without_target" {
  command = plan

  variables {
    permissions = "[{\"tool\":\"*\",\"action\":\"delegate\"}]"
  }

  expect_failures = [var.permissions]
}

run "mcp_server_as_string" {
  command = plan

  variables {
    mcp = "{\"a\":\"x\"}"
  }

  expect_failures = [var.mcp]
}

run "mcp_without_command" {
  command = plan

  variables {
    mcp = "{\"a\":{}}"
  }

  expect_failures = [var.mcp]
}

run "mcp_empty_command" {
  command = plan

  variables {
    mcp = "{\"a\":{\"command\":\"\"}}"
  }

  expect_failures = [var.mcp]
}

run "mcp_command_as_list" {
  command = plan

  variables {
    mcp = "{\"a\":{\"command\":[\"x\"]}}"
  }

  expect_failures = [var.mcp]
}

run "mcp_second_server_invalid" {
  command = plan

  variables {
    mcp = "{\"a\":{\"command\":\"x\"},\"b\":{\"args\":[]}}"
  }

  expect_failures = [var.mcp]
}

run "mcp_as_list" {
  command = plan

  variables {
    mcp = "[{\"command\":\"x\"}]"
  }

  expect_failures = [var.mcp]
}

run "base_amp_config_rules" {
  command = plan

  variables {
    base_amp_config = "{\"amp.permissions\":[{\"tool\":\"\",\"action\":\"bogus\"}]}"
  }

  expect_failures = [var.base_amp_config]
}

run "base_amp_config_rules_object" {
  command = plan

  variables {
    base_amp_config = "{\"amp.permissions\":\"allow\"}"
  }

  expect_failures = [var.base_amp_config]
}

run "base_amp_config_servers" {
  command = plan

  variables {
    base_amp_config = "{\"amp.mcpServers\":{\"a\":\"x\"}}"
  }

  expect_failures = [var.base_amp_config]
}

run "base_amp_config_servers_list" {
  command = plan

  variables {
    base_amp_config = "{\"amp.mcpServers\":[]}"
  }

  expect_failures = [var.base_amp_config]
}

run "wait_for_name_like_an_option" {
  command = plan

  variables {
    wait_for = ["--timeout"]
  }

  expect_failures = [var.wait_for]
}

run "wait_for_name_with_space" {
  command = plan

  variables {
    wait_for = ["a b"]
  }

  expect_failures = [var.wait_for]
}

run "wait_for_name_with_line_break" {
  command = plan

  variables {
    wait_for = ["a\nb"]
  }

  expect_failures = [var.wait_for]
}

run "wait_for_empty_name" {
  command = plan

  variables {
    wait_for = [""]
  }

  expect_failures = [var.wait_for]
}

run "base_amp_config_rules_empty_object" {
  command = plan

  variables {
    base_amp_config = "{\"amp.permissions\":{}}"
  }

  expect_failures = [var.base_amp_config]
}

run "permissions_rules_by_name" {
  command = plan

  variables {
    permissions = "{\"a\":{\"tool\":\"Bash\",\"action\":\"ask\"}}"
  }

  expect_failures = [var.permissions]
}
