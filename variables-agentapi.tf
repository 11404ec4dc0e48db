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
  description = "The folder, relative to the home folder, that AgentAPI of this instance keeps its files and logs in. Null for .coder-modules/coder-labs/sourcegraph-amp/agentapi or, with a session_key other than main, the same with a hyphen and that key."
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
  description = "The file that AgentAPI keeps its chat in, as an absolute path on a volume. Leave it empty for agentapi-state.json in module_dir_name. Without enable_state_persistence there is none."
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
  description = "Whether a task's last messages are saved when the workspace stops, so that they can be read until it starts again. They are sent to the Coder server, which needs jq in the workspace. Set it to false where you don't want that."
  type        = bool
  default     = true
  nullable    = false
}
