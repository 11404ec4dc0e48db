variable "web_app" {
  description = "Whether to add an app that opens the agent's chat in the dashboard. Set it to false where only the terminal is wanted; a task has the app regardless. It has no effect without AgentAPI, which the chat needs."
  type        = bool
  default     = true
  nullable    = false
}

variable "web_app_display_name" {
  description = "The web app's name. Set it to tell several agents apart."
  type        = string
  default     = "Amp"
  nullable    = false
}

variable "app_slug" {
  description = "The web app's slug, which is part of its URL. Null for amp or, with a session_key other than main, amp- and that key. The terminal app has the same with -cli."
  type        = string
  default     = null

  validation {
    condition = var.app_slug == null ? true : alltrue([
      can(regex("^[a-z0-9](-?[a-z0-9])*$", var.app_slug)),
      length(var.app_slug) <= 32,
    ])
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
  description = "The icon of the apps and scripts: a path on the Coder server or a URL."
  type        = string
  default     = "/icon/sourcegraph-amp.svg"
  nullable    = false
}

variable "order" {
  description = "The position of the apps in the dashboard, lowest first. Null to order them by name."
  type        = number
  default     = null
}

variable "group" {
  description = "The group in the dashboard that the apps belong to. Null for none."
  type        = string
  default     = null
}

variable "cli_app" {
  description = "Whether to add an app that opens the agent in a terminal. Set it to true for users who prefer one to the web app. It has no effect without AgentAPI: there is always a terminal app then."
  type        = bool
  default     = false
  nullable    = false

  # The app of AgentAPI's module 2.4.0 runs `agentapi attach` without a URL, which means port 3284.
  validation {
    condition     = !var.cli_app || !var.enable_agentapi || local.agentapi_port == 3284
    error_message = "cli_app can only be true while agentapi_port is 3284: the terminal app of AgentAPI's module attaches to no other port."
  }
}

variable "cli_app_display_name" {
  description = "The terminal app's name. Set it to tell several agents apart."
  type        = string
  default     = "Amp CLI"
  nullable    = false
}

variable "cli_app_icon" {
  description = "The terminal app's icon: a path on the Coder server or a URL. Null for the web app's."
  type        = string
  default     = null
}

variable "cli_app_order" {
  description = "The terminal app's position in the dashboard, lowest first. Null for the web app's."
  type        = number
  default     = null
}

variable "cli_app_group" {
  description = "The group in the dashboard that the terminal app belongs to. Null for the web app's."
  type        = string
  default     = null
}
