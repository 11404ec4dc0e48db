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

variable "amp_url" {
  description = "The address of the Amp server, which becomes AMP_URL in the workspace. Set it for a server other than https://ampcode.com."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^(https?://[^[:space:]/]+(/[^[:space:]]*)?)?$", var.amp_url))
    error_message = "amp_url must be empty or an address that begins with https:// or http://, such as https://amp.example.com."
  }
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

variable "visibility" {
  description = "Who can see the threads that this module begins: private, unlisted, workspace or group. Leave it empty for Amp's own default. Amp refuses to start with one that the user's account does not have: workspace and group need a team."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = contains(["", "private", "unlisted", "workspace", "group"], var.visibility)
    error_message = "visibility must be empty, private, unlisted, workspace or group."
  }
}

variable "labels" {
  description = "Labels for the threads that this module begins or continues. Set them to find the threads of a template in Amp, such as [\"coder\", \"backend\"]."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for label in var.labels : can(regex("^[^[:space:][:cntrl:]-]\\P{Cc}{0,99}$", label)) && trimspace(label) == label])
    error_message = "labels must each have 1 to 100 characters on one line, and begin with neither a space nor a hyphen and end with no space."
  }

  validation {
    condition     = length(var.labels) <= 50 && length(distinct(var.labels)) == length(var.labels)
    error_message = "labels must be at most 50, each of them once."
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

variable "permissions" {
  description = "Which tools Amp may run, as a JSON array of rules, the first that fits counting (Amp's setting amp.permissions, https://ampcode.com/manual#permissions). Set it to have Amp ask before some tools, or to keep it from them. Put no secret into it: Coder logs it."
  type        = string
  default     = ""
  nullable    = false

  # The conditional, not ||: Terraform evaluates both sides of ||.
  validation {
    condition = var.permissions == "" ? true : startswith(trimspace(var.permissions), "[") && can([
      for rule in jsondecode(var.permissions) : regex("^(allow|ask|reject|delegate)$", rule.action) if rule.tool != ""
    ])
    error_message = "permissions must be empty or a JSON array of rules that have a tool and an action (allow, ask, reject or delegate), such as the result of jsonencode([{ tool = \"Bash\", action = \"ask\" }])."
  }

  validation {
    condition     = var.permissions == "" || !can(jsondecode(var.base_amp_config)["amp.permissions"])
    error_message = "permissions and \"amp.permissions\" in base_amp_config are the same setting: set one of them."
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

variable "session_key" {
  description = "The name under which this instance keeps its thread. Set it on a second instance of this module in a workspace, to something like review; changing it later begins a new thread, and the old one stays with the old key."
  type        = string
  default     = "main"
  nullable    = false

  validation {
    condition     = can(regex("^\\P{Cc}{1,200}$", var.session_key))
    error_message = "session_key must have 1 to 200 characters, none of them a control character such as a new line."
  }
}

variable "thread_id" {
  description = "A thread that exists in Amp already, by its ID (T-…) or URL. Set it to have the first start continue that thread in place of a new one; later starts continue what is recorded."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^((?i:https?://[^[:space:]/]+(/[^[:space:]?#]*)?/threads/)?T-[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})?$", var.thread_id)) && length(var.thread_id) <= 500
    error_message = "thread_id must be empty, a thread's ID such as T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c, or the URL of a thread, such as https://ampcode.com/threads/T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c."
  }

  validation {
    condition     = var.thread_id == "" || var.enable_state_persistence
    error_message = "thread_id needs enable_state_persistence = true: without it every start has a fresh thread."
  }
}

variable "state_dir" {
  description = "The folder of this module's record and program, relative to the home folder or absolute. It must be on a volume that outlives the workspace's stop, and the same for every instance in a workspace: set it when the home folder is not on one."
  type        = string
  default     = ".amp-module"
  nullable    = false

  validation {
    condition     = can(regex("^/?[^/~$\\p{Cc}][^~$\\p{Cc}]*$", var.state_dir)) && !contains(split("/", var.state_dir), "..") && !contains(split("/", var.state_dir), ".")
    error_message = "state_dir must be a folder such as .amp-module, which is one in the home folder, or /data/amp: without ~, $, . and .. as parts of it."
  }
}
