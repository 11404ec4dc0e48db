output "task_app_id" {
  description = "The web app's ID, for `coder_ai_task`; empty without AgentAPI. Coder has tasks before version 2.37 and in its ESR releases; a later one ignores that resource."
  value       = var.enable_agentapi ? module.agentapi[0].task_app_id : ""
}

output "scripts" {
  description = "The names of this module's scripts for `coder exp sync`, in run order: place, pre_install, install, post_install and start, without those that have no script. The last one completes when the agent is started or, without AgentAPI, can be opened."
  value       = local.sync_names
}

output "session_key" {
  description = "The name under which this instance keeps its thread, for `amp-session --key`."
  value       = var.session_key
}

output "app_slug" {
  description = "The web app's slug. The terminal app has the same with -cli."
  value       = local.app_slug
}

output "module_dir_name" {
  description = "The folder of AgentAPI's files and logs, relative to the home folder."
  value       = local.module_dir_name
}

output "agentapi_port" {
  description = "The port that AgentAPI listens on in the workspace; null without AgentAPI."
  value       = local.agentapi_port
}

output "instance" {
  description = "What this instance has to itself in the workspace and what it shares, for the next instance's other_instances."
  value       = local.instance
}
