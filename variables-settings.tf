variable "mode" {
  description = "Amp's agent mode, which chooses the model, the system prompt and the tools. Leave it empty for Amp's own default."
  type        = string
  default     = ""
  nullable    = false

  # Which modes exist depends on Amp's version and on plugins (2026-01 knows free, rush and smart, 2026-09 low
  # to ultra and plugin modes), so the form is checked here and the name by Amp.
  validation {
    condition     = can(regex("^([a-z][a-z0-9]*([-_][a-z0-9]+)*)?$", var.mode))
    error_message = "mode must be empty, one of Amp's modes (low, medium, high, ultra, large; in older versions free, rush, smart) or the lower-case name of a plugin's mode, such as my-mode."
  }
}

variable "visibility" {
  description = "Who can see the threads that this module creates: private, unlisted, workspace or group. Leave it empty for Amp's own default. Amp refuses to start with one that the user's account doesn't have: workspace and group need a team."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = contains(["", "private", "unlisted", "workspace", "group"], var.visibility)
    error_message = "visibility must be empty, private, unlisted, workspace or group."
  }
}

variable "labels" {
  description = "Labels for the threads that this module creates or continues. Set them to find a template's threads in Amp, such as [\"coder\", \"backend\"]."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition = alltrue([
      for label in var.labels :
      can(regex("^[^[:space:][:cntrl:]-]\\P{Cc}{0,99}$", label)) && trimspace(label) == label
    ])
    error_message = "labels must each have 1 to 100 characters on one line, must not begin with a space or a hyphen, and must not end with a space."
  }

  validation {
    condition     = length(var.labels) <= 50 && length(distinct(var.labels)) == length(var.labels)
    error_message = "labels must be at most 50, without duplicates."
  }
}

variable "base_amp_config" {
  description = <<-EOT
    Amp's settings as a JSON object. Set it to replace this module's defaults, which turn on thinking and todos and turn
    off the terminal's animation; servers under "amp.mcpServers" are kept. Don't put secrets in it: Coder logs it.

    Among others (https://ampcode.com/manual):
    - "amp.permissions": [] (which tools may run)
    - "amp.tools.stopTimeout": 600 (more time for long operations)
    - "amp.tools.disable": ["builtin:open"] (tools that make no sense in a container)
    - "amp.git.commit.ampThread.enabled": true (link commits to threads)
    - "amp.git.commit.coauthor.enabled": true (name Amp as co-author)
  EOT
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.base_amp_config == "" || can(keys(jsondecode(var.base_amp_config)))
    error_message = "base_amp_config must be empty or a JSON object, such as the result of jsonencode({ \"amp.todos.enabled\" = true })."
  }

  # The same form as in permissions and mcp.
  validation {
    condition = !can(jsondecode(var.base_amp_config)["amp.permissions"]) || try(alltrue(concat(
      [startswith(jsonencode(jsondecode(var.base_amp_config)["amp.permissions"]), "[")],
      [for rule in jsondecode(var.base_amp_config)["amp.permissions"] : alltrue([
        can(regex("^\"[^\"]", jsonencode(rule.tool))),
        can(regex("^\"(allow|ask|reject|delegate)\"$", jsonencode(rule.action))),
        try(rule.action, "") != "delegate" || can(regex("^\"[^\"]", jsonencode(rule.to))),
      ])],
    )), false)
    error_message = "\"amp.permissions\" in base_amp_config must be an array of rules, each with a tool and an action (allow, ask, reject, or delegate with to)."
  }

  validation {
    condition = !can(jsondecode(var.base_amp_config)["amp.mcpServers"]) || try(alltrue([
      for server in values(jsondecode(var.base_amp_config)["amp.mcpServers"]) :
      can(regex("^\"[^\"]", jsonencode(server.command))) || can(regex("^\"[^\"]", jsonencode(server.url)))
    ]), false)
    error_message = "\"amp.mcpServers\" in base_amp_config must be an object of servers by name, each with a command or a url."
  }
}

variable "permissions" {
  description = "Which tools Amp may run, as a JSON array of rules of which the first match counts (Amp's setting amp.permissions, https://ampcode.com/manual#permissions). Set it to have Amp ask before it uses some tools, or to deny it those. Don't put secrets in it: Coder logs it."
  type        = string
  default     = ""
  nullable    = false

  # try(), because Terraform evaluates both sides of || and &&; jsonencode(), because it takes numbers for
  # text.
  validation {
    condition = var.permissions == "" || startswith(trimspace(var.permissions), "[") && try(alltrue([
      for rule in jsondecode(var.permissions) : alltrue([
        can(regex("^\"[^\"]", jsonencode(rule.tool))),
        can(regex("^\"(allow|ask|reject|delegate)\"$", jsonencode(rule.action))),
        try(rule.action, "") != "delegate" || can(regex("^\"[^\"]", jsonencode(rule.to))),
      ])
    ]), false)
    error_message = "permissions must be empty or a JSON array of rules, each with a tool and an action (allow, ask, reject, or delegate with to), such as the result of jsonencode([{ tool = \"Bash\", action = \"ask\" }])."
  }

  validation {
    condition     = var.permissions == "" || !can(jsondecode(var.base_amp_config)["amp.permissions"])
    error_message = "permissions and \"amp.permissions\" in base_amp_config are the same setting: set only one of them."
  }
}

variable "mcp" {
  description = "More MCP servers for Amp, as a JSON object of the form {name: {command, args, env}} or {name: {url, headers}}, added to \"amp.mcpServers\". Null for none. Don't put secrets in it: Coder logs it."
  type        = string
  default     = null

  validation {
    condition = var.mcp == null || var.mcp == "" || try(alltrue([
      for server in values(jsondecode(var.mcp)) :
      can(regex("^\"[^\"]", jsonencode(server.command))) || can(regex("^\"[^\"]", jsonencode(server.url)))
    ]), false)
    error_message = "mcp must be null or a JSON object of servers by name, each with a command or a url, such as the result of jsonencode({ docs = { command = \"docs-mcp\" } })."
  }
}

variable "instruction_prompt" {
  description = "Standing instructions for Amp, which become ~/.config/AGENTS.md (https://ampcode.com/manual#AGENTS.md). Set it to give every thread the same rules. Don't put secrets in it: Coder logs it."
  type        = string
  default     = ""
  nullable    = false
}
