# One workspace can have several instances of this module, each with its own agent and thread. What an
# instance has to itself is derived from its session key. What all share (Amp, AgentAPI, Amp's settings, the
# records) comes from the first.

locals {
  is_main = var.session_key == "main"

  # The key as part of names. A key that can't be used as it is gets a hash, so that different keys have
  # different names; so does one that ends with "cli", which is how the name of another instance's terminal
  # app ends.
  readable_key = trim(replace(lower(var.session_key), "/[^a-z0-9]+/", "-"), "-")
  key_is_name = alltrue([
    local.readable_key == var.session_key,
    length(var.session_key) <= 20,
    !can(regex("(^|-)cli$", var.session_key)),
  ])
  key_beginning = trim(substr(local.readable_key, 0, 12), "-")
  hashed_key    = join("-", compact([local.key_beginning, substr(sha256(var.session_key), 0, 7)]))
  suffix        = local.is_main ? "" : "-${local.key_is_name ? var.session_key : local.hashed_key}"

  # Where the registry wants everything that a module writes in a workspace, below the home folder.
  registry_folder = ".coder-modules/coder-labs/sourcegraph-amp"

  app_slug        = var.app_slug == null ? "amp${local.suffix}" : var.app_slug
  agentapi_dir    = "${local.registry_folder}/agentapi${local.suffix}"
  module_dir_name = var.module_dir_name == null ? local.agentapi_dir : var.module_dir_name
  # Null where there is no AgentAPI.
  default_port  = var.enable_agentapi ? 3284 : null
  agentapi_port = var.agentapi_port == null ? local.default_port : var.agentapi_port
  state_dir     = trimsuffix(var.state_dir, "/")

  # In run order, with the names that version 4.0.0 of coder-labs/sourcegraph-amp gave to its three.
  steps = ["place", "pre_install", "install", "post_install", "start"]
  usual_name_of = {
    for step in local.steps : step => "coder-labs-sourcegraph-amp${local.suffix}-${step}_script"
  }
  # That version may install Amp beside this module, in the same folder: then our scripts and logs have names
  # that its don't have.
  beside = !var.install_amp && contains(var.wait_for, "coder-labs-sourcegraph-amp-install_script") ? "-session" : ""
  sync_name_of = {
    for step, name in local.usual_name_of : step => replace(name, "/-(${step}_script)$/", "${local.beside}-$1")
  }
  sync_names = tolist([
    for step in local.steps : local.sync_name_of[step]
    if !(step == "pre_install" && var.pre_install_script == null || step == "post_install" && var.post_install_script == null)
  ])

  # AgentAPI's process ID and chat. "~" is the home folder, whose path Terraform doesn't know.
  agentapi_files = tolist([
    coalesce(replace(var.pid_file_path, "/[/]+/", "/"), "~/${local.module_dir_name}/agentapi.pid"),
    coalesce(replace(var.state_file_path, "/[/]+/", "/"), "~/${local.module_dir_name}/agentapi-state.json"),
  ])

  own_amp_settings = {
    base_config  = local.base_config
    mcp          = var.mcp == null ? "" : var.mcp
    instructions = var.instruction_prompt
    managed      = var.managed_settings == null ? "" : jsonencode(var.managed_settings)
  }
  own_installation = {
    install_amp           = var.install_amp
    amp_version           = var.amp_version
    amp_install_url       = var.amp_install_url
    install_via_npm       = var.install_via_npm
    npm_registry          = var.npm_registry
    install_agentapi      = var.install_agentapi
    agentapi_version      = var.agentapi_version
    agentapi_download_url = var.agentapi_download_url
    agentapi_sha256 = var.agentapi_sha256 == null ? "" : join(" ", [
      for architecture, checksum in var.agentapi_sha256 : "${architecture}:${checksum}" if checksum != null
    ])
  }
  # The inputs' defaults, which Terraform doesn't tell.
  default_installation = {
    install_amp           = true
    amp_version           = ""
    amp_install_url       = "https://ampcode.com/install.sh"
    install_via_npm       = false
    npm_registry          = ""
    install_agentapi      = true
    agentapi_version      = "v0.12.1"
    agentapi_download_url = ""
    agentapi_sha256       = ""
  }
  # Every instance installs the same programs and merges the same settings into Amp's one file: the order in
  # which they do it makes no difference.
  is_first     = length(var.other_instances) == 0
  amp_settings = local.is_first ? local.own_amp_settings : var.other_instances[0].amp_settings
  installation = local.is_first ? local.own_installation : var.other_instances[0].installation

  instance = {
    session_key     = var.session_key
    app_slug        = local.app_slug
    module_dir_name = local.module_dir_name
    agentapi_port   = local.agentapi_port
    agentapi_files  = local.agentapi_files
    state_dir       = local.state_dir
    environment     = local.environment
    amp_settings    = local.amp_settings
    installation    = local.installation
    runner          = var.enable_runner ? { name = local.runner_name, workdir = local.workdir } : null
  }
}
