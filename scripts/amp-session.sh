#!/usr/bin/env bash
# amp-session: finds a JavaScript runtime and runs the program with it. It decides nothing else. The order and
# its reasons are in docs/architecture.md, "Runtimes".
set -u

# Bash ends with this status where it can't start a process.
trap '(($? != 254)) || echo "amp-session: no more processes can be started; raise the limit (ulimit -u)." >&2' EXIT

identify() { exec stat -Lc '%d %i %s %Y' -- "$1" "$2"; }

# How a runtime is called. Bun must not pick up an .env or a bunfig.toml. $1: node | bun; $2: its executable
use() {
  AMP_MODULE_COMMAND=("$2")
  [[ $1 == node ]] || AMP_MODULE_COMMAND+=(run --no-env-file --env-file=/dev/null --config=/dev/null)
  AMP_MODULE_COMMAND+=("$bundle")
}

# Tries a runtime by having it run the program, which knows whether it can. $1: node | bun; $2: its command
try() {
  local found answer real
  found=$(cd / && type -P "$2") && [[ $found == /* ]] || return
  # Older Amps are scripts for Node, and would take `run` for something else.
  [[ $2 != amp ]] || { IFS= read -r -n 4 answer < "$found" && [[ $answer == $'\x7fELF' ]]; } || return
  use "$1" "$found"
  answer=$("${AMP_MODULE_COMMAND[@]}" --runtime 2> /dev/null < /dev/null)
  real=${answer#amp-session runs on }
  [[ $real != "$answer" && -x $real ]] || return
  (
    umask 077
    printf '%s\n' "$1" "$found" "$real" "$(identify "$found" "$real")" > "$memory.$$" \
      && chmod 600 -- "$memory.$$" && mv -f -- "$memory.$$" "$memory"
  ) 2> /dev/null
  use "$1" "$real"
}

# Sets AMP_MODULE_COMMAND. Its names are its own: those of the environment go on to what is started as they are.
choose() {
  local self bundles bundle name before memory known
  self=${BASH_SOURCE[0]}
  [[ -L $self || $self != /* ]] && self=$(readlink -f -- "$self")

  # This file belongs to the workspace's user. The module's own scripts run as that user, whoever owns a
  # mapped volume.
  if ((EUID == 0)) && [[ ! -O $self && -z ${AMP_MODULE_STATE_DIR:-} ]]; then
    echo "amp-session: run it without sudo, as the workspace's own user:" \
      "the next start couldn't read what root writes." >&2
    exit 77
  fi

  export AMP_MODULE_STATE_DIR="${self%/bin/*}"
  bundles="$AMP_MODULE_STATE_DIR/bundle"
  bundle="$bundles/current.cjs"
  [[ -z ${AMP_MODULE_BUNDLE_SHA256:-} ]] || bundle="$bundles/$AMP_MODULE_BUNDLE_SHA256/main.cjs"
  # Where Amp's installer, older installers and npm put `amp`; the shim calls it as well.
  export PATH="$PATH:$HOME/.local/bin:$HOME/.amp/bin:$HOME/.npm-global/bin"

  if [[ ! -r $bundle ]]; then
    echo "amp-session: $bundle is missing. Restart the workspace to restore it." >&2
    exit 69
  fi

  # Nothing in the current folder or above may decide what runs here, or how: the program runs where the nearest
  # tsconfig.json is ours, and without the runtimes' own variables, which may be meant for a project. It is told
  # of both (shim/environment/launcher.ts). For what it starts, PWD and OLDPWD are as they were.
  export AMP_MODULE_CWD=${PWD-} BUN_BE_BUN=1
  for name in "${!NODE_@}" "${!BUN_@}" "${!JSC_@}"; do
    [[ $name != BUN_BE_BUN ]] || continue
    export "AMP_MODULE_GIVEN_$name=${!name}"
    unset -v "$name"
  done
  before=${OLDPWD-}
  { [[ -f $bundles/tsconfig.json ]] && cd -- "$bundles"; } || cd /
  PWD=$AMP_MODULE_CWD OLDPWD=$before
  [[ -n $before ]] || unset OLDPWD

  # The one that was found before, if it is still the same file: its kind, what it was found as, where it really
  # is (a version manager's `node` is a script), and what both files were.
  memory="$AMP_MODULE_STATE_DIR/runtime"
  if { mapfile -t known < "$memory"; } 2> /dev/null && ((${#known[@]} == 5)) \
    && [[ $(identify "${known[1]}" "${known[2]}" 2> /dev/null) == "${known[3]}"$'\n'"${known[4]}" ]]; then
    use "${known[0]}" "${known[2]}"
    return
  fi

  # Amp's own executable is made with Bun, which BUN_BE_BUN makes it be.
  if try node node || try bun bun || try bun amp; then return; fi

  echo "amp-session: no JavaScript runtime was found: neither Node 18.19 or later, nor Bun 1.2 or later," \
    "nor an Amp with a built-in one." >&2
  exit 69
}

choose
exec "${AMP_MODULE_COMMAND[@]}" "$@"
