variable "other_instances" {
  description = "The instances of this module before this one in the same workspace, as their output `instance` gives them: `module.amp[*].instance`. Set it on the second instance and every further one: they then share the first one's settings for Amp, and what would collide is refused while planning."
  type = list(object({
    session_key     = string
    app_slug        = string
    module_dir_name = string
    agentapi_port   = number
    agentapi_files  = list(string)
    state_dir       = string
    environment     = list(string)
    amp_settings    = object({ base_config = string, mcp = string, instructions = string })
    installation = object({
      install_amp           = bool
      amp_version           = string
      amp_install_url       = string
      install_via_npm       = bool
      npm_registry          = string
      install_agentapi      = bool
      agentapi_version      = string
      agentapi_download_url = string
      agentapi_sha256       = string
    })
  }))
  default  = []
  nullable = false

  validation {
    condition     = !contains(var.other_instances[*].session_key, var.session_key)
    error_message = "session_key \"${var.session_key}\" is already another instance's: set session_key to a name of its own, such as review."
  }

  validation {
    condition = length(setintersection(
      [local.app_slug, "${local.app_slug}-cli"],
      flatten([for other in var.other_instances : [other.app_slug, "${other.app_slug}-cli"]]),
    )) == 0
    error_message = "app_slug \"${local.app_slug}\" or its terminal app's \"${local.app_slug}-cli\" is already another instance's: set app_slug to something else."
  }

  validation {
    condition     = !contains(var.other_instances[*].module_dir_name, local.module_dir_name)
    error_message = "module_dir_name \"${local.module_dir_name}\" is already another instance's: set module_dir_name to a folder of its own, or leave it out."
  }

  validation {
    condition = alltrue([
      for other in var.other_instances :
      local.agentapi_port == null ? true : other.agentapi_port != local.agentapi_port
    ])
    error_message = "agentapi_port ${coalesce(local.agentapi_port, 3284)} is already another instance's: set agentapi_port to one of its own, such as ${coalesce(local.agentapi_port, 3284) + 1}."
  }

  # "~" is the home folder, whose path Terraform doesn't know: /home/coder/x may be ~/x.
  validation {
    condition = !anytrue([
      for pair in setproduct(local.agentapi_files, flatten(var.other_instances[*].agentapi_files)) :
      pair[0] == pair[1] || anytrue([
        for names in [pair, reverse(pair)] :
        startswith(names[0], "~") && endswith(names[1], trimprefix(names[0], "~"))
      ])
    ])
    error_message = "pid_file_path and state_file_path come to ${join(" and ", local.agentapi_files)} here, and one of them is already another instance's: set them to files of their own, or leave them out."
  }

  validation {
    condition     = alltrue([for other in var.other_instances : other.state_dir == local.state_dir])
    error_message = "state_dir must be the same in every instance of a workspace: `amp-session` finds all their threads in it."
  }

  # Coder takes the last of several values, whichever that is.
  validation {
    condition = length(setintersection(
      local.environment,
      flatten(var.other_instances[*].environment),
    )) == 0
    error_message = "${join(" and ", setintersection(local.environment, flatten(var.other_instances[*].environment)))} would be set twice, but belongs to the whole workspace: set amp_api_key, amp_url and boundary_config_path on one instance only."
  }

  validation {
    condition = length(var.other_instances) == 0 || alltrue([
      var.base_amp_config == "",
      var.permissions == "",
      var.mcp == null,
      var.instruction_prompt == "",
    ])
    error_message = "base_amp_config, permissions, mcp and instruction_prompt belong to the whole workspace, because Amp has one file for them: set them on the first instance only."
  }

  validation {
    condition = alltrue([
      for name, value in local.own_installation :
      value == local.default_installation[name] || alltrue([
        for other in var.other_instances : value == other.installation[name]
      ])
    ])
    error_message = "${join(", ", keys(local.own_installation))} belong to the whole workspace, because it has one Amp and one AgentAPI: set them on the first instance only, or to the same values."
  }
}
