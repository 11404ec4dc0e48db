# Several instances in one workspace have their own names and share everything else.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
  workdir  = "/home/coder/project"
}

run "name_plain" {
  command = plan

  variables {
    session_key   = "review"
    agentapi_port = 3285
  }

  assert {
    condition     = output.app_slug == "amp-review" && output.module_dir_name == ".coder-modules/coder-labs/sourcegraph-amp/agentapi-review"
    error_message = "The names are not derived from amp-review."
  }
}

run "name_upper_case" {
  command = plan

  variables {
    session_key   = "Review"
    agentapi_port = 3285
  }

  assert {
    condition     = output.app_slug == "amp-review-aff0766" && output.module_dir_name == ".coder-modules/coder-labs/sourcegraph-amp/agentapi-review-aff0766"
    error_message = "The names are not derived from amp-review-aff0766."
  }
}

run "name_with_spaces" {
  command = plan

  variables {
    session_key   = "my second agent!"
    agentapi_port = 3285
  }

  assert {
    condition     = output.app_slug == "amp-my-second-ag-862e8b4" && output.module_dir_name == ".coder-modules/coder-labs/sourcegraph-amp/agentapi-my-second-ag-862e8b4"
    error_message = "The names are not derived from amp-my-second-ag-862e8b4."
  }
}

run "name_in_another_alphabet" {
  command = plan

  variables {
    session_key   = "\u6f22\u5b57"
    agentapi_port = 3285
  }

  assert {
    condition     = output.app_slug == "amp-c6d2977" && output.module_dir_name == ".coder-modules/coder-labs/sourcegraph-amp/agentapi-c6d2977"
    error_message = "The names are not derived from amp-c6d2977."
  }
}

run "name_ending_like_a_terminal_app" {
  command = plan

  variables {
    session_key   = "docs-cli"
    agentapi_port = 3285
  }

  assert {
    condition     = output.app_slug == "amp-docs-cli-fe6bf7f" && output.module_dir_name == ".coder-modules/coder-labs/sourcegraph-amp/agentapi-docs-cli-fe6bf7f"
    error_message = "The names are not derived from amp-docs-cli-fe6bf7f."
  }
}

run "name_equal_to_the_terminal_app_of_main" {
  command = plan

  variables {
    session_key   = "cli"
    agentapi_port = 3285
  }

  assert {
    condition     = output.app_slug == "amp-cli-99bb884" && output.module_dir_name == ".coder-modules/coder-labs/sourcegraph-amp/agentapi-cli-99bb884"
    error_message = "The names are not derived from amp-cli-99bb884."
  }
}

run "name_long" {
  command = plan

  variables {
    session_key   = "one of more than twenty characters"
    agentapi_port = 3285
  }

  assert {
    condition     = output.app_slug == "amp-one-of-more-178b6e8" && output.module_dir_name == ".coder-modules/coder-labs/sourcegraph-amp/agentapi-one-of-more-178b6e8"
    error_message = "The names are not derived from amp-one-of-more-178b6e8."
  }
}

run "name_with_two_hyphens" {
  command = plan

  variables {
    session_key   = "a--b"
    agentapi_port = 3285
  }

  assert {
    condition     = output.app_slug == "amp-a-b-90827a2" && output.module_dir_name == ".coder-modules/coder-labs/sourcegraph-amp/agentapi-a-b-90827a2"
    error_message = "The names are not derived from amp-a-b-90827a2."
  }
}

run "first" {
  command = plan

  variables {
    amp_api_key        = "key"
    mcp                = "{\"a\":{\"command\":\"a\"}}"
    instruction_prompt = "Be kind."
    permissions        = "[]"
    amp_version        = "0.0.1790142911-g7618fb"
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

  assert {
    condition     = output.instance.installation == run.first.instance.installation && strcontains(local.install_payload, "export AMP_MODULE_AMP_VERSION='0.0.1790142911-g7618fb'\n")
    error_message = "The instance would install another Amp or AgentAPI than the first."
  }

  assert {
    condition     = output.scripts == tolist(["coder-labs-sourcegraph-amp-review-place_script", "coder-labs-sourcegraph-amp-review-install_script", "coder-labs-sourcegraph-amp-review-start_script"])
    error_message = "Its scripts have no names of their own."
  }
}

run "third" {
  command = plan

  variables {
    session_key     = "docs"
    agentapi_port   = 3286
    other_instances = [run.first.instance, run.second.instance]
  }

  assert {
    condition     = output.app_slug == "amp-docs"
    error_message = "The instance has other names."
  }
}
