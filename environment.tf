# Variables of the workspace, for every process in it. Not part of a script, because Coder logs every script
# in full.

locals {
  # Whether a value is empty may be unknown while planning (a key from a secret manager), and a count can't
  # depend on that. So each resource always exists, under a name that nothing reads when its value is empty:
  # an empty AMP_API_KEY would hide one that the image or the template's agent sets.
  unset           = "AMP_MODULE_UNSET"
  api_key_name    = nonsensitive(var.amp_api_key == "") ? local.unset : "AMP_API_KEY"
  url_name        = var.amp_url == "" ? local.unset : "AMP_URL"
  boundary_name   = var.boundary_config_path == "" || !var.enable_boundary ? local.unset : "BOUNDARY_CONFIG"
  environment_all = [local.api_key_name, local.url_name, local.boundary_name]

  # The variables that this instance sets.
  environment = tolist([for name in local.environment_all : name if name != local.unset])
}

resource "coder_env" "amp_api_key" {
  agent_id = var.agent_id
  name     = local.api_key_name
  value    = var.amp_api_key
}

resource "coder_env" "amp_url" {
  agent_id = var.agent_id
  name     = local.url_name
  value    = var.amp_url
}

resource "coder_env" "boundary_config" {
  agent_id = var.agent_id
  name     = local.boundary_name
  value    = var.boundary_config_path
}
