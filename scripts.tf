# The scripts that a workspace runs: settings first, then files of scripts/ as they are. file(), never
# templatefile(): a shell's ${…} isn't Terraform's, and what an author set must reach bash as data.

locals {
  # The bundle: main.cjs, which loads the others, and those, for which one script is too small.
  bundle_main = file("${path.module}/scripts/amp-session/main.cjs")
  bundle_parts = {
    for part in ["commands", "library", "start"] : part => file("${path.module}/scripts/amp-session/${part}.cjs")
  }
  bundle_sha256 = sha256(join("", concat([local.bundle_main], values(local.bundle_parts))))
  part_assignments = {
    for part, text in local.bundle_parts : part => join("", [
      "AMP_MODULE_PART='${base64gzip(text)}'\n",
      "AMP_MODULE_PART_NAME=${part}.cjs\n",
      "AMP_MODULE_PART_SHA256=${sha256(text)}\n",
    ])
  }

  default_agentapi = alltrue([
    for name in ["agentapi_version", "agentapi_sha256"] :
    local.installation[name] == local.default_installation[name]
  ])

  # Exported in front of every script.
  common_settings = {
    AMP_MODULE_STATE_DIR     = local.state_dir
    AMP_MODULE_AGENTAPI_DIR  = local.module_dir_name
    AMP_MODULE_BUNDLE_SHA256 = local.bundle_sha256
    AMP_MODULE_SESSION_KEY   = var.session_key
    AMP_MODULE_PERSISTENCE   = tostring(var.enable_state_persistence)
    # Empty where there is no AgentAPI.
    AMP_MODULE_PORT = local.agentapi_port == null ? "" : tostring(local.agentapi_port)
  }

  place_settings = {
    AMP_MODULE_SYNC_NAME = local.sync_name_of.place
    # AgentAPI's module makes this one when it starts the agent.
    AMP_MODULE_FIREWALL = var.enable_boundary ? "$HOME/${local.module_dir_name}/boundary-wrapper.sh" : join("\n", local.firewall)
  }

  install_settings = {
    AMP_MODULE_SYNC_NAME        = "${local.sync_name_of.pre_install}\n${local.sync_name_of.install}"
    AMP_MODULE_BESIDE           = local.beside
    AMP_MODULE_OPENER           = local.opener
    AMP_MODULE_START_SYNC_NAME  = local.sync_name_of.start
    AMP_MODULE_WAIT_FOR         = join("\n", var.wait_for)
    AMP_MODULE_INSTALL_AMP      = tostring(local.installation.install_amp)
    AMP_MODULE_INSTALL_VIA_NPM  = tostring(local.installation.install_via_npm)
    AMP_MODULE_AMP_VERSION      = local.installation.amp_version
    AMP_MODULE_AMP_UPDATES      = try(tostring(jsondecode(local.amp_settings.base_config)["amp.updates.mode"]), "auto")
    AMP_MODULE_AMP_INSTALL_URL  = local.installation.amp_install_url
    AMP_MODULE_NPM_REGISTRY     = local.installation.npm_registry
    AMP_MODULE_INSTALL_AGENTAPI = tostring(local.installation.install_agentapi)
    AMP_MODULE_AGENTAPI_VERSION = local.installation.agentapi_version
    # Where the author asked for none in particular, a version that the image has will do.
    AMP_MODULE_AGENTAPI_ASKED = tostring(!local.default_agentapi)
    AMP_MODULE_AGENTAPI_URL   = local.installation.agentapi_download_url
    # For each architecture that has one.
    AMP_MODULE_AGENTAPI_SHA256 = local.installation.agentapi_sha256
    AMP_MODULE_BASE_CONFIG     = local.amp_settings.base_config
    AMP_MODULE_MCP             = local.amp_settings.mcp
    AMP_MODULE_INSTRUCTIONS    = local.amp_settings.instructions
    AMP_MODULE_MANAGED         = local.amp_settings.managed
  }

  start_settings = {
    AMP_MODULE_SYNC_NAME   = "${local.sync_name_of.post_install}\n${local.sync_name_of.start}"
    AMP_MODULE_WORKDIR     = local.workdir
    AMP_MODULE_AMP_OPTIONS = jsonencode(local.amp_options)
    AMP_MODULE_THREAD_ID   = var.thread_id
    # By which a home that was copied to another workspace is known.
    AMP_MODULE_WORKSPACE_ID        = data.coder_workspace.me.id
    AMP_MODULE_ON_INTERRUPTED_TURN = trimspace(var.on_interrupted_turn) == "nothing" ? "" : trimspace(var.on_interrupted_turn)
    AMP_MODULE_FIREWALL            = join("\n", local.firewall)
    # Amp's settings are one file for every agent of the workspace; where this one reports to is its own, and
    # its MCP servers inherit it.
    CODER_MCP_APP_STATUS_SLUG = local.reports ? local.app_slug : ""
    CODER_MCP_AI_AGENTAPI_URL = local.reports ? "http://localhost:${local.agentapi_port}" : ""
    AMP_MODULE_RUNNER_FILE    = local.runner_file
  }

  # Not exported: a prompt can be longer than an environment string may be, and the launcher is written to a
  # file.
  unexported = {
    AMP_MODULE_PROMPT   = local.prompt
    AMP_MODULE_LAUNCHER = file("${path.module}/scripts/amp-session.sh")
    AMP_MODULE_MAIN     = local.bundle_main
    # For steps.sh, which takes the place of AgentAPI's script.
    AMP_MODULE_PRE_INSTALL  = var.pre_install_script == null ? "" : var.pre_install_script
    AMP_MODULE_INSTALL      = "#!/usr/bin/env bash\n${local.install_payload}"
    AMP_MODULE_POST_INSTALL = var.post_install_script == null ? "" : var.post_install_script
    AMP_MODULE_RUNNER       = local.runner_text
    AMP_MODULE_OPEN         = "#!/usr/bin/env bash\n${local.exports.terminal}${local.option_words}${local.script_text.terminal}"
  }

  settings_of = {
    place   = local.place_settings
    rest    = {}
    install = local.install_settings
    start   = local.start_settings
    stop    = { AMP_MODULE_RUNNER_NAME = local.runner_name }
    # Without AgentAPI: what runs at start, and what opens Amp.
    steps = {
      AMP_MODULE_SYNC_NAME   = local.start_settings.AMP_MODULE_SYNC_NAME
      AMP_MODULE_BESIDE      = local.beside
      AMP_MODULE_OPENER      = local.opener
      AMP_MODULE_TERMINAL    = local.terminal_name
      AMP_MODULE_RUNNER_FILE = local.runner_file
    }
    runner   = merge(local.start_settings, local.runner_settings)
    terminal = merge(local.start_settings, { AMP_MODULE_TERMINAL = local.terminal_name })
  }

  # Single quotes, in which bash takes every byte literally. One in the value ends them, follows escaped, and
  # begins them again.
  exports = {
    for script, settings in local.settings_of : script => join("", [
      for name, value in merge(local.common_settings, settings) :
      "export ${name}='${replace(value, "'", "'\\''")}'\n"
    ])
  }
  assignments = {
    for name, value in local.unexported : name => "${name}='${replace(value, "'", "'\\''")}'\n"
  }
  quoted_words = [for word in local.amp_options : "'${replace(word, "'", "'\\''")}'"]
  option_words = "AMP_MODULE_OPTION_WORDS=(${join(" ", local.quoted_words)})\n"

  # What each script consists of, in this order.
  script_files = {
    place = ["processes.sh", "common.sh", "place-part.sh", "place.sh"]
    rest  = ["processes.sh", "common.sh", "place-part.sh", "place-rest.sh"]
    install = ["processes.sh", "as-user.sh", "common.sh", "install-lock.sh", "install-download.sh", "install-agentapi.sh", "install-amp.sh", "install-managed.sh",
    "install.sh"]
    start    = concat(["processes.sh", "as-user.sh", "common.sh", "agent.sh"], local.launcher_of_runner, ["start.sh"])
    stop     = ["processes.sh", "as-user.sh", "common.sh", "stop.sh"]
    steps    = distinct(concat(["processes.sh", "as-user.sh", "common.sh", "put-opener.sh"], local.launcher_of_runner, ["steps.sh"]))
    runner   = ["processes.sh", "as-user.sh", "common.sh", "agent.sh", "runner.sh"]
    terminal = ["processes.sh", "as-user.sh", "common.sh", "agent.sh", "terminal.sh"]
  }
  # Without the lines that are only a comment: they would take a third of the room.
  script_text = {
    for script, files in local.script_files : script => join("", [
      for name in files : replace(file("${path.module}/scripts/${name}"), "/(?m)^[ \\t]*#.*\\n/", "")
    ])
  }

  session_script = join("", [
    "#!/usr/bin/env bash\n",
    local.exports.place,
    local.assignments.AMP_MODULE_LAUNCHER,
    local.assignments.AMP_MODULE_MAIN,
    local.part_assignments.start,
    local.script_text.place,
  ])
  rest_scripts = {
    for part in ["commands", "library"] : part => join("", [
      "#!/usr/bin/env bash\n",
      local.exports.rest,
      local.part_assignments[part],
      local.script_text.rest,
    ])
  }
  session_stop_script = "#!/usr/bin/env bash\n${local.exports.stop}${local.script_text.stop}"
  install_payload     = "${local.exports.install}${local.script_text.install}"
  start_payload = join("", [
    local.exports.start,
    local.option_words,
    local.assignments.AMP_MODULE_PROMPT,
    local.assignment_of_runner,
    local.script_text.start,
  ])
  steps_payload = join("", [
    local.exports.steps,
    local.assignments.AMP_MODULE_PRE_INSTALL,
    local.assignments.AMP_MODULE_INSTALL,
    local.assignments.AMP_MODULE_POST_INSTALL,
    local.assignments.AMP_MODULE_OPEN,
    local.assignment_of_runner,
    local.script_text.steps,
  ])

  # Compressed, because a script's size is limited, and AgentAPI's module encodes the first two once more inside
  # its own.
  compressed = {
    for script, payload in {
      install = local.install_payload
      start   = local.start_payload
      steps   = local.steps_payload
    } :
    script => "#!/usr/bin/env bash\neval \"$(printf %s '${base64gzip(payload)}' | base64 -d | gzip -dc)\"\n"
  }
  install_script = local.compressed.install
  start_script   = local.compressed.start
  steps_script   = local.compressed.steps
}
