# AgentAPI, on the volume and on PATH of the workspace's scripts and terminals.
# shellcheck disable=SC2154 # state: common.sh; me: install-lock.sh; patient, brief: install-download.sh

# Prints the version of an AgentAPI. Fails for what isn't a program or doesn't run here. A shell would run
# text without an interpreter line, and a proxy's page must not be run.
agentapi_version() { # $1: file
  local magic version
  [[ -f $1 && -x $1 ]] || return 1
  IFS= read -r -n 4 magic < "$1"
  [[ $magic == $'\x7fELF' || $magic == '#!'* ]] || return 1
  version=$(timeout 30 "$1" --version 2> /dev/null < /dev/null) || return 1
  version=${version##* }
  [[ $version =~ ^[A-Za-z0-9][A-Za-z0-9._+-]*$ ]] && echo "$version"
}

# AgentAPI saves its chat from 0.12.0 on. What isn't a release (somebody's own build) is assumed to, as
# AgentAPI's module does.
keeps_chat() { # $1: version
  ! [[ $1 =~ ^0\.([0-9]+)\.[0-9]+$ ]] || ((BASH_REMATCH[1] >= 12))
}

# Prints the first AgentAPI on PATH that is not ours.
agentapi_of_image() {
  local path
  while IFS= read -r path; do
    if [[ ! $path -ef "$state/bin/agentapi" ]]; then
      echo "$path"
      return
    fi
  done < <(type -aP agentapi)
}

agentapi_url() { # $1: version; $2: architecture
  local url=$AMP_MODULE_AGENTAPI_URL releases=https://github.com/coder/agentapi/releases
  if [[ -z $url && $1 == latest ]]; then
    url="$releases/latest/download/agentapi-linux-{arch}"
  elif [[ -z $url ]]; then
    url="$releases/download/{version}/agentapi-linux-{arch}"
  fi
  url=${url//"{version}"/"$1"}
  echo "${url//"{arch}"/"$2"}"
}

# Prints this machine's architecture as AgentAPI's releases name it.
agentapi_architecture() {
  case $(uname -m) in
    x86_64 | amd64) echo amd64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) return 1 ;;
  esac
}

# Whether a file is the one that the author pinned for this architecture, if any. Fails with `reason`
# and `hint` set. Nothing is run to find out.
is_pinned() { # $1: file; $2: architecture; $3: where it is from
  local sum pins=" $AMP_MODULE_AGENTAPI_SHA256 "
  [[ -n $AMP_MODULE_AGENTAPI_SHA256 ]] || return 0
  sum=$(sha256sum < "$1")
  sum=${sum%% *}
  [[ $pins != *" $2:$sum "* ]] || return 0
  reason="$3 has the SHA-256 checksum $sum, and agentapi_sha256 has "
  if [[ $pins == *" $2:"* ]]; then reason+="another one"; else reason+="none for $2"; fi
  hint="Correct agentapi_sha256 only if you know that this file is the one you want."
  return 1
}

# Puts a downloaded file in place: under its version's name with a link to it, since the one that is there may
# still be running; without the link where a volume can't hold one. $1: file; $2: its version
put_agentapi() {
  local placed="$state/bin/agentapi-$2"
  { sync -- "$1" || sync; } 2> /dev/null \
    && mv -f -- "$1" "$placed" \
    && { link "agentapi-$2" "$state/bin/agentapi" 2> /dev/null || mv -f -- "$placed" "$state/bin/agentapi"; }
}

# Puts the wanted version at $state/bin/agentapi. Fails with `reason` and maybe `hint` set, and leaves what was there before.
# $1: version; $2: the version that is there; the rest: options of curl
fetch_agentapi() {
  local wanted=$1 present=$2 arch url version file="$state/bin/.agentapi.$me"
  shift 2
  if ! arch=$(agentapi_architecture); then
    reason="AgentAPI is only released for amd64 and arm64; this machine is $(uname -m)"
    return 1
  fi
  url=$(agentapi_url "$wanted" "$arch")
  # The latest is loaded only when it is newer than the file that is there.
  [[ $wanted == latest && -n $present ]] && set -- -z "$state/bin/agentapi" "$@"
  echo "Downloading AgentAPI $wanted from $url…"
  make_private "$state/bin"
  # With the server's own time of the file.
  download "$url" "$file" -R "$@" || return 1
  if [[ ! -s $file && -n $present ]]; then
    rm -f -- "$file"
    return
  fi
  if ! is_pinned "$file" "$arch" "the file from $url"; then
    rm -f -- "$file"
    return 1
  fi
  chmod 700 -- "$file"
  if ! version=$(agentapi_version "$file"); then
    reason="the file from $url is not an AgentAPI that runs on this machine"
  elif [[ $wanted != latest && $version != "${wanted#v}" ]]; then
    reason="$url served AgentAPI $version"
  elif ! put_agentapi "$file" "$version"; then
    reason="$state/bin can't be written"
  else
    # Another version may still be running: its file goes when it ends.
    find "$state/bin" -name 'agentapi-*' ! -name "agentapi-$version" -delete
    return
  fi
  rm -f -- "$file"
  return 1
}

# Whether the image's version will do. $1: it; $2: the wanted one
is_acceptable() {
  [[ $1 == "${2#v}" ]] || { [[ $AMP_MODULE_AGENTAPI_ASKED == false ]] && keeps_chat "$1"; }
}

# Makes sure that `agentapi` on PATH is the wanted version, or at least one that runs.
install_agentapi() {
  local wanted=$AMP_MODULE_AGENTAPI_VERSION image present on_image limits=("${patient[@]}")
  local hint="Set agentapi_download_url to a mirror that can be reached,"
  hint+=" or put agentapi into the image and set install_agentapi to false."
  # Left by a killed start.
  rm -f -- "$state/bin"/.agentapi.*
  image=$(agentapi_of_image)
  present=$(agentapi_version "$state/bin/agentapi")
  [[ -z $image ]] || on_image=$(agentapi_version "$image")

  if [[ $AMP_MODULE_INSTALL_AGENTAPI != true ]]; then
    if [[ -n ${on_image:-} ]]; then
      use_image_agentapi "$on_image"
    elif [[ -n $present ]]; then
      use_own_agentapi "$present" "install_agentapi is false, and the image has no agentapi that runs."
    else
      echo "There is no agentapi on PATH that runs, and install_agentapi is false:" \
        "put one into the image, or set install_agentapi to true." >&2
    fi
    return
  fi

  if [[ -n ${on_image:-} ]] && is_acceptable "$on_image" "$wanted"; then
    use_image_agentapi "$on_image"
  elif [[ -n $present && $present == "${wanted#v}" ]] \
    && is_pinned "$state/bin/agentapi" "$(agentapi_architecture)" "$state/bin/agentapi"; then
    use_own_agentapi "$present"
  else
    [[ -z $present && -z ${on_image:-} ]] || limits=("${brief[@]}")
    if fetch_agentapi "$wanted" "$present" "${limits[@]}"; then
      use_own_agentapi "$(agentapi_version "$state/bin/agentapi")"
    elif [[ -n $present ]]; then
      use_own_agentapi "$present" "AgentAPI $wanted can't be installed: $reason. $hint"
    elif [[ -n ${on_image:-} ]]; then
      use_image_agentapi "$on_image" "AgentAPI $wanted can't be installed: $reason. $hint"
    else
      echo "AgentAPI $wanted can't be installed: $reason. $hint" >&2
    fi
  fi
}

# $1: its version; $2: why it is this one, where another was wanted
use_own_agentapi() {
  say_agentapi "$1" "the one from an earlier start" "${2:-}"
  if [[ -n ${CODER_SCRIPT_BIN_DIR:-} ]]; then
    link "$state/bin/agentapi" "$CODER_SCRIPT_BIN_DIR/agentapi"
  else
    echo "CODER_SCRIPT_BIN_DIR is not set: put $state/bin on the image's PATH, so that agentapi is found." >&2
  fi
}

use_image_agentapi() {
  say_agentapi "$1" "the image's" "${2:-}"
  # A link of ours would come before it.
  local ours="${CODER_SCRIPT_BIN_DIR:-}/agentapi"
  [[ ! $ours -ef "$state/bin/agentapi" ]] || rm -f -- "$ours"
}

say_agentapi() { # $1: version; $2: whose; $3: why
  if [[ -n $3 ]]; then
    echo "$3 AgentAPI $1, $2, runs instead." >&2
  else
    echo "AgentAPI $1 is installed."
  fi
  keeps_chat "$1" || [[ $AMP_MODULE_PERSISTENCE != true ]] \
    || echo "AgentAPI $1 can't keep the chat across a restart: that needs 0.12.0 or later." \
      "The thread itself is kept." >&2
}
