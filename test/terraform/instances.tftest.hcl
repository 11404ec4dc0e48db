# A second instance in a workspace has names of its own and shares everything else with the first.

variables {
  agent_id      = "00000000-0000-4000-8000-000000000000"
  workdir       = "/home/coder/project"
  session_key   = "review"
  agentapi_port = 3285
  # The first one's output `instance`.
  other_instances = [{
    session_key     = "main"
    app_slug        = "amp"
    module_dir_name = ".coder-modules/coder-labs/sourcegraph-amp/agentapi"
    agentapi_port   = 3284
    agentapi_files  = ["/run/amp/main.pid", "/run/amp/main.json"]
    state_dir       = ".coder-modules/coder-labs/sourcegraph-amp"
    environment     = ["AMP_API_KEY"]
    amp_settings    = { base_config = "{}", mcp = "", instructions = "Be kind.", managed = "" }
    installation = {
      install_amp           = true
      amp_version           = "0.0.1790142911-g7618fb"
      amp_install_url       = "https://ampcode.com/install.sh"
      install_via_npm       = false
      npm_registry          = ""
      install_agentapi      = true
      agentapi_version      = "v0.12.1"
      agentapi_download_url = ""
      agentapi_sha256       = "arm64:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
    }
  }]
}

run "second" {
  command = plan

  assert {
    condition     = output.app_slug == "amp-review" && output.module_dir_name == ".coder-modules/coder-labs/sourcegraph-amp/agentapi-review" && output.agentapi_port == 3285
    error_message = "The instance has no names of its own."
  }

  assert {
    condition     = output.scripts == tolist(["coder-labs-sourcegraph-amp-review-place_script", "coder-labs-sourcegraph-amp-review-install_script", "coder-labs-sourcegraph-amp-review-start_script"])
    error_message = "Its scripts have no names of their own."
  }

  assert {
    condition     = output.instance.state_dir == var.other_instances[0].state_dir && length(output.instance.environment) == 0
    error_message = "The record is in another folder, or a variable of the workspace is set twice."
  }

  assert {
    condition     = output.instance.amp_settings == var.other_instances[0].amp_settings && strcontains(local.install_payload, "export AMP_MODULE_INSTRUCTIONS='Be kind.'\n")
    error_message = "Amp's settings are not those of the first instance."
  }

  assert {
    condition     = output.instance.installation == var.other_instances[0].installation && strcontains(local.install_payload, "export AMP_MODULE_AMP_VERSION='0.0.1790142911-g7618fb'\n") && strcontains(local.install_payload, "export AMP_MODULE_AGENTAPI_SHA256='${var.other_instances[0].installation.agentapi_sha256}'\n")
    error_message = "The instance would install another Amp or AgentAPI than the first."
  }
}
