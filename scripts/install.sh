# Sees to it that the wanted Amp is there, then merges Amp's settings.
# The exported AMP_MODULE_… variables stand in front of this text.
on_path_before=$(command -v amp)

# Profiles come before `set -u`: they seldom survive it.
# shellcheck source=/dev/null
if ! command -v npm >/dev/null && [[ -f $HOME/.nvm/nvm.sh ]]; then source "$HOME/.nvm/nvm.sh"; fi

set -u
export PATH="$HOME/.local/bin:$HOME/.amp/bin:$HOME/.npm-global/bin:$PATH"

case $AMP_MODULE_STATE_DIR in
  /*) state=$AMP_MODULE_STATE_DIR ;;
  *) state="$HOME/$AMP_MODULE_STATE_DIR" ;;
esac
session="$state/bin/amp-session"
# What was found to run, and as which version; `amp --version` takes half a second.
stamp="$state/amp-version"
wanted=$AMP_MODULE_AMP_VERSION
[[ $wanted == latest ]] && wanted=
mkdir -p "$state"

# A process and when it began: numbers of processes come back after a restart.
identity() { # $1: its number
  local stat
  { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return
  read -ra stat <<<"${stat##*) }"
  echo "$1.${stat[19]}"
}

# Instances of the module run this at the same time, and install Amp and merge its settings in the same places: one after
# the other. The lock is a link, which is made and says whose it is in one step. That of a dead process is taken away by the one
# who is first to say so; where no lock can be made, or its owner takes longer than an installation may, this goes on without.
lock="$state/install.lock"
me=$(identity "$$")
for ((tries = 0, none = 0; tries < 700 && none < 5; tries++)); do
  ln -s -- "$me" "$lock" 2>/dev/null && break
  if ! owner=$(readlink -- "$lock"); then
    ((++none))
  elif [[ $(identity "${owner%.*}") != "$owner" ]]; then
    ln -s -- "$me" "$lock.$owner" 2>/dev/null && rm -f -- "$lock"
  else
    ((tries > 0)) || echo "Waiting for another instance to install Amp…"
    sleep 0.5
  fi
done
unlock() {
  [[ $(readlink -- "$lock") != "$me" ]] || rm -f -- "$lock".* "$lock"
}
trap unlock EXIT

# Prints the version of the Amp on PATH. Fails where there is none that runs: npm leaves a file that only
# prints an error when it was kept from running install scripts or had no package for this platform.
amp_version() {
  local amp file version
  amp=$(command -v amp) || return 1
  file="$(stat -L -c '%d %i %s %Y' -- "$amp") $amp"
  if [[ -f $stamp && $(<"$stamp") == "$file "* ]]; then
    version=$(<"$stamp")
    echo "${version##* }"
    return
  fi
  version=$(timeout 10 amp --version 2>/dev/null </dev/null) || return 1
  version=${version%% *}
  echo "$file $version" >"$stamp"
  echo "$version"
}

is_wanted() { # $1: version
  [[ -n $1 && (-z $wanted || $1 == "$wanted") ]]
}

# Amp's npm package was renamed with the build of this number.
npm_package() {
  local build=${wanted#0.0.}
  build=${build%%-*}
  if [[ $build =~ ^[0-9]+$ ]] && ((build < 1784106548)); then
    echo "@sourcegraph/amp"
  else
    echo "@ampcode/cli"
  fi
}

install_with_npm() {
  local package prefix="$HOME/.npm-global"
  if ! command -v npm >/dev/null; then
    echo "Amp can't be installed: install_via_npm is set and there is no npm. Add Node.js to the image." >&2
    return 1
  fi
  package=$(npm_package)
  timeout 300 npm install --global --prefix "$prefix" ${AMP_MODULE_NPM_REGISTRY:+--registry "$AMP_MODULE_NPM_REGISTRY"} "$package@${wanted:-latest}" || return 1
  # npm may hold the package's install script back; it links the native executable into place.
  if ! timeout 10 amp --version >/dev/null 2>&1 </dev/null && [[ -f "$prefix/lib/node_modules/$package/install.cjs" ]]; then
    (cd "$prefix/lib/node_modules/$package" && node install.cjs)
  fi
}

install_with_installer() {
  local installer
  installer=$(curl -fsSL --connect-timeout 10 --max-time 60 -- "$AMP_MODULE_AMP_INSTALL_URL") || return 1
  # Downloaded whole before any of it runs; it takes a version only when one is wanted.
  env ${wanted:+AMP_VERSION="$wanted"} timeout 300 bash <<<"$installer"
}

found=$(amp_version)
if is_wanted "$found"; then
  echo "Amp $found is installed."
elif [[ $AMP_MODULE_INSTALL_AMP != true ]]; then
  echo "Amp ${wanted:+$wanted }is not installed, and install_amp is false. Found: ${found:-none}." >&2
else
  echo "Installing Amp ${wanted:-(the latest)}${found:+ in place of $found}…"
  if [[ $AMP_MODULE_INSTALL_VIA_NPM == true ]]; then install_with_npm; else install_with_installer; fi
  hash -r
  found=$(amp_version)
  if is_wanted "$found"; then
    echo "Amp $found is installed."
  else
    echo "Amp could not be installed (found: ${found:-none, or one that does not run}). What its installer said stands above. On Alpine and other musl systems set install_via_npm." >&2
  fi
fi

# Terminals find Amp without a change to anybody's profile.
if [[ -n $found && -z $on_path_before && -n ${CODER_SCRIPT_BIN_DIR:-} ]]; then
  ln -sfn -- "$(command -v amp)" "$CODER_SCRIPT_BIN_DIR/amp"
fi

# The script that places the bundle runs at the same time as this one.
for ((i = 0; i < 50; i++)); do
  [[ -x $session && -s "$state/bundle/$AMP_MODULE_BUNDLE_SHA256.mjs" ]] && break
  sleep 0.1
done
"$session" configure || echo "Amp's settings were left as they are." >&2

# AgentAPI's module looks for it next, and another instance installs it after Amp.
unlock
if [[ $AMP_MODULE_AWAIT_AGENTAPI == true ]]; then
  for ((i = 0; i < 600; i++)); do
    command -v agentapi >/dev/null && break
    sleep 0.5
  done
fi
