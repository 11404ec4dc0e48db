variable "install_amp" {
  description = "Whether to install Amp at start. Set it to false when the image brings `amp` on PATH."
  type        = bool
  default     = true
  nullable    = false
}

variable "amp_version" {
  description = "The version of Amp to install. Set it to hold a template to one version; empty for the latest."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([^-[:space:]][^[:space:]]*)?$", var.amp_version))
    error_message = "amp_version must be empty or one version without spaces, such as 0.0.1790142911-g7618fb."
  }
}

variable "amp_install_url" {
  description = "Where Amp's installer, a shell script, is downloaded from. Set it where ampcode.com can't be reached; the script there decides where Amp itself comes from. Put no secret into it: Coder logs it."
  type        = string
  default     = "https://ampcode.com/install.sh"
  nullable    = false

  validation {
    condition     = can(regex("^https?://[^[:space:]/]+/[^[:space:]]*$", var.amp_install_url))
    error_message = "amp_install_url must be the address of a script, such as https://mirror.example.com/amp/install.sh."
  }

  validation {
    condition     = var.amp_install_url == "https://ampcode.com/install.sh" || (var.install_amp && !var.install_via_npm)
    error_message = "amp_install_url has no effect with install_amp = false or install_via_npm = true: leave it out, or change those. npm's source is npm_registry."
  }
}

variable "install_via_npm" {
  description = "Whether to install Amp with npm instead of the official installer. Set it to true on musl systems, or where only an npm registry can be reached."
  type        = bool
  default     = false
  nullable    = false
}

variable "npm_registry" {
  description = "The npm registry that install_via_npm uses. Set it to a mirror; leave it empty for what npm itself is configured with. Put no secret into it: Coder logs it, and npm reads its tokens from ~/.npmrc."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(https?://[^[:space:]/]+(/[^[:space:]]*)?)?$", var.npm_registry))
    error_message = "npm_registry must be empty or an address, such as https://npm.example.com/."
  }

  validation {
    condition     = var.npm_registry == "" || (var.install_amp && var.install_via_npm)
    error_message = "npm_registry has no effect unless install_amp and install_via_npm are true: set install_via_npm, or leave npm_registry out."
  }
}

variable "install_agentapi" {
  description = "Whether to install AgentAPI at start. Set it to false when the image brings `agentapi` on PATH."
  type        = bool
  default     = true
  nullable    = false
}

variable "agentapi_version" {
  description = "The version of AgentAPI to install: a release such as v0.12.1, or latest. Keeping the chat over a restart needs v0.12.0 or later."
  type        = string
  default     = "v0.12.1"
  nullable    = false

  # AgentAPI's module puts it between single quotes in a shell script, unescaped.
  validation {
    condition     = can(regex("^[A-Za-z0-9][A-Za-z0-9._+-]*$", var.agentapi_version))
    error_message = "agentapi_version must be a release such as v0.12.1, or latest."
  }

  # Terraform has no comparison of versions. Below v0.12.0 are 0.0 to 0.11 and, by the rules of semantic versions,
  # the pre-releases of 0.12.0. What is no semantic version cannot be compared and passes, as in AgentAPI's module.
  validation {
    condition     = !var.enable_state_persistence || !can(regex("^v?0\\.(([0-9]|1[01])\\.[0-9]+([-+].*)?|12\\.0-.*)$", var.agentapi_version))
    error_message = "agentapi_version ${var.agentapi_version} cannot keep the chat over a restart. Set agentapi_version to v0.12.0 or later, or enable_state_persistence to false."
  }
}

variable "pre_install_script" {
  description = "A script to run before Amp is installed, with its own #! line. Null for none. It counts towards the size of AgentAPI's script: let a long one fetch the rest of itself."
  type        = string
  default     = null
}

variable "post_install_script" {
  description = "A script to run after Amp is installed and before it starts, with its own #! line. Null for none. It counts towards the size of AgentAPI's script: let a long one fetch the rest of itself."
  type        = string
  default     = null
}
