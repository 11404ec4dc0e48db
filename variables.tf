variable "agent_id" {
  description = "The ID of the Coder agent that Amp runs under: `coder_agent.<name>.id`."
  type        = string
  nullable    = false
}

variable "workdir" {
  description = "The folder Amp works in, as an absolute path. Set it to the folder of the project; it is created when missing."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.workdir, "/")
    error_message = "workdir must be an absolute path, such as /home/coder/project."
  }
}

variable "enable_state_persistence" {
  description = "Whether Amp's thread and AgentAPI's chat come back after the workspace stops and starts. Set it to false to begin anew at every start; what was recorded before is kept and used when it is true again."
  type        = bool
  default     = true
  nullable    = false
}

variable "amp_api_key" {
  description = "Amp's API key, which becomes AMP_API_KEY in the workspace. Leave it empty when users log in themselves with `amp login`."
  type        = string
  default     = ""
  nullable    = false
  sensitive   = true
}

variable "ai_prompt" {
  description = "The prompt Amp starts with. Set it to the prompt of a task; it is sent once to a thread, not again at every start. It travels inside a script that Coder logs: put no secret into it."
  type        = string
  default     = ""
  nullable    = false
}

variable "instruction_prompt" {
  description = "Standing instructions for Amp, which become ~/.config/AGENTS.md (https://ampcode.com/manual#AGENTS.md). Set it to give every thread the same rules. Put no secret into it: Coder logs it."
  type        = string
  default     = ""
  nullable    = false
}

variable "mode" {
  description = "Amp's agent mode, which chooses the model, the system prompt and the tools. Leave it empty for Amp's own default."
  type        = string
  default     = ""
  nullable    = false

  # Which modes there are depends on Amp's version and on plugins (2026-01 knows free, rush and
  # smart, 2026-09 low to ultra and plugin modes), so the form is checked here and the name by Amp.
  validation {
    condition     = can(regex("^([a-z][a-z0-9]*([-_][a-z0-9]+)*)?$", var.mode))
    error_message = "mode must be empty, one of Amp's modes (low, medium, high, ultra, large; in older versions free, rush, smart) or the lower-case name of a plugin's mode, such as my-mode."
  }
}

variable "base_amp_config" {
  description = <<-EOT
    Amp's settings as a JSON object. Set it to replace this module's defaults, which enable thinking and todos and
    switch the terminal's animation off; servers under "amp.mcpServers" are kept. Put no secret into it: Coder logs it.

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
}

variable "mcp" {
  description = "More MCP servers for Amp as a JSON object of the form {name: {command, args, env}}, added to \"amp.mcpServers\". Null for none. Put no secret into it: Coder logs it."
  type        = string
  default     = null

  # The conditional, not ||: Terraform evaluates both sides of ||, and a null does not decode.
  validation {
    condition     = var.mcp == null || var.mcp == "" ? true : can(keys(jsondecode(var.mcp)))
    error_message = "mcp must be null or a JSON object of servers by name, such as the result of jsonencode({ docs = { command = \"docs-mcp\" } })."
  }
}

variable "report_tasks" {
  description = "Whether Amp reports its progress to Coder's user interface; a sentence that asks for it then stands in front of ai_prompt. Set it to false where the template is not used for tasks."
  type        = bool
  default     = true
  nullable    = false
}

variable "install_amp" {
  description = "Whether to install Amp at start. Set it to false when the image brings `amp` on PATH."
  type        = bool
  default     = true
  nullable    = false
}

variable "install_via_npm" {
  description = "Whether to install Amp with npm instead of the official installer. Set it to true on musl systems, or where only an npm registry can be reached."
  type        = bool
  default     = false
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

variable "agentapi_port" {
  description = "The port AgentAPI listens on in the workspace. Set it when something else there uses 3284."
  type        = number
  default     = 3284
  nullable    = false

  validation {
    condition     = var.agentapi_port >= 1 && var.agentapi_port <= 65535 && floor(var.agentapi_port) == var.agentapi_port
    error_message = "agentapi_port must be a whole number from 1 to 65535."
  }
}

variable "cli_app" {
  description = "Whether to add an app that opens the agent in a terminal. Set it to true for users who prefer one to the web app."
  type        = bool
  default     = false
  nullable    = false

  # The app of AgentAPI's module 2.4.0 runs `agentapi attach` without an address, which is port 3284.
  validation {
    condition     = !var.cli_app || var.agentapi_port == 3284
    error_message = "cli_app can only be true while agentapi_port is 3284: the terminal app of AgentAPI's module attaches to no other port."
  }
}

variable "cli_app_display_name" {
  description = "The name of the terminal app. Set it to tell several agents apart."
  type        = string
  default     = "Amp CLI"
  nullable    = false
}

variable "web_app_display_name" {
  description = "The name of the web app. Set it to tell several agents apart."
  type        = string
  default     = "Amp"
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
