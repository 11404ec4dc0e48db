# What the module's scripts share. The exported AMP_MODULE_… variables are prepended to this text, the script
# itself after it.

# The module's folder on the volume.
case $AMP_MODULE_STATE_DIR in
  /*) state=$AMP_MODULE_STATE_DIR ;;
  *) state="$HOME/$AMP_MODULE_STATE_DIR" ;;
esac

# Where an Amp lies that was kept when a newer one didn't run, and where Amp's installers and npm put `amp`.
use_amp_path() {
  export PATH="$state/fallback:$HOME/.local/bin:$HOME/.amp/bin:$HOME/.npm-global/bin:$PATH"
}

# What the user's profile exports, as NAME=value (agent.sh).
AMP_MODULE_PROFILE=()

# Becomes a program that has what the profile exports. It is set nowhere else: no name in a profile can be taken
# for one of these scripts' own, whatever it is. AMP_MODULE_… is the only name that must differ, and does.
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

# Whether the last file of both parts of the bundle is there (place.sh and place-library.sh).
has_bundle() {
  local bundle="$state/bundle/$AMP_MODULE_BUNDLE_SHA256"
  [[ -x "$state/bin/amp-session" && -s "$bundle/main.cjs" && -s "$bundle/library.cjs" ]]
}

# Prints why nothing can be written to a folder, as far as one can tell.
why_not_written() { # $1: folder
  local at=$1
  while [[ ! -e $at && $at == */* ]]; do at=${at%/*}; done
  if [[ -n $at && ! -w $at && ! -O $at ]]; then
    echo "$at belongs to $(stat -Lc %U -- "$at"), and $(id -un) may not write there. Change its owner."
  else
    echo "is the volume full or read-only?"
  fi
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

# Puts a link in place in one step: another instance may do so at the same time, and `ln -f` removes the
# old one first.
link() { # $1: what it leads to; $2: the link
  ln -sfn -- "$1" "$2.$$" && mv -f -- "$2.$$" "$2"
}

# Sets `firewall` to the words that go in front of Amp, and exports them for the record, so that every Amp
# that amp-session runs is confined in the same way. AMP_MODULE_FIREWALL has one word a line, in which a
# literal $HOME is the home folder.
find_firewall() {
  firewall=()
  if [[ -n ${AGENTAPI_BOUNDARY_PREFIX:-} ]]; then
    firewall=("$AGENTAPI_BOUNDARY_PREFIX")
  elif [[ -n ${AMP_MODULE_FIREWALL:-} ]]; then
    mapfile -t firewall <<< "${AMP_MODULE_FIREWALL//\$HOME\//"$HOME/"}"
  fi
  AMP_MODULE_FIREWALL=$(printf '%s\n' "${firewall[@]}")
  export AMP_MODULE_FIREWALL
}

# Tells Coder's agent that a step is done, for the scripts that wait for it (`coder exp sync want`). In the
# background, because nothing here depends on it. Where there is no such command, or the agent doesn't know
# it, nobody can be waiting either.
complete_step() { # $1: the step's names, one a line
  [[ -n $1 ]] && command -v coder > /dev/null || return 0
  while read -r step; do
    timeout 30 coder exp sync start "$step" < /dev/null
    timeout 30 coder exp sync complete "$step" < /dev/null
  done <<< "$1" > /dev/null 2>&1 &
}
