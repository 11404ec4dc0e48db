variable "install_amp" {
  description = "Whether to install Amp at start. Set it to false when the image has `amp` on PATH."
  type        = bool
  default     = true
  nullable    = false
}

variable "amp_version" {
  description = "The version of Amp to install. Set it to pin a template to one version; leave it empty for the latest."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([^-[:space:]][^[:space:]]*)?$", var.amp_version))
    error_message = "amp_version must be empty or one version without spaces, such as 0.0.1790142911-g7618fb."
  }
}

variable "amp_install_url" {
  description = "Where Amp's installer, a shell script, is downloaded from. Set it where ampcode.com can't be reached; the script decides where Amp itself comes from. An https address is never left for http. Don't put secrets in it: Coder logs it."
  type        = string
  default     = "https://ampcode.com/install.sh"
  nullable    = false

  validation {
    condition     = can(regex("^https?://[^[:space:]/]+/[^[:space:]]*$", var.amp_install_url))
    error_message = "amp_install_url must be a script's URL, such as https://mirror.example.com/amp/install.sh."
  }

  validation {
    condition = anytrue([
      var.amp_install_url == "https://ampcode.com/install.sh",
      var.install_amp && !var.install_via_npm,
    ])
    error_message = "amp_install_url has no effect with install_amp = false or install_via_npm = true: leave it out, or change those. npm's source is npm_registry."
  }
}

variable "install_via_npm" {
  description = "Whether to install Amp with npm instead of the official installer. Set it to true on musl systems such as Alpine, or where only an npm registry can be reached."
  type        = bool
  default     = false
  nullable    = false
}

variable "npm_registry" {
  description = "The npm registry that install_via_npm uses. Set it to a mirror; leave it empty for the one npm is configured with. Don't put secrets in it: Coder logs it, and npm reads its tokens from ~/.npmrc."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(https?://[^[:space:]/]+(/[^[:space:]]*)?)?$", var.npm_registry))
    error_message = "npm_registry must be empty or a URL, such as https://npm.example.com/."
  }

  validation {
    condition     = var.npm_registry == "" || (var.install_amp && var.install_via_npm)
    error_message = "npm_registry has no effect unless install_amp and install_via_npm are true: set install_via_npm, or leave npm_registry out."
  }
}

variable "install_agentapi" {
  description = "Whether to install AgentAPI, into this module's folder, when the workspace doesn't have agentapi_version yet. Set it to false when the image has `agentapi` on PATH."
  type        = bool
  default     = true
  nullable    = false
}

variable "agentapi_version" {
  description = "The version of AgentAPI to install: a release such as v0.12.1, or latest. Keeping the chat over a restart needs v0.12.0 or later."
  type        = string
  default     = "v0.12.1"
  nullable    = false

  # AgentAPI's releases are tags with a "v"; a mirror may call them otherwise.
  validation {
    condition = can(regex(
      "^(latest|v?[0-9]+\\.[0-9]+\\.[0-9]+(-[0-9A-Za-z.-]+)?([+][0-9A-Za-z.-]+)?)$",
      var.agentapi_version,
    )) && (var.agentapi_download_url != "" || !can(regex("^[0-9]", var.agentapi_version)))
    error_message = "agentapi_version must be a release such as v0.12.1, or latest. The v may only be left out with agentapi_download_url."
  }

  # Terraform can't compare versions. Below v0.12.0 are 0.0 to 0.11 and, by the rules of semantic versions,
  # the pre-releases of 0.12.0.
  validation {
    condition = !var.enable_state_persistence || !can(regex(
      "^v?0\\.(([0-9]|1[01])\\.[0-9]+([-+].*)?|12\\.0-.*)$",
      var.agentapi_version,
    ))
    error_message = "agentapi_version ${var.agentapi_version} can't keep the chat over a restart. Set agentapi_version to v0.12.0 or later, or enable_state_persistence to false."
  }
}

variable "agentapi_download_url" {
  description = "Where AgentAPI's executable is downloaded from, with {version} and {arch} in it: they become agentapi_version and amd64 or arm64. Set it to a mirror where github.com can't be reached; leave it empty for AgentAPI's releases there. Don't put secrets in it: Coder logs it."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(https?://[^[:space:]/]+/[^[:space:]]*)?$", var.agentapi_download_url))
    error_message = "agentapi_download_url must be empty or a URL, such as https://mirror.example.com/agentapi/{version}/agentapi-linux-{arch}."
  }

  validation {
    condition = var.agentapi_download_url == "" || alltrue([
      for placeholder in ["{version}", "{arch}"] : strcontains(var.agentapi_download_url, placeholder)
    ])
    error_message = "agentapi_download_url must have both {version} and {arch} in it, such as https://mirror.example.com/agentapi/{version}/agentapi-linux-{arch}."
  }

  validation {
    condition     = !can(regex("[{}]", replace(var.agentapi_download_url, "/[{](version|arch)[}]/", "")))
    error_message = "agentapi_download_url must have no other braces than those of {version} and {arch}."
  }

  validation {
    condition     = var.agentapi_download_url == "" || var.install_agentapi
    error_message = "agentapi_download_url has no effect with install_agentapi = false: leave one of them out."
  }
}

variable "agentapi_sha256" {
  description = "The SHA-256 checksums of AgentAPI's executables, of the form {amd64 = \"…\", arm64 = \"…\"}. Set it to run no other download than those of agentapi_version that you know. Null for none."
  type = object({
    amd64 = optional(string)
    arm64 = optional(string)
  })
  default = null

  validation {
    condition = var.agentapi_sha256 == null || try(length(compact(values(var.agentapi_sha256))) > 0 && alltrue([
      for checksum in values(var.agentapi_sha256) : checksum == null || can(regex("^[0-9a-f]{64}$", checksum))
    ]), false)
    error_message = "agentapi_sha256 must have amd64, arm64 or both, each with a checksum of 64 lower-case hexadecimal digits, as sha256sum prints it."
  }

  validation {
    condition     = var.agentapi_sha256 == null || (var.install_agentapi && var.agentapi_version != "latest")
    error_message = "agentapi_sha256 needs install_agentapi = true and an agentapi_version other than latest: a checksum is that of one version."
  }
}

variable "pre_install_script" {
  description = "A script to run before Amp is installed, with its own #! line. Null for none. It counts towards the size limit of AgentAPI's script: have a long one download the rest of itself."
  type        = string
  default     = null
}

variable "post_install_script" {
  description = "A script to run after Amp is installed and before it starts, with its own #! line. Null for none. It counts towards the size limit of AgentAPI's script: have a long one download the rest of itself."
  type        = string
  default     = null
}
