# What all scripts share that run amp-session or programs of the user's. processes.sh is prepended to
# this text, common.sh and the script itself come after it.
# shellcheck disable=SC2154 # state: common.sh
# shellcheck disable=SC2030,SC2031 # lastpipe: processes.sh

# What the programs of the user's are to have in their environment, as NAME=value: what is there under a name that
# these scripts may use for themselves, and what the profile exports (agent.sh).
AMP_MODULE_PROFILE=()
env -0 | while IFS= read -r -d '' AMP_MODULE_EXPORT; do
  # Proxies and npm's settings are for what runs here.
  [[ $AMP_MODULE_EXPORT =~ ^[[:lower:]][[:alnum:]_]*= && ! $AMP_MODULE_EXPORT =~ ^(npm_|[a-z]+_proxy=) ]] || continue
  AMP_MODULE_PROFILE+=("$AMP_MODULE_EXPORT")
  unset -v "${AMP_MODULE_EXPORT%%=*}"
done

# The Amp that was kept because a newer one didn't run, and where Amp's installers and npm put `amp`.
use_amp_path() {
  export PATH="$state/fallback:$HOME/.local/bin:$HOME/.amp/bin:$HOME/.npm-global/bin:$PATH"
}

# Becomes a program that has these. They are set nowhere else: no name in a profile can be taken for one of these
# scripts' own, whatever it is. AMP_MODULE_… is the only name that must differ, and does.
become() { # the command's words
  for AMP_MODULE_EXPORT in "${AMP_MODULE_PROFILE[@]}"; do local -x "$AMP_MODULE_EXPORT"; done
  exec "$@"
}

# Runs such a program.
as_user() (become "$@")

# With -p: what a file named by BASH_ENV prints would stand in front of the answer.
amp_session() { # the command's words
  as_user "$BASH" -p "$state/bin/amp-session" "$@"
}

# The bundle is placed at the same time as the other scripts run, and a volume that is full takes no new one.
wait_for_bundle() { # $1: tenths of a second
  local i
  for ((i = 0; i < $1; i++)); do
    has_bundle && return
    sleep 0.1
  done
  [[ -r "$state/bundle/current.cjs" ]] || return
  echo "This version's amp-session isn't in $state: $(why_not_written "$state/bundle")" \
    "The one from an earlier start is used." >&2
  # The launcher then takes the last one that could be placed.
  unset AMP_MODULE_BUNDLE_SHA256
}
