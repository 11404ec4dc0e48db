variable "agent_id" {
  description = "The ID of the Coder agent that Amp runs under: `coder_agent.<name>.id`."
  type        = string
  nullable    = false
}

variable "workdir" {
  description = "The folder that Amp works in, as an absolute path. Set it to the project's folder; it is created if it doesn't exist."
  type        = string
  nullable    = false

  validation {
    condition     = startswith(var.workdir, "/")
    error_message = "workdir must be an absolute path, such as /home/coder/project."
  }
}

variable "amp_api_key" {
  description = "Amp's API key, which becomes AMP_API_KEY in the workspace. Leave it empty when users log in themselves with `amp login`."
  type        = string
  default     = ""
  nullable    = false
  sensitive   = true
}

variable "amp_url" {
  description = "The URL of the Amp server, which becomes AMP_URL in the workspace. Set it for a server other than https://ampcode.com."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(https?://[^[:space:]/]+(/[^[:space:]]*)?)?$", var.amp_url))
    error_message = "amp_url must be empty or a URL that begins with https:// or http://, such as https://amp.example.com."
  }
}

variable "ai_prompt" {
  description = "The prompt that Amp starts with, such as a task's. It is sent to a thread once, not again at every start. Don't put secrets in it: it travels inside a script that Coder logs."
  type        = string
  default     = ""
  nullable    = false
}

variable "wait_for" {
  description = "Names of scripts that must complete before Amp starts, as `coder exp sync` knows them, such as another module's output `scripts`. Set it so that Amp doesn't get its prompt before, say, the repository has been cloned. Amp is installed in the meantime. Without a `coder` command in the workspace nothing waits."
  type        = list(string)
  default     = []
  nullable    = false

  # They become words of a command: without spaces, and not mistaken for options.
  validation {
    condition = alltrue([
      for name in var.wait_for : can(regex("^[A-Za-z0-9_][A-Za-z0-9._:-]{0,99}$", name))
    ])
    error_message = "wait_for must list names of 1 to 100 letters, digits, dots, colons, hyphens and underscores that don't begin with a dot, colon or hyphen, such as coder-git-clone-clone_script."
  }

  validation {
    condition     = length(setintersection(var.wait_for, local.sync_names)) == 0
    error_message = "wait_for must not name this module's own scripts (${join(", ", local.sync_names)}): they would wait for themselves."
  }
}

variable "enable_state_persistence" {
  description = "Whether Amp's thread and AgentAPI's chat come back after the workspace stops and starts. Set it to false to begin afresh at every start; what was recorded before is kept, and used once this is true again."
  type        = bool
  default     = true
  nullable    = false
}

variable "report_tasks" {
  description = "Whether Amp reports its progress to Coder; a sentence that asks it to is then put in front of ai_prompt. Coder shows the reports of tasks, which it has before version 2.37 and in its ESR releases: set it to false with a later one, or where the template isn't used for tasks."
  type        = bool
  default     = true
  nullable    = false
}
