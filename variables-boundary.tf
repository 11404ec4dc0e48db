variable "enable_boundary" {
  description = "Whether Amp runs inside Coder's Agent Firewall (boundary), which lets it reach allowed addresses only. Set it to true to confine the agent; the workspace needs a coder executable with `coder boundary`, or use_boundary_directly."
  type        = bool
  default     = false
  nullable    = false
}

variable "agent_firewall_wrapper_path" {
  description = "A command in the workspace that runs Amp inside a firewall: the module coder/agent-firewall has an output of this name. The command gets Amp's command line after `--`, for the agent and for `amp-session send` and `continue`. Its path may begin with $HOME. Set it to use that module instead of enable_boundary."
  type        = string
  default     = null

  validation {
    condition     = var.agent_firewall_wrapper_path == null || can(regex("^([$]HOME)?/\\P{Cc}*$", var.agent_firewall_wrapper_path))
    error_message = "agent_firewall_wrapper_path must be an absolute path or begin with $HOME/, such as module.agent_firewall.agent_firewall_wrapper_path."
  }

  validation {
    condition     = var.agent_firewall_wrapper_path == null || !var.enable_boundary
    error_message = "agent_firewall_wrapper_path and enable_boundary both put a firewall around Amp: set only one of them."
  }
}

variable "boundary_config_path" {
  description = "The firewall's configuration file in the workspace, as an absolute path. It becomes BOUNDARY_CONFIG or, with agent_firewall_wrapper_path, that command's option --config; the path may then begin with $HOME. Set it to the output agent_firewall_config_path of the module coder/agent-firewall, or to a file in your image. Leave it empty for the firewall's default, ~/.config/coder_boundary/config.yaml."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex(var.agent_firewall_wrapper_path == null ? "^(/\\P{Cc}*)?$" : "^(([$]HOME)?/\\P{Cc}*)?$", var.boundary_config_path))
    error_message = "boundary_config_path must be empty or an absolute path, such as /home/coder/.config/coder_boundary/config.yaml; with agent_firewall_wrapper_path it may begin with $HOME/."
  }

  validation {
    condition     = var.boundary_config_path == "" || var.enable_boundary || var.agent_firewall_wrapper_path != null
    error_message = "boundary_config_path has no effect without enable_boundary = true or agent_firewall_wrapper_path."
  }
}

variable "use_boundary_directly" {
  description = "Whether to install the boundary's own release and use it in place of `coder boundary`. Set it to true where the workspace's coder executable has no boundary command."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.use_boundary_directly || var.enable_boundary
    error_message = "use_boundary_directly has no effect without enable_boundary = true."
  }
}

variable "compile_boundary_from_source" {
  description = "Whether to compile the boundary in the workspace, which needs git, make and Go there. Set it to true to try an unreleased version."
  type        = bool
  default     = false
  nullable    = false

  validation {
    condition     = !var.compile_boundary_from_source || (var.enable_boundary && !var.use_boundary_directly)
    error_message = "compile_boundary_from_source needs enable_boundary = true and use_boundary_directly = false: the boundary is either compiled or a release."
  }
}

variable "boundary_version" {
  description = "The boundary's version: a release or latest with use_boundary_directly, a tag, branch or commit with compile_boundary_from_source. Set it to pin a template to one version."
  type        = string
  default     = "latest"
  nullable    = false

  # AgentAPI's module puts it between single quotes in a shell script, unescaped.
  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._/+-]*$", var.boundary_version))
    error_message = "boundary_version must be latest, a release such as v0.5.2, or the name of a tag, branch or commit."
  }

  validation {
    condition = anytrue([
      var.boundary_version == "latest",
      var.use_boundary_directly,
      var.compile_boundary_from_source,
    ])
    error_message = "boundary_version has no effect unless use_boundary_directly or compile_boundary_from_source is true: `coder boundary` has the coder executable's own version."
  }

  # The module checks it out with git, which knows nothing by that name.
  validation {
    condition     = !var.compile_boundary_from_source || var.boundary_version != "latest"
    error_message = "boundary_version must be a tag, branch or commit, such as main, when compile_boundary_from_source is true."
  }
}
