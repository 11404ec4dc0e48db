# What the module's scripts share. The exported AMP_MODULE_… variables are prepended to this text, the script
# itself after it.

# The module's folder on the volume.
case $AMP_MODULE_STATE_DIR in
  /*) state=$AMP_MODULE_STATE_DIR ;;
  *) state="$HOME/$AMP_MODULE_STATE_DIR" ;;
esac

# Whether every part of the bundle is there (place.sh, and twice place-rest.sh).
has_bundle() {
  local bundle="$state/bundle/$AMP_MODULE_BUNDLE_SHA256"
  [[ -x "$state/bin/amp-session" && -s "$bundle/main.cjs" && -s "$bundle/start.cjs" ]] \
    && [[ -s "$bundle/commands.cjs" && -s "$bundle/library.cjs" ]]
}

# Makes folders in the module's own that only their owner can enter, whatever the umask. One above them may have a
# default ACL, and then a umask counts for nothing.
make_private() { # the folders
  # shellcheck disable=SC2174 # those above them are others' as well
  mkdir -p -m 700 -- "$state" "$@"
}

# Puts a file in place in one step, or leaves what was there. A limit on the size of files (ulimit -f) would end this
# shell.
put() { # $1: its mode; $2: file; $3: text
  (trap '' XFSZ && printf %s "$3" > "$2.$$") 2> /dev/null && chmod "$1" -- "$2.$$" && mv -f -- "$2.$$" "$2" && return
  rm -f -- "$2.$$"
  return 1
}

# Prints why nothing can be written to a folder, as far as one can tell.
why_not_written() { # $1: folder
  local at=$1
  while [[ ! -e $at && $at == */* ]]; do at=${at%/*}; done
  if [[ -n $at && ! -w $at && ! -O $at ]]; then
    echo "$at belongs to $(stat -Lc %U -- "$at"), and $(id -un) may not write there. Change its owner."
  elif [[ $(ulimit -f) != unlimited ]]; then
    echo "is the volume full or read-only, or the file larger than the $(ulimit -f) KiB that are allowed (ulimit -f)?"
  else
    echo "is the volume full or read-only?"
  fi
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
  printf -v AMP_MODULE_FIREWALL '%s\n' "${firewall[@]}"
  export AMP_MODULE_FIREWALL="${AMP_MODULE_FIREWALL%$'\n'}"
}

# Tells Coder's agent that a step is done, for the scripts that wait for it (`coder exp sync want`). In the
# background, because nothing here depends on it. Where there is no such command, or the agent doesn't know
# it, nobody can be waiting either.
complete_step() { # $1: the step's names, one a line
  [[ -n $1 ]] && command -v coder > /dev/null || return 0
  (while read -r step; do
    timeout 30 coder exp sync start "$step" < /dev/null
    timeout 30 coder exp sync complete "$step" < /dev/null
  done <<< "$1" > /dev/null 2>&1 &)
}
