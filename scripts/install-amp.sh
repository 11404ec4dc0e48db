# Amp, in the home folder, where its installer or npm puts it.
# shellcheck disable=SC2154 # state: common.sh; me: install-lock.sh; patient, brief: install-download.sh

# Caches which Amp was found and its version; `amp --version` takes half a second.
stamp="$state/amp-version"
wanted=$AMP_MODULE_AMP_VERSION
[[ $wanted == latest ]] && wanted=

# Prints the version of the Amp on PATH. Fails where there is none that runs: npm leaves a file that only
# prints an error when it was kept from running install scripts or had no package for this platform.
amp_version() {
  local amp file version
  amp=$(command -v amp) || return 1
  file="$(stat -L -c '%d %i %s %Y' -- "$amp") $amp"
  if [[ -f $stamp && $(< "$stamp") == "$file "* ]]; then
    version=$(< "$stamp")
    echo "${version##* }"
    return
  fi
  version=$(timeout 30 amp --version 2> /dev/null < /dev/null) || return 1
  version=${version%% *}
  put 600 "$stamp" "$file $version" 2> /dev/null
  echo "$version"
}

# Where Amp may update itself, a newer version is one that it updated itself to.
is_wanted() { # $1: version
  [[ -n $1 ]] || return
  [[ -z $wanted || $1 == "$wanted" ]] || { [[ $AMP_MODULE_AMP_UPDATES == auto ]] && is_newer "$1"; }
}

is_newer() { # $1: version
  [[ $1 =~ ^[0-9]+\.[0-9]+\.[0-9]+ && $(printf '%s\n' "$1" "$wanted" | sort -V | tail -n 1) == "$1" ]]
}

# The version of the Amp that was installed, which is not the one that was kept for when that doesn't run.
installed_version() {
  local PATH=${PATH#"$state/fallback:"}
  amp_version
}

# Keeps the Amp that runs, for when what is installed in its place doesn't. A second name for the file is
# enough: installers replace it.
keep_amp() {
  local amp kept="$state/fallback/amp"
  amp=$(readlink -f -- "$(command -v amp)")
  [[ ! $amp -ef $kept ]] || return 0
  make_private "$state/fallback"
  { ln -f -- "$amp" "$kept.$$" || ln -sf -- "$amp" "$kept.$$" || cp -p -- "$amp" "$kept.$$"; } 2> /dev/null \
    && mv -f -- "$kept.$$" "$kept"
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

# npm follows an https address wherever it leads. Makes Node, in npm and in all that it starts, end at the first
# request without encryption, unless npm is configured to have a registry without.
# $1: package; $2: file to make, which must stay until npm has ended
keep_npm_to_https() {
  local registries=$AMP_MODULE_NPM_REGISTRY file=${2//\\/\\\\}
  # Those of a project may resolve nowhere here, and npm would not run.
  node -e '' 2> /dev/null || unset NODE_OPTIONS
  [[ -n $registries ]] || registries=$(npm config get registry "${1%%/*}:registry" 2> /dev/null)
  [[ ! $registries =~ http:[^[:space:]]+ ]] || is_https "${BASH_REMATCH[0]}" || return 0
  put 600 "$2" 'const http = require("http");
    http.request = http.get = () => {
      console.error("The npm registry leads to an address without https, which is not followed.");
      process.exit(1);
    };' || return
  export NODE_OPTIONS="--require=\"${file//\"/\\\"}\" ${NODE_OPTIONS:-}"
}

# Both installers print what they do. They fail with `reason` set; whether there is an Amp then is another
# question. $1: how many seconds they have; the rest: curl's options
install_with_npm() {
  local package prefix="$HOME/.npm-global" guard="$state/.amp-installer.$me.cjs" status
  if ! command -v npm > /dev/null; then
    reason="install_via_npm is set, but npm is not installed"
    hint="Add Node.js to the image."
    return 1
  fi
  package=$(npm_package)
  hint="Set npm_registry to one that can be reached, or put amp into the image and set install_amp to false."
  (
    keep_npm_to_https "$package" "$guard" || exit
    as_user timeout "$1" npm install --global --prefix "$prefix" \
      ${AMP_MODULE_NPM_REGISTRY:+--registry "$AMP_MODULE_NPM_REGISTRY"} "$package@${wanted:-latest}"
  )
  status=$?
  rm -f -- "$guard"
  if ((status != 0)); then
    reason="npm install $package@${wanted:-latest} exited with status $status; see its output above"
    return 1
  fi
  # npm may hold the package's install script back; it links the native executable into place.
  local folder="$prefix/lib/node_modules/$package"
  if [[ -f "$folder/install.cjs" ]] && ! timeout 30 "$prefix/bin/amp" --version < /dev/null > /dev/null 2>&1; then
    (cd "$folder" && node install.cjs)
  fi
}

# Makes a folder with a curl that follows https to nothing else, for an installer that calls it. No file of curl's own,
# which would count instead of the user's .curlrc. $1: the folder
keep_curl_to_https() {
  local curl
  [[ $AMP_MODULE_AMP_INSTALL_URL != http:* ]] && curl=$(type -P curl) || return 0
  make_private "$1" && put 700 "$1/curl" "#!$BASH
exec ${curl@Q} --netrc-optional --proto =https \"\$@\"
"
}

install_with_installer() {
  local installer="$state/.amp-installer.$me" status
  hint="Set amp_install_url to a mirror that can be reached, or install_via_npm,"
  hint+=" or put amp into the image and set install_amp to false."
  # Downloaded whole before any of it runs; it takes a version only when one is wanted.
  local seconds=$1
  shift
  download "$AMP_MODULE_AMP_INSTALL_URL" "$installer" "$@" || return 1
  keep_curl_to_https "$installer.bin"
  as_user env PATH="$installer.bin:$PATH" ${wanted:+AMP_VERSION="$wanted"} timeout "$seconds" bash "$installer"
  status=$?
  rm -rf -- "$installer" "$installer.bin"
  ((status == 0)) && return
  reason="the installer from $AMP_MODULE_AMP_INSTALL_URL exited with status $status"
  reason+="; see its output above"
  return 1
}

# Makes sure that `amp` on PATH is the wanted version, or at least one that runs.
# $1: what was on PATH before the places where installers put it
install_amp() {
  local found installed before=$1 limits=("${patient[@]}") seconds=1800 hint='' how=install_with_installer
  [[ $AMP_MODULE_INSTALL_VIA_NPM == true ]] && how=install_with_npm
  # Left by a killed start.
  rm -rf -- "$state"/.amp-installer.*
  reason=
  installed=$(installed_version)
  found=$installed
  is_wanted "$installed" || found=$(amp_version)
  if is_wanted "$installed"; then
    rm -rf -- "$state/fallback"
    hash -r
    echo "Amp $found is installed."
  elif [[ $AMP_MODULE_INSTALL_AMP != true ]]; then
    echo "Amp ${wanted:+$wanted }is not installed, and install_amp is false. Found: ${found:-none}." >&2
  else
    echo "Installing Amp ${wanted:-(the latest)}${found:+ in place of $found}…"
    if [[ -n $found ]]; then
      limits=("${brief[@]}")
      seconds=300
      keep_amp
    fi
    "$how" "$seconds" "${limits[@]}"
    hash -r
    installed=$(installed_version)
    [[ -z $installed ]] || rm -rf -- "$state/fallback"
    hash -r
    found=$(amp_version)
    if is_wanted "$installed"; then
      echo "Amp $found is installed."
    else
      [[ -n $reason ]] || not_usable "$installed"
      echo "Amp ${wanted:-(the latest)} can't be installed: $reason." \
        "${found:+Amp $found runs instead. }$hint" >&2
    fi
  fi

  # Terminals find the same Amp as the agent, without a change to anybody's profile.
  if [[ -n $found && -n ${CODER_SCRIPT_BIN_DIR:-} && ! $before -ef $(command -v amp) ]]; then
    link "$(command -v amp)" "$CODER_SCRIPT_BIN_DIR/amp"
  fi
}

# The installer succeeded, but its Amp is not usable. $1: the version it installed
not_usable() {
  if [[ -n $1 ]]; then
    reason="after its installer ran, the installed version was $1"
  else
    reason="after its installer ran, no Amp that runs here was found"
    if [[ $AMP_MODULE_INSTALL_VIA_NPM == true ]]; then
      hint="npm may have no executable of this version for this platform: set amp_version to another,"
      hint+=" or npm_registry, or put amp into the image and set install_amp to false."
    else
      hint="On Alpine and other musl systems set install_via_npm. $hint"
    fi
  fi
}
