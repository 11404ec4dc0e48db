# Invalid values, one per run: AgentAPI, and where files go.

variables {
  agent_id = "00000000-0000-4000-8000-000000000000"
  workdir  = "/home/coder/project"
}

run "agentapi_version" {
  command = plan

  variables {
    agentapi_version = "v1'; reboot #"
  }

  expect_failures = [var.agentapi_version]
}

run "agentapi_port_zero" {
  command = plan

  variables {
    agentapi_port = 0
  }

  expect_failures = [var.agentapi_port]
}

run "agentapi_port_fraction" {
  command = plan

  variables {
    agentapi_port = 3284.5
  }

  expect_failures = [var.agentapi_port]
}

run "agentapi_port_too_high" {
  command = plan

  variables {
    agentapi_port = 65536
  }

  expect_failures = [var.agentapi_port]
}

run "module_dir_name_absolute" {
  command = plan

  variables {
    module_dir_name = "/amp"
  }

  expect_failures = [var.module_dir_name]
}

run "module_dir_name_with_parent_segment" {
  command = plan

  variables {
    module_dir_name = "../amp"
  }

  expect_failures = [var.module_dir_name]
}

run "module_dir_name_with_quote" {
  command = plan

  variables {
    module_dir_name = "a'b"
  }

  expect_failures = [var.module_dir_name]
}

run "module_dir_name_with_dot_segment" {
  command = plan

  variables {
    module_dir_name = "."
  }

  expect_failures = [var.module_dir_name]
}

run "state_dir_empty" {
  command = plan

  variables {
    state_dir = ""
  }

  expect_failures = [var.state_dir]
}

run "state_dir_with_tilde" {
  command = plan

  variables {
    state_dir = "~/amp"
  }

  expect_failures = [var.state_dir]
}

run "state_dir_with_variable" {
  command = plan

  variables {
    state_dir = "$HOME/amp"
  }

  expect_failures = [var.state_dir]
}

run "state_dir_with_parent_segment" {
  command = plan

  variables {
    state_dir = "../amp"
  }

  expect_failures = [var.state_dir]
}

run "state_dir_root" {
  command = plan

  variables {
    state_dir = "/"
  }

  expect_failures = [var.state_dir]
}

run "state_file_path_relative" {
  command = plan

  variables {
    state_file_path = "state.json"
  }

  expect_failures = [var.state_file_path]
}

run "state_file_path_with_quote" {
  command = plan

  variables {
    state_file_path = "/a'b"
  }

  expect_failures = [var.state_file_path]
}

run "state_file_path_folder" {
  command = plan

  variables {
    state_file_path = "/a/"
  }

  expect_failures = [var.state_file_path]
}

run "pid_file_path_relative" {
  command = plan

  variables {
    pid_file_path = "a.pid"
  }

  expect_failures = [var.pid_file_path]
}

run "agentapi_version_without_v" {
  command = plan

  variables {
    agentapi_version = "0.12.1"
  }

  expect_failures = [var.agentapi_version]
}

run "agentapi_version_two_numbers" {
  command = plan

  variables {
    agentapi_version = "v0.12"
  }

  expect_failures = [var.agentapi_version]
}

run "agentapi_version_branch" {
  command = plan

  variables {
    agentapi_version = "main"
  }

  expect_failures = [var.agentapi_version]
}

run "mirror_without_placeholders" {
  command = plan

  variables {
    agentapi_download_url = "https://mirror.example.com/agentapi"
  }

  expect_failures = [var.agentapi_download_url]
}

run "mirror_without_version" {
  command = plan

  variables {
    agentapi_download_url = "https://mirror.example.com/agentapi-{arch}"
  }

  expect_failures = [var.agentapi_download_url]
}

run "mirror_without_arch" {
  command = plan

  variables {
    agentapi_download_url = "https://mirror.example.com/{version}/agentapi"
  }

  expect_failures = [var.agentapi_download_url]
}

run "mirror_with_unknown_placeholder" {
  command = plan

  variables {
    agentapi_download_url = "https://mirror.example.com/{version}/{os}-{arch}"
  }

  expect_failures = [var.agentapi_download_url]
}

run "mirror_file_url" {
  command = plan

  variables {
    agentapi_download_url = "/opt/{version}/{arch}"
  }

  expect_failures = [var.agentapi_download_url]
}

run "mirror_with_space" {
  command = plan

  variables {
    agentapi_download_url = "https://mirror.example.com/{version}/{arch} x"
  }

  expect_failures = [var.agentapi_download_url]
}

run "checksum_too_short" {
  command = plan

  variables {
    agentapi_sha256 = { amd64 = "0123abc" }
  }

  expect_failures = [var.agentapi_sha256]
}

run "checksum_in_upper_case" {
  command = plan

  variables {
    agentapi_sha256 = { arm64 = "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF" }
  }

  expect_failures = [var.agentapi_sha256]
}

run "checksum_of_no_architecture" {
  command = plan

  variables {
    agentapi_sha256 = {}
  }

  expect_failures = [var.agentapi_sha256]
}

run "state_file_path_with_parent_segment" {
  command = plan

  variables {
    state_file_path = "/data/../x.json"
  }

  expect_failures = [var.state_file_path]
}

run "pid_file_path_with_dot_segment" {
  command = plan

  variables {
    pid_file_path = "/run/./a.pid"
  }

  expect_failures = [var.pid_file_path]
}
