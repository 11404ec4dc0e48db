# ---- What a template needs to begin with ----

variable "agent_id" {
  description = "The ID of the Coder agent that Amp runs under: `coder_agent.<name>.id`."
  type        = string
  nullable    = false
}

variable "workdir" {
  description = "The folder that Amp works in, as an absolute path. Set it to the project's folder; it is created if it doesn't exist. Null for the home folder."
  type        = string
  default     = null

  validation {
    condition     = var.workdir == null ? true : startswith(var.workdir, "/")
    error_message = "workdir must be null or an absolute path, such as /home/coder/project."
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
  description = "The origin of the Amp server, which becomes AMP_URL in the workspace. Set it for a server other than https://ampcode.com."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.amp_url == "" || can(regex("^https?://[^[:space:]/?#][^[:space:]]*$", var.amp_url))
    error_message = "amp_url must be empty or a URL that begins with https:// or http://, such as https://amp.example.com."
  }

  # Nor a name and password in front of the host: Amp doesn't use them, and every script would have them.
  validation {
    condition     = !can(regex("^https?://[^/?#]+(/.|/?[?#]|.*@)", var.amp_url))
    error_message = "amp_url must be an origin, such as https://amp.example.com, with nothing after the host and port: Amp ignores a path and would send the key to the root of that host."
  }
}

variable "ai_prompt" {
  description = "The prompt that Amp starts with, such as a task's. It is sent to a thread once, not again at every start. Don't put secrets in it: it travels inside a script that Coder logs."
  type        = string
  default     = ""
  nullable    = false
}

variable "wait_for" {
  description = "The names, as `coder exp sync` knows them, of scripts that must complete before Amp starts, such as another module's output `scripts`. Set it so that Amp doesn't get its prompt before, say, the repository has been cloned; use it in place of depends_on, with which AgentAPI's module can't be planned. Amp is installed in the meantime. Without a `coder` command in the workspace, nothing waits."
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
    condition = length(setintersection(var.wait_for, [
      for step, name in local.usual_name_of : name if var.install_amp || contains(["place", "start"], step)
    ])) == 0
    error_message = "wait_for must not name this module's own scripts (${join(", ", values(local.usual_name_of))}): they would wait for themselves. Where version 4.0.0 of coder-labs/sourcegraph-amp installs Amp beside this module, set install_amp = false."
  }
}

variable "enable_state_persistence" {
  description = "Whether Amp's thread and AgentAPI's chat come back after the workspace stops and starts. Set it to false to begin afresh at every start; what was recorded before is kept, and used once this is true again."
  type        = bool
  default     = true
  nullable    = false
}

variable "on_interrupted_turn" {
  description = "What Amp is told if the workspace stopped in the middle of a turn and that turn is still unfinished once the agent is back: nothing, or a message such as \"Go on with what you were doing.\" It is sent once for each interrupted turn, and not again if the turn that it begins is cut off too. In any case, `amp-session status` says that a turn was interrupted."
  type        = string
  default     = "nothing"
  nullable    = false

  validation {
    condition     = length(trimspace(var.on_interrupted_turn)) > 0 && length(var.on_interrupted_turn) <= 2000
    error_message = "on_interrupted_turn must be nothing, or a message of at most 2,000 characters."
  }

  # It is typed into a running agent, where these would be lost.
  validation {
    condition     = !can(regex("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f]", var.on_interrupted_turn))
    error_message = "on_interrupted_turn must be text without control characters other than tabs and line feeds."
  }
}

variable "report_tasks" {
  description = "Whether Amp reports its progress to Coder; a sentence that asks it to do so is then put in front of ai_prompt. Coder shows the reports of tasks, which it has in versions before 2.37 and in its ESR releases: set it to false with a later Coder, or where the template isn't used for tasks."
  type        = bool
  default     = true
  nullable    = false
}

# ---- Amp's settings, permissions and instructions ----

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

variable "amp_settings" {
  description = "Amp's settings as a JSON object, under the name that version 4.0.0 gave them: the same as base_amp_config, except that \"amp.mcpServers\" belong in mcp. Set only one of the two. Don't put secrets in it: Coder logs it."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.amp_settings == "" || can(keys(jsondecode(var.amp_settings)))
    error_message = "amp_settings must be empty or a JSON object, such as the result of jsonencode({ \"amp.todos.enabled\" = true })."
  }

  validation {
    condition     = !can(jsondecode(var.amp_settings)["amp.mcpServers"])
    error_message = "amp_settings must not have \"amp.mcpServers\": set mcp instead."
  }

  # The same form as in permissions.
  validation {
    condition = !can(jsondecode(var.amp_settings)["amp.permissions"]) || try(alltrue(concat(
      [startswith(jsonencode(jsondecode(var.amp_settings)["amp.permissions"]), "[")],
      [for rule in jsondecode(var.amp_settings)["amp.permissions"] : alltrue([
        can(regex("^\"[^\"]", jsonencode(rule.tool))),
        can(regex("^\"(allow|ask|reject|delegate)\"$", jsonencode(rule.action))),
        try(rule.action, "") != "delegate" || can(regex("^\"[^\"]", jsonencode(rule.to))),
      ])],
    )), false)
    error_message = "\"amp.permissions\" in amp_settings must be an array of rules, each with a tool and an action (allow, ask, reject, or delegate with to)."
  }

  validation {
    condition     = var.amp_settings == "" || var.base_amp_config == ""
    error_message = "amp_settings and base_amp_config are the same settings: set only one of them."
  }
}

variable "managed_settings" {
  description = "Amp's settings that users can't change, as an object such as { \"amp.dangerouslyAllowAll\" = false }. They become /etc/ampcode/managed-settings.json at every start, which needs root or a sudo that asks for no password; without either, put the file into the image. Null for none. Don't put secrets in it: every user of the workspace can read it, and Coder logs it."
  type        = any
  default     = null

  validation {
    condition     = var.managed_settings == null || can(keys(var.managed_settings))
    error_message = "managed_settings must be null or an object, such as { \"amp.dangerouslyAllowAll\" = false }."
  }
}

variable "permissions" {
  description = "Which tools Amp may run, as a JSON array of rules, of which the first that matches counts (Amp's setting amp.permissions, https://ampcode.com/manual#permissions). Set it to have Amp ask before it uses certain tools, or to deny it their use. Don't put secrets in it: Coder logs it."
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
    condition = var.permissions == "" || !anytrue([
      for settings in [var.base_amp_config, var.amp_settings] : can(jsondecode(settings)["amp.permissions"])
    ])
    error_message = "permissions and \"amp.permissions\" in base_amp_config or amp_settings are the same setting: set only one of them."
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
  description = "Standing instructions for Amp, which become ~/.config/amp/AGENTS.md (https://ampcode.com/manual#AGENTS.md). Set it to give every thread the same rules. Don't put secrets in it: Coder logs it."
  type        = string
  default     = ""
  nullable    = false
}

# ---- What is installed, and from where ----

variable "install_amp" {
  description = "Whether to install Amp at start. Set it to false when the image has `amp` on PATH."
  type        = bool
  default     = true
  nullable    = false
}

variable "amp_version" {
  description = "The version of Amp to install. Set it to pin a template to one version, which Amp then doesn't update (see amp_updates). Leave it empty to use an Amp that is already there, whatever its version, or else install the latest."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([^-[:space:]][^[:space:]]*)?$", var.amp_version))
    error_message = "amp_version must be empty or one version without spaces, such as 0.0.1790142911-g7618fb."
  }
}

variable "amp_updates" {
  description = "What Amp does about newer versions of itself (its setting amp.updates.mode): auto installs them, warn only tells the user, disabled doesn't look for them. Set it to keep every workspace on the version that it was created with, or to let a pinned one be updated. The default is disabled with amp_version, and Amp's own (auto) without. A user's own setting wins."
  type        = string
  default     = null

  validation {
    condition     = var.amp_updates == null ? true : contains(["auto", "warn", "disabled"], var.amp_updates)
    error_message = "amp_updates must be auto, warn or disabled."
  }

  validation {
    condition = var.amp_updates == null || !anytrue([
      for settings in [var.base_amp_config, var.amp_settings] : can(jsondecode(settings)["amp.updates.mode"])
    ])
    error_message = "amp_updates and \"amp.updates.mode\" in base_amp_config or amp_settings are the same setting: set only one of them."
  }
}

variable "amp_install_url" {
  description = "Where Amp's installer, a shell script, is downloaded from. Set it where ampcode.com can't be reached; the installer decides where Amp itself comes from. A redirect from https to http is refused. Don't put secrets in it: Coder logs it."
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
  description = "Whether to install AgentAPI, in this module's folder, when the workspace doesn't have agentapi_version yet. Set it to false when the image has `agentapi` on PATH."
  type        = bool
  default     = true
  nullable    = false
}

variable "agentapi_version" {
  description = "The version of AgentAPI to install: a release such as v0.12.1, or latest. Keeping the chat across a restart needs v0.12.0 or later."
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
  description = "Where AgentAPI's executable is downloaded from, with {version} and {arch} in it: the first becomes agentapi_version, the second amd64 or arm64. Set it to a mirror where github.com can't be reached; leave it empty for AgentAPI's releases there. Don't put secrets in it: Coder logs it."
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
  description = "The SHA-256 checksums of AgentAPI's executables, of the form {amd64 = \"…\", arm64 = \"…\"}. Set it so that a download runs only if it is an executable of agentapi_version that you know. Null for none."
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

# ---- The session: its thread and its record ----

variable "session_key" {
  description = "The name under which this instance keeps its thread. Set it on a second instance of this module in a workspace, to something such as review. Changing it later starts a new thread; the old one stays with the old key."
  type        = string
  default     = "main"
  nullable    = false

  validation {
    condition     = can(regex("^\\P{Cc}{1,200}$", var.session_key))
    error_message = "session_key must have 1 to 200 characters, none of them a control character such as a new line."
  }
}

variable "thread_id" {
  description = "An existing Amp thread, by its ID (T-…) or URL. Set it to have the first start continue that thread instead of creating one; later starts continue what is recorded."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition = length(var.thread_id) <= 500 && can(regex(join("", [
      "^((?i:https?://[^[:space:]/]+(/[^[:space:]?#]*)?/threads/)?",
      "T-[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})?$",
    ]), var.thread_id))
    error_message = "thread_id must be empty, a thread's ID such as T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c, or a thread's URL, such as https://ampcode.com/threads/T-0c5fa1a2-93ac-4d0b-b1c5-0e3f1f2a3b4c."
  }

  validation {
    condition     = var.thread_id == "" || var.enable_state_persistence
    error_message = "thread_id needs enable_state_persistence = true: without it every start has a new thread."
  }
}

variable "state_dir" {
  description = "The folder of this module's records and programs, relative to the home folder or absolute. It must be on a volume that outlives the workspace's stop, and the same for every instance in a workspace. Set it when the home folder isn't on such a volume."
  type        = string
  default     = ".coder-modules/coder-labs/sourcegraph-amp"
  nullable    = false

  validation {
    condition = can(regex("^/?[^/~$\\p{Cc}][^~$\\p{Cc}]*$", var.state_dir)) && alltrue([
      for part in split("/", var.state_dir) : part != "." && part != ".."
    ])
    error_message = "state_dir must be a folder such as .coder-modules/coder-labs/sourcegraph-amp, which is in the home folder, or /data/amp: without ~, $, or parts that are . or .."
  }
}

# ---- Several instances in one workspace ----

variable "other_instances" {
  description = "The earlier instances of this module in the same workspace, as their output `instance` describes them: `module.amp[*].instance`. Set it on the second instance and every further one: they then share the first one's settings for Amp, and the plan fails if anything would collide."
  type = list(object({
    session_key     = string
    app_slug        = string
    module_dir_name = string
    agentapi_port   = number
    agentapi_files  = list(string)
    state_dir       = string
    environment     = list(string)
    amp_settings    = object({ base_config = string, mcp = string, instructions = string, managed = string })
    installation = object({
      install_amp           = bool
      amp_version           = string
      amp_install_url       = string
      install_via_npm       = bool
      npm_registry          = string
      install_agentapi      = bool
      agentapi_version      = string
      agentapi_download_url = string
      agentapi_sha256       = string
    })
    runner = optional(object({ name = string, workdir = string }))
  }))
  default  = []
  nullable = false

  validation {
    condition     = !contains(var.other_instances[*].session_key, var.session_key)
    error_message = "session_key \"${var.session_key}\" is already another instance's: set session_key to a name of its own, such as review."
  }

  validation {
    condition = length(setintersection(
      [local.app_slug, "${local.app_slug}-cli", "${local.app_slug}-runner"],
      flatten([for other in var.other_instances : [other.app_slug, "${other.app_slug}-cli", "${other.app_slug}-runner"]]),
    )) == 0
    error_message = "app_slug \"${local.app_slug}\" or its terminal app's \"${local.app_slug}-cli\" is already another instance's: set app_slug to something else."
  }

  validation {
    condition     = !contains(var.other_instances[*].module_dir_name, local.module_dir_name)
    error_message = "module_dir_name \"${local.module_dir_name}\" is already another instance's: set module_dir_name to a folder of its own, or leave it out."
  }

  validation {
    condition = alltrue([
      for other in var.other_instances :
      local.agentapi_port == null ? true : other.agentapi_port != local.agentapi_port
    ])
    error_message = "agentapi_port ${coalesce(local.agentapi_port, 3284)} is already another instance's: set agentapi_port to one of its own, such as ${coalesce(local.agentapi_port, 3284) + 1}."
  }

  validation {
    condition = !contains(
      [for other in var.other_instances : other.runner.name if other.runner != null], local.runner_name
    )
    error_message = "runner_name \"${local.runner_name}\" is already another instance's: set runner_name to something else, or leave it out."
  }

  validation {
    condition = !var.enable_runner || !contains(
      [for other in var.other_instances : other.runner.workdir if other.runner != null], local.workdir
    )
    error_message = "workdir ${local.workdir} is already served by another instance's runner, and Amp allows one in a folder: set workdir to another, or enable_runner on one of them only."
  }

  # "~" is the home folder, whose path Terraform doesn't know: /home/coder/x may be ~/x.
  validation {
    condition = !anytrue([
      for pair in setproduct(local.agentapi_files, flatten(var.other_instances[*].agentapi_files)) :
      pair[0] == pair[1] || anytrue([
        for names in [pair, reverse(pair)] :
        startswith(names[0], "~") && endswith(names[1], trimprefix(names[0], "~"))
      ])
    ])
    error_message = "pid_file_path and state_file_path come to ${join(" and ", local.agentapi_files)} here, and one of them is already another instance's: set them to files of their own, or leave them out."
  }

  validation {
    condition     = alltrue([for other in var.other_instances : other.state_dir == local.state_dir])
    error_message = "state_dir must be the same in every instance of a workspace: `amp-session` finds all their threads in it."
  }

  # Coder takes the last of several values, whichever that is.
  validation {
    condition = length(setintersection(
      local.environment,
      flatten(var.other_instances[*].environment),
    )) == 0
    error_message = "${join(" and ", setintersection(local.environment, flatten(var.other_instances[*].environment)))} would be set twice, but belongs to the whole workspace: set amp_api_key, amp_url and boundary_config_path on one instance only."
  }

  validation {
    condition = length(var.other_instances) == 0 || alltrue([
      var.base_amp_config == "",
      var.amp_settings == "",
      var.managed_settings == null,
      var.permissions == "",
      var.mcp == null || var.mcp == "",
      var.instruction_prompt == "",
      var.amp_updates == null,
    ])
    error_message = "base_amp_config, amp_settings, managed_settings, permissions, mcp, instruction_prompt and amp_updates belong to the whole workspace, because Amp has one file for them: set them on the first instance only."
  }

  validation {
    condition = alltrue([
      for name, value in local.own_installation :
      value == local.default_installation[name] || alltrue([
        for other in var.other_instances : value == other.installation[name]
      ])
    ])
    error_message = "${join(", ", keys(local.own_installation))} belong to the whole workspace, because it has one Amp and one AgentAPI: set them on the first instance only, or to the same values."
  }
}

# ---- AgentAPI ----

variable "enable_agentapi" {
  description = "Whether Amp runs under AgentAPI, which provides the chat in the dashboard. Set it to false for a terminal app instead, without AgentAPI and without a port: the app opens Amp in the recorded thread, inside tmux or screen if the image has either, so that closing the browser doesn't end a turn."
  type        = bool
  default     = true
  nullable    = false
}

variable "agentapi_port" {
  description = "The port that AgentAPI listens on in the workspace. Null for 3284. Set it when something else there uses that port, and on every instance whose session_key isn't main."
  type        = number
  default     = null

  validation {
    condition = var.agentapi_port == null ? true : alltrue([
      var.agentapi_port >= 1,
      var.agentapi_port <= 65535,
      floor(var.agentapi_port) == var.agentapi_port,
    ])
    error_message = "agentapi_port must be null or a whole number from 1 to 65535."
  }

  # Two defaults would collide, and neither instance can see the other.
  validation {
    condition     = var.agentapi_port != null || var.session_key == "main" || !var.enable_agentapi
    error_message = "agentapi_port must be set when session_key isn't main: 3284 belongs to the instance whose key is main. Choose one that nothing else in the workspace uses, such as 3285."
  }
}

variable "module_dir_name" {
  description = "The folder, relative to the home folder, that this instance's AgentAPI keeps its files and logs in. Null for .coder-modules/coder-labs/sourcegraph-amp/agentapi or, with a session_key other than main, the same followed by a hyphen and that key."
  type        = string
  default     = null

  # AgentAPI's module puts it between single quotes in a shell script, unescaped.
  validation {
    condition = var.module_dir_name == null ? true : alltrue([
      for part in split("/", coalesce(var.module_dir_name, "-")) :
      can(regex("^[A-Za-z0-9._-]+$", part)) && part != "." && part != ".."
    ])
    error_message = "module_dir_name must be null or a folder relative to the home folder, of letters, digits, dots, hyphens and underscores, such as .local/share/amp-review."
  }
}

variable "state_file_path" {
  description = "The file that AgentAPI keeps its chat in, as an absolute path on a volume. Leave it empty for agentapi-state.json in module_dir_name. Without enable_state_persistence, there is no such file."
  type        = string
  default     = ""
  nullable    = false

  # AgentAPI's module puts it between single quotes in a shell script, unescaped.
  validation {
    condition = alltrue([
      can(regex("^(/[^'\\p{Cc}]*[^'/\\p{Cc}])?$", var.state_file_path)),
      !can(regex("/[.]{1,2}(/|$)", var.state_file_path)),
    ])
    error_message = "state_file_path must be empty or a file's absolute path, without single quotes and without parts that are . or .., such as /data/amp/agentapi-state.json."
  }
}

variable "pid_file_path" {
  description = "The file that AgentAPI keeps its process ID in, as an absolute path. Leave it empty for agentapi.pid in module_dir_name."
  type        = string
  default     = ""
  nullable    = false

  # AgentAPI's module puts it between single quotes in a shell script, unescaped.
  validation {
    condition = alltrue([
      can(regex("^(/[^'\\p{Cc}]*[^'/\\p{Cc}])?$", var.pid_file_path)),
      !can(regex("/[.]{1,2}(/|$)", var.pid_file_path)),
    ])
    error_message = "pid_file_path must be empty or a file's absolute path, without single quotes and without parts that are . or .., such as /run/amp/agentapi.pid."
  }

  validation {
    condition = var.pid_file_path == "" || length(distinct([
      for file in [var.pid_file_path, var.state_file_path] : replace(file, "/[/]+/", "/")
    ])) == 2
    error_message = "pid_file_path and state_file_path must be different files."
  }
}

variable "task_log_snapshot" {
  description = "Whether a task's last messages are saved when the workspace stops, so that they can be read until it starts again. Sending them to the Coder server needs jq in the workspace. Set it to false where you don't want that."
  type        = bool
  default     = true
  nullable    = false
}

# ---- Amp as a runner ----

variable "enable_runner" {
  description = "Whether the workspace is an Amp runner: threads that users begin on Amp's site, on a phone or with `amp --executor runner:<name>` run in it, and the chat is Amp's own page. Without AgentAPI, the session key's own thread is one of them. Set enable_agentapi to false where AgentAPI's chat isn't wanted."
  type        = bool
  default     = false
  nullable    = false
}

variable "runner_name" {
  description = "The runner's name at Amp, which must have the form of a host name and differ from the names of the account's other runners. Null for the owner's and the workspace's names with a hyphen between them, followed, with a session_key other than main, by another hyphen and that key."
  type        = string
  default     = null

  validation {
    condition = var.runner_name == null ? true : alltrue([
      can(regex("^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?([.][A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$", var.runner_name)),
      length(coalesce(var.runner_name, "-")) <= 63,
    ])
    error_message = "runner_name must be null or a host name of at most 63 letters, digits, hyphens and dots, such as coder-alice-dev: Amp takes no other."
  }

  validation {
    condition     = var.runner_name == null || var.enable_runner
    error_message = "runner_name needs enable_runner = true."
  }
}

variable "runner_directories" {
  description = "Folders that the runner serves besides workdir, as absolute paths. Set it when the workspace has several projects. A folder that is missing when the runner starts is not served until the runner's next start."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for folder in var.runner_directories : can(regex("^/[^\\p{Cc}]*$", folder))])
    error_message = "runner_directories must be absolute paths without line breaks, such as /home/coder/docs."
  }

  validation {
    condition     = length(var.runner_directories) == 0 || var.enable_runner
    error_message = "runner_directories needs enable_runner = true."
  }
}

# ---- Apps in the dashboard ----

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
  description = "The web app's slug, which is part of its URL. Null for amp or, with a session_key other than main, amp- followed by that key. The terminal app's slug is the same with -cli added."
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
  description = "Whether to add an app that opens the agent in a terminal. Set it to true for users who prefer a terminal to the web app. It has no effect without AgentAPI, because there is always a terminal app then."
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

# ---- The Agent Firewall ----

variable "enable_boundary" {
  description = "Whether Amp runs inside Coder's Agent Firewall (boundary), which lets it reach only allowed addresses. Set it to true to confine the agent; the workspace needs a coder executable with `coder boundary`, or use_boundary_directly."
  type        = bool
  default     = false
  nullable    = false
}

variable "agent_firewall_wrapper_path" {
  description = "A command in the workspace that runs Amp inside a firewall: the module coder/agent-firewall has an output by this name. The command gets Amp's command line after `--`, for the agent and for `amp-session send` and `continue`. Its path may begin with $HOME. Set it to use that module instead of enable_boundary."
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
