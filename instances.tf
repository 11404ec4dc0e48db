# Several instances of this module can stand in one workspace: an agent and its thread each. What an instance has to itself
# comes from its session key. What all share (Amp's settings, the record, variables of the workspace) comes from one.

locals {
  is_main = var.session_key == "main"

  # The key as part of names. One that can't stand there as it is gets a hash, so that keys that differ have names that differ;
  # so does one that ends with "cli", because the terminal app of another instance has that ending.
  readable_key      = trim(replace(lower(var.session_key), "/[^a-z0-9]+/", "-"), "-")
  key_is_name       = local.readable_key == var.session_key && length(var.session_key) <= 20 && !can(regex("(^|-)cli$", var.session_key))
  hashed_key        = join("-", compact([trim(substr(local.readable_key, 0, 12), "-"), substr(sha256(var.session_key), 0, 7)]))
  suffix            = local.is_main ? "" : "-${local.key_is_name ? var.session_key : local.hashed_key}"
  app_slug          = var.app_slug == null ? "amp${local.suffix}" : var.app_slug
  module_dir_name   = var.module_dir_name == null ? ".amp-module${local.suffix}" : var.module_dir_name
  agentapi_port     = var.agentapi_port == null ? 3284 : var.agentapi_port
  state_dir         = trimsuffix(var.state_dir, "/")
  installs_agentapi = var.install_agentapi && !anytrue(var.other_instances[*].installs_agentapi)

  # Variables of the workspace that this instance sets. Whether there is a key is no secret.
  environment = compact([
    nonsensitive(var.amp_api_key != "") ? "AMP_API_KEY" : "",
    var.amp_url != "" ? "AMP_URL" : "",
    var.boundary_config_path != "" ? "BOUNDARY_CONFIG" : "",
  ])

  # Every instance merges the same settings into the one file that Amp has: which of them comes last makes no difference.
  amp_settings = length(var.other_instances) > 0 ? var.other_instances[0].amp_settings : {
    base_config  = local.own_base_config
    mcp          = var.mcp == null ? "" : var.mcp
    instructions = var.instruction_prompt
  }

  instance = {
    session_key       = var.session_key
    app_slug          = local.app_slug
    module_dir_name   = local.module_dir_name
    agentapi_port     = local.agentapi_port
    state_dir         = local.state_dir
    environment       = local.environment
    installs_agentapi = local.installs_agentapi || anytrue(var.other_instances[*].installs_agentapi)
    amp_settings      = local.amp_settings
  }
}

variable "other_instances" {
  description = "The instances of this module that stand before this one in the same workspace, as their output `instance` gives them: `module.amp[*].instance`. Set it on the second and every further one: Amp's settings are then those of the first, and what would collide is refused while planning."
  type = list(object({
    session_key       = string
    app_slug          = string
    module_dir_name   = string
    agentapi_port     = number
    state_dir         = string
    environment       = list(string)
    installs_agentapi = bool
    amp_settings      = object({ base_config = string, mcp = string, instructions = string })
  }))
  default  = []
  nullable = false

  validation {
    condition     = !contains(var.other_instances[*].session_key, var.session_key)
    error_message = "session_key \"${var.session_key}\" is another instance's: set session_key to a name of its own, such as review."
  }

  validation {
    condition = length(setintersection(
      [local.app_slug, "${local.app_slug}-cli"],
      flatten([for other in var.other_instances : [other.app_slug, "${other.app_slug}-cli"]]),
    )) == 0
    error_message = "app_slug \"${local.app_slug}\" and its terminal app's \"${local.app_slug}-cli\" meet another instance's: set app_slug to something else."
  }

  validation {
    condition     = !contains(var.other_instances[*].module_dir_name, local.module_dir_name)
    error_message = "module_dir_name \"${local.module_dir_name}\" is another instance's: set module_dir_name to a folder of its own, or leave it out."
  }

  validation {
    condition     = !contains(var.other_instances[*].agentapi_port, local.agentapi_port)
    error_message = "agentapi_port ${local.agentapi_port} is another instance's: set agentapi_port to one of its own, such as ${local.agentapi_port + 1}."
  }

  validation {
    condition     = alltrue([for other in var.other_instances : other.state_dir == local.state_dir])
    error_message = "state_dir must be the same in every instance of a workspace: `amp-session` finds all their threads in it."
  }

  # Coder takes the last of several values, whichever that is.
  validation {
    condition     = length(setintersection(local.environment, flatten(var.other_instances[*].environment))) == 0
    error_message = "${join(" and ", setintersection(local.environment, flatten(var.other_instances[*].environment)))} would be set twice, and belongs to the whole workspace: leave amp_api_key, amp_url and boundary_config_path to one instance."
  }

  validation {
    condition     = length(var.other_instances) == 0 || (var.base_amp_config == "" && var.permissions == "" && var.mcp == null && var.instruction_prompt == "")
    error_message = "base_amp_config, permissions, mcp and instruction_prompt belong to the whole workspace, because Amp has one file for them: set them on the first instance only."
  }
}

output "instance" {
  description = "What this instance has to itself in the workspace, and what it shares: to be handed to the next instance as other_instances."
  value       = local.instance
}
