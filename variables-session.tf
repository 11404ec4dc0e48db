variable "session_key" {
  description = "The name under which this instance keeps its thread. Set it on a second instance of this module in a workspace, to something like review. Changing it later starts a new thread; the old one stays with the old key."
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
