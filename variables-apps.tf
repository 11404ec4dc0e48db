variable "web_app" {
  description = "Whether to add an app that opens the agent's chat in the dashboard. Set it to false where only the terminal is wanted; a task has the app all the same."
  type        = bool
  default     = true
  nullable    = false
}

variable "web_app_display_name" {
  description = "The name of the web app. Set it to tell several agents apart."
  type        = string
  default     = "Amp"
  nullable    = false
}

variable "app_slug" {
  description = "The slug of the web app, which is part of its address. Null for amp or, with a session_key other than main, amp- and that key. The terminal app has the same with -cli."
  type        = string
  default     = null

  validation {
    condition     = var.app_slug == null ? true : can(regex("^[a-z0-9](-?[a-z0-9])*$", var.app_slug)) && length(var.app_slug) <= 32
    error_message = "app_slug must be null or at most 32 lower-case letters and digits with single hyphens between them, such as amp-review."
  }
}

variable "agentapi_subdomain" {
  description = "Whether the web app has a subdomain of its own. Set it to false on a Coder deployment without a wildcard access URL."
  type        = bool
  default     = true
  nullable    = false
}

variable "icon" {
  description = "The icon of the apps and scripts: a path on the Coder server or an address."
  type        = string
  default     = "/icon/sourcegraph-amp.svg"
  nullable    = false
}

variable "order" {
  description = "Where the apps stand among others in Coder's user interface, lowest first. Null leaves it to their names."
  type        = number
  default     = null
}

variable "group" {
  description = "The group of apps that these belong to in Coder's user interface. Null for none."
  type        = string
  default     = null
}

variable "cli_app" {
  description = "Whether to add an app that opens the agent in a terminal. Set it to true for users who prefer one to the web app."
  type        = bool
  default     = false
  nullable    = false

  # The app of AgentAPI's module 2.4.0 runs `agentapi attach` without an address, which is port 3284.
  validation {
    condition     = !var.cli_app || local.agentapi_port == 3284
    error_message = "cli_app can only be true while agentapi_port is 3284: the terminal app of AgentAPI's module attaches to no other port."
  }
}

variable "cli_app_display_name" {
  description = "The name of the terminal app. Set it to tell several agents apart."
  type        = string
  default     = "Amp CLI"
  nullable    = false
}

variable "cli_app_icon" {
  description = "The icon of the terminal app: a path on the Coder server or an address. Null for that of the web app."
  type        = string
  default     = null
}

variable "cli_app_order" {
  description = "Where the terminal app stands among others, lowest first. Null for the place of the web app."
  type        = number
  default     = null
}

variable "cli_app_group" {
  description = "The group of apps that the terminal app belongs to. Null for that of the web app."
  type        = string
  default     = null
}
