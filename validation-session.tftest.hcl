# Invalid values, one per run: the session and its names.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
  workdir  = "/home/coder/project"
}

run "session_key_empty" {
  command = plan

  variables {
    session_key   = ""
    agentapi_port = 4000
  }

  expect_failures = [var.session_key]
}

run "session_key_with_line_break" {
  command = plan

  variables {
    session_key   = "a\nb"
    agentapi_port = 4000
  }

  expect_failures = [var.session_key]
}

run "session_key_too_long" {
  command = plan

  variables {
    session_key   = join("", [for number in range(201) : "x"])
    agentapi_port = 4000
  }

  expect_failures = [var.session_key]
}

run "thread_id" {
  command = plan

  variables {
    thread_id = "T-1"
  }

  expect_failures = [var.thread_id]
}

run "thread_id_url_without_threads_path" {
  command = plan

  variables {
    thread_id = "https://ampcode.com/T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c"
  }

  expect_failures = [var.thread_id]
}

run "thread_id_with_option" {
  command = plan

  variables {
    thread_id = "--help"
  }

  expect_failures = [var.thread_id]
}

run "app_slug_upper_case" {
  command = plan

  variables {
    app_slug = "Amp"
  }

  expect_failures = [var.app_slug]
}

run "app_slug_with_double_hyphen" {
  command = plan

  variables {
    app_slug = "a--b"
  }

  expect_failures = [var.app_slug]
}

run "app_slug_too_long" {
  command = plan

  variables {
    app_slug = join("", [for number in range(33) : "x"])
  }

  expect_failures = [var.app_slug]
}
