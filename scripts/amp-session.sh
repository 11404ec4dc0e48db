#!/usr/bin/env bash
# amp-session: finds a JavaScript runtime and runs the program with it. It decides nothing else. The order and
# its reasons are in docs/architecture.md, "runtimes".
set -u

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
bundle="$AMP_MODULE_STATE_DIR/bundle/current.cjs"
[[ -z ${AMP_MODULE_BUNDLE_SHA256:-} ]] || bundle="${bundle%/*}/$AMP_MODULE_BUNDLE_SHA256/main.cjs"
# Where Amp's installer, older installers and npm put `amp`; the shim calls it as well.
export PATH="$PATH:$HOME/.local/bin:$HOME/.amp/bin:$HOME/.npm-global/bin"

if [[ ! -r $bundle ]]; then
  echo "amp-session: $bundle is missing. Restart the workspace to restore it." >&2
  exit 69
fi

# Checks a runtime's version before relying on it. execa 9.6 needs Node 18.19 or later.
version=$(node --version 2> /dev/null)
if [[ $version =~ ^v([0-9]+)\.([0-9]+)\. ]] \
  && ((BASH_REMATCH[1] > 18 || (BASH_REMATCH[1] == 18 && BASH_REMATCH[2] >= 19))); then
  exec node "$bundle" "$@"
fi

# Bun has all that the program uses from 1.2 on (fs.statfsSync).
is_bun() { # $1: what it says its version is
  [[ $1 =~ ^([0-9]+)\.([0-9]+)\.[^\ ]+$ ]] \
    && ((BASH_REMATCH[1] > 1 || (BASH_REMATCH[1] == 1 && BASH_REMATCH[2] >= 2)))
}

# Neither runtime may pick up the work folder's .env or bunfig.toml.
if is_bun "$(bun --version 2> /dev/null)"; then
  exec bun run --no-env-file --env-file=/dev/null --config=/dev/null "$bundle" "$@"
fi

# Amp's own executable is made with Bun. Older Amps are scripts for Node, and would take `run` for
# something else.
amp=$(command -v amp)
if [[ -n $amp ]] && IFS= read -r -n 4 magic < "$amp" && [[ $magic == $'\x7fELF' ]] \
  && is_bun "$(BUN_BE_BUN=1 "$amp" --version 2> /dev/null < /dev/null)"; then
  BUN_BE_BUN=1 exec "$amp" run --no-env-file --env-file=/dev/null --config=/dev/null "$bundle" "$@"
fi

echo "amp-session: no JavaScript runtime was found: neither Node 18.19 or later, nor Bun 1.2 or later," \
  "nor an Amp with a built-in one." >&2
exit 69
