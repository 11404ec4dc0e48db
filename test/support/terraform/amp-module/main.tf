# Stands in for the registry's coder-labs/sourcegraph-amp 4.0.0, which only installs Amp, as far as a module beside it
# can notice: its inputs, its output, and what its script writes (test/contracts).
terraform {
  required_providers {
    coder = { source = "coder/coder" }
  }
}

variable "agent_id" {
  type = string
}

variable "instruction_prompt" {
  type    = string
  default = ""
}

variable "amp_settings" {
  type    = string
  default = "{}"
}

locals {
  name = "coder-labs-sourcegraph-amp-install_script"
}

resource "coder_script" "install" {
  agent_id     = var.agent_id
  display_name = "Install Script"
  run_on_start = true
  script       = <<-EOT
    #!/bin/bash
    set -e
    folder=$HOME/.coder-modules/coder-labs/sourcegraph-amp
    mkdir -p "$folder/logs" "$folder/scripts" "$HOME/.config/amp" "$HOME/.local/bin"
    trap 'coder exp sync complete ${local.name}' EXIT
    coder exp sync start ${local.name}
    echo '# installs Amp' > "$folder/scripts/install.sh"
    ln -sfn "$AMP_TO_INSTALL" "$HOME/.local/bin/amp"
    # At each start over whatever is there, and everything else that is there stays.
    printf '%s\n' '${var.instruction_prompt}' > "$HOME/.config/amp/AGENTS.md"
    settings=$HOME/.config/amp/settings.json
    [ -f "$settings" ] || echo '{}' > "$settings"
    node -e '
      const [file, added] = process.argv.slice(1), fs = require("fs");
      const all = { ...JSON.parse(fs.readFileSync(file, "utf8")), ...JSON.parse(added) };
      fs.writeFileSync(file, JSON.stringify(all));
    ' "$settings" '${var.amp_settings}'
    echo 'Installed Amp CLI' | tee "$folder/logs/install.log"
  EOT
}

output "scripts" {
  value = [local.name]
}
