# The inputs of AgentAPI's module 2.4.0, with its names, types and defaults; test/terraform/interface.test.ts
# compares them with test/contracts/agentapi-module-2.4.0.json. The stand-in also accepts those that it ignores.

variable "agent_id" {
  type = string
}

variable "agentapi_port" {
  type    = number
  default = 3284
}

variable "agentapi_subdomain" {
  type    = bool
  default = true
}

variable "agentapi_version" {
  type    = string
  default = "v0.10.0"
}

variable "boundary_config_path" {
  type    = string
  default = ""
}

variable "boundary_version" {
  type    = string
  default = "latest"
}

variable "cli_app" {
  type    = bool
  default = false
}

variable "cli_app_display_name" {
  type = string
}

variable "cli_app_group" {
  type    = string
  default = null
}

variable "cli_app_icon" {
  type    = string
  default = "/icon/claude.svg"
}

variable "cli_app_order" {
  type    = number
  default = null
}

variable "cli_app_slug" {
  type = string
}

variable "compile_boundary_from_source" {
  type    = bool
  default = false
}

variable "enable_boundary" {
  type    = bool
  default = false
}

variable "enable_state_persistence" {
  type    = bool
  default = false
}

variable "folder" {
  type    = string
  default = "/home/coder"
}

variable "install_agentapi" {
  type    = bool
  default = true
}

variable "install_script" {
  type    = string
  default = ""
}

variable "module_dir_name" {
  type = string
}

variable "pid_file_path" {
  type    = string
  default = ""
}

variable "post_install_script" {
  type    = string
  default = null
}

variable "pre_install_script" {
  type    = string
  default = null
}

variable "start_script" {
  type = string
}

variable "state_file_path" {
  type    = string
  default = ""
}

variable "task_log_snapshot" {
  type    = bool
  default = true
}

variable "use_boundary_directly" {
  type    = bool
  default = false
}

variable "web_app" {
  type    = bool
  default = true
}

variable "web_app_display_name" {
  type = string
}

variable "web_app_group" {
  type    = string
  default = null
}

variable "web_app_icon" {
  type = string
}

variable "web_app_order" {
  type    = number
  default = null
}

variable "web_app_slug" {
  type = string
}
