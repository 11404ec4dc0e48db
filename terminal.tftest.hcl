# Without AgentAPI: Amp in a terminal app of the dashboard.

variables {
  agent_id        = "00000000-0000-4000-8000-000000000000"
  workdir         = "/home/coder/project"
  enable_agentapi = false
}

run "plan" {
  command = plan

  assert {
    condition     = length(module.agentapi) == 0
    error_message = "AgentAPI's module is in the plan."
  }

  assert {
    condition     = output.agentapi_port == null && output.task_app_id == "" && output.instance.agentapi_port == null
    error_message = "There is a port or a web app."
  }

  assert {
    condition     = length(coder_script.amp_install) == 1 && coder_script.amp_install[0].run_on_start && coder_script.amp_session.run_on_start
    error_message = "Amp is not installed."
  }

  assert {
    condition     = coder_app.terminal[0].slug == "amp-cli" && coder_app.terminal[0].display_name == "Amp CLI" && coder_app.terminal[0].icon == "/icon/sourcegraph-amp.svg"
    error_message = "There is no terminal app."
  }

  assert {
    condition     = startswith(coder_app.terminal[0].command, "#!/usr/bin/env bash\n") && endswith(coder_app.terminal[0].command, "\nexec amp-terminal\n")
    error_message = "The app opens something else."
  }

  assert {
    condition     = alltrue([for text in values(local.exports) : strcontains(text, "export AMP_MODULE_PORT=''\n")])
    error_message = "The scripts have a port."
  }

  assert {
    condition     = strcontains(local.exports.terminal, "export CODER_MCP_AI_AGENTAPI_URL=''\n") && strcontains(local.exports.terminal, "export CODER_MCP_APP_STATUS_SLUG=''\n")
    error_message = "Progress is reported, without an AgentAPI to report to."
  }
}

run "with_agentapi" {
  command = plan

  variables {
    enable_agentapi = true
  }

  assert {
    condition     = length(module.agentapi) == 1 && length(coder_script.amp_install) == 0 && length(coder_app.terminal) == 0
    error_message = "The chat and the terminal are both in the plan."
  }
}

run "app" {
  command = plan

  variables {
    app_slug             = "helper"
    icon                 = "/icon/a.svg"
    order                = 1
    group                = "A"
    cli_app              = true
    cli_app_display_name = "Helper"
  }

  assert {
    condition     = coder_app.terminal[0].slug == "helper-cli" && coder_app.terminal[0].display_name == "Helper" && coder_app.terminal[0].icon == "/icon/a.svg" && coder_app.terminal[0].order == 1 && coder_app.terminal[0].group == "A"
    error_message = "The app differs from the inputs."
  }
}

run "terminal_app_settings" {
  command = plan

  variables {
    icon          = "/icon/a.svg"
    order         = 1
    group         = "A"
    cli_app_icon  = "/icon/b.svg"
    cli_app_order = 2
    cli_app_group = "B"
  }

  assert {
    condition     = coder_app.terminal[0].icon == "/icon/b.svg" && coder_app.terminal[0].order == 2 && coder_app.terminal[0].group == "B"
    error_message = "The app differs from the inputs."
  }
}

run "second" {
  command = plan

  variables {
    session_key     = "review"
    other_instances = [run.plan.instance]
  }

  assert {
    condition     = endswith(coder_app.terminal[0].command, "\nexec amp-terminal-review\n") && strcontains(local.exports.terminal, "export AMP_MODULE_TERMINAL='amp-terminal-review'\n")
    error_message = "The second instance opens the first one's terminal."
  }
}

run "with_a_chat_instance" {
  command = plan

  variables {
    enable_agentapi = true
    session_key     = "review"
    agentapi_port   = 3284
    other_instances = [run.plan.instance]
  }

  assert {
    condition     = output.agentapi_port == 3284
    error_message = "The port is taken, though the other instance has none."
  }
}

# Inputs that only switch something off, or may be meant for another instance, are accepted.
run "accepted" {
  command = plan

  variables {
    web_app                  = false
    report_tasks             = false
    task_log_snapshot        = false
    agentapi_subdomain       = false
    install_agentapi         = false
    enable_state_persistence = false
    wait_for                 = ["clone"]
    thread_id                = ""
  }

  assert {
    condition     = strcontains(local.exports.terminal, "export AMP_MODULE_PERSISTENCE='false'\n")
    error_message = "Persistence is on."
  }
}

run "prompt" {
  command = plan

  variables {
    ai_prompt = "Go"
  }

  expect_failures = [coder_script.amp_session]
}

run "boundary" {
  command = plan

  variables {
    enable_boundary = true
  }

  expect_failures = [coder_script.amp_session]
}

run "port" {
  command = plan

  variables {
    agentapi_port = 3285
  }

  expect_failures = [coder_script.amp_session]
}

run "folder" {
  command = plan

  variables {
    module_dir_name = ".amp"
  }

  expect_failures = [coder_script.amp_session]
}

run "state_file" {
  command = plan

  variables {
    state_file_path = "/data/state.json"
  }

  expect_failures = [coder_script.amp_session]
}

run "pid_file" {
  command = plan

  variables {
    pid_file_path = "/run/amp.pid"
  }

  expect_failures = [coder_script.amp_session]
}

run "web_app_name" {
  command = plan

  variables {
    web_app_display_name = "Chat"
  }

  expect_failures = [coder_script.amp_session]
}

run "author_scripts" {
  command = plan

  variables {
    pre_install_script  = "#!/bin/sh\necho before\n"
    post_install_script = "#!/bin/sh\necho after\n"
  }

  assert {
    condition     = strcontains(local.steps_payload, "AMP_MODULE_PRE_INSTALL='#!/bin/sh\necho before\n'\n") && strcontains(local.steps_payload, "AMP_MODULE_POST_INSTALL='#!/bin/sh\necho after\n'\n")
    error_message = "The author's scripts are missing."
  }
}
