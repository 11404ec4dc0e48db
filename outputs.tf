output "task_app_id" {
  description = "The ID of the web app, for `coder_ai_task`."
  value       = module.agentapi.task_app_id
}

output "session_key" {
  description = "The name under which this instance keeps its thread, for `amp-session --key`."
  value       = var.session_key
}

output "app_slug" {
  description = "The slug of the web app."
  value       = local.app_slug
}

output "module_dir_name" {
  description = "The folder of AgentAPI's files and logs, relative to the home folder."
  value       = local.module_dir_name
}

output "agentapi_port" {
  description = "The port AgentAPI listens on in the workspace."
  value       = local.agentapi_port
}
