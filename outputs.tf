output "task_app_id" {
  description = "The ID of the web app, for `coder_ai_task`."
  value       = module.agentapi.task_app_id
}
