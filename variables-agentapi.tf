variable "agentapi_port" {
  description = "The port AgentAPI listens on in the workspace. Null for 3284. Set it when something else there uses that port, and on every instance whose session_key is not main."
  type        = number
  default     = null

  validation {
    condition     = var.agentapi_port == null ? true : var.agentapi_port >= 1 && var.agentapi_port <= 65535 && floor(var.agentapi_port) == var.agentapi_port
    error_message = "agentapi_port must be null or a whole number from 1 to 65535."
  }

  # Two defaults would meet, and neither instance can see the other.
  validation {
    condition     = var.agentapi_port != null || var.session_key == "main"
    error_message = "agentapi_port must be set when session_key is not main: 3284 belongs to the instance whose key is main. Take one that nothing else in the workspace uses, such as 3285."
  }
}

variable "module_dir_name" {
  description = "The folder in the home folder that AgentAPI of this instance keeps its files and logs in. Null for .amp-module or, with a session_key other than main, .amp-module- and that key."
  type        = string
  default     = null

  # AgentAPI's module puts it between single quotes in a shell script, unescaped.
  validation {
    condition = var.module_dir_name == null ? true : can(regex("^[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*$", var.module_dir_name)) && alltrue([
      for part in split("/", coalesce(var.module_dir_name, "-")) : part != "." && part != ".."
    ])
    error_message = "module_dir_name must be null or a folder relative to the home folder, of letters, digits, dots, hyphens and underscores, such as .amp-module-review."
  }
}

variable "state_file_path" {
  description = "The file AgentAPI keeps its chat in, as an absolute path on a volume. Leave it empty for agentapi-state.json in module_dir_name. Without enable_state_persistence there is none."
  type        = string
  default     = ""
  nullable    = false

  # AgentAPI's module puts it between single quotes in a shell script, unescaped.
  validation {
    condition     = can(regex("^(/[^'\\p{Cc}]*[^'/\\p{Cc}])?$", var.state_file_path))
    error_message = "state_file_path must be empty or the absolute path of a file, without single quotes, such as /data/amp/agentapi-state.json."
  }
}

variable "pid_file_path" {
  description = "The file AgentAPI keeps its process number in, as an absolute path. Leave it empty for agentapi.pid in module_dir_name."
  type        = string
  default     = ""
  nullable    = false

  # AgentAPI's module puts it between single quotes in a shell script, unescaped.
  validation {
    condition     = can(regex("^(/[^'\\p{Cc}]*[^'/\\p{Cc}])?$", var.pid_file_path))
    error_message = "pid_file_path must be empty or the absolute path of a file, without single quotes, such as /run/amp/agentapi.pid."
  }

  validation {
    condition     = var.pid_file_path == "" || var.pid_file_path != var.state_file_path
    error_message = "pid_file_path and state_file_path must be different files."
  }
}

variable "task_log_snapshot" {
  description = "Whether the last messages of a task are kept at the stop, to be read while the workspace is stopped. They are sent to the Coder server, which needs jq in the workspace: set it to false where that is not wanted."
  type        = bool
  default     = true
  nullable    = false
}

variable "enable_boundary" {
  description = "Whether Amp runs inside Coder's Agent Firewall (boundary), which lets it reach allowed addresses only. Set it to true to confine the agent; the workspace needs a coder executable with `coder boundary`, or use_boundary_directly."
  type        = bool
  default     = false
  nullable    = false
}

variable "boundary_config_path" {
  description = "The boundary's configuration file in the workspace, as an absolute path: it becomes BOUNDARY_CONFIG. Leave it empty for ~/.config/coder_boundary/config.yaml."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(/\\P{Cc}*)?$", var.boundary_config_path))
    error_message = "boundary_config_path must be empty or an absolute path, such as /home/coder/.config/coder_boundary/config.yaml."
  }

  validation {
    condition     = var.boundary_config_path == "" || var.enable_boundary
    error_message = "boundary_config_path has no effect without enable_boundary = true."
  }
}

variable "use_boundary_directly" {
  description = "Whether to install the boundary's own release and use it in place of `coder boundary`. Set it to true where the coder executable of the workspace has no boundary command."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.use_boundary_directly || var.enable_boundary
    error_message = "use_boundary_directly has no effect without enable_boundary = true."
  }
}

variable "compile_boundary_from_source" {
  description = "Whether to compile the boundary in the workspace, which needs git, make and Go there. Set it to true to try a version that was not released."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.compile_boundary_from_source || (var.enable_boundary && !var.use_boundary_directly)
    error_message = "compile_boundary_from_source needs enable_boundary = true and use_boundary_directly = false: the boundary is either compiled or a release."
  }
}

variable "boundary_version" {
  description = "The version of the boundary: a release or latest with use_boundary_directly, a tag, branch or commit with compile_boundary_from_source. Set it to hold a template to one version."
  type        = string
  default     = "latest"
  nullable    = false

  # AgentAPI's module puts it between single quotes in a shell script, unescaped.
  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._/+-]*$", var.boundary_version))
    error_message = "boundary_version must be latest, a release such as v0.5.2, or the name of a tag, branch or commit."
  }

  validation {
    condition     = var.boundary_version == "latest" || var.use_boundary_directly || var.compile_boundary_from_source
    error_message = "boundary_version has no effect unless use_boundary_directly or compile_boundary_from_source is true: `coder boundary` is as old as the coder executable."
  }

  # The module checks it out with git, and there is nothing of that name.
  validation {
    condition     = !var.compile_boundary_from_source || var.boundary_version != "latest"
    error_message = "boundary_version must be a tag, branch or commit, such as main, when compile_boundary_from_source is true."
  }
}
