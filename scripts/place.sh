# Places amp-session on the volume and on PATH. AMP_MODULE_BUNDLE, AMP_MODULE_LAUNCHER and common.sh are
# prepended to this text.
# shellcheck disable=SC2154 # state: common.sh
set -eu
umask 077

bundle="$state/bundle/$AMP_MODULE_BUNDLE_SHA256.mjs"
launcher="$state/bin/amp-session"

leave() {
  local status=$?
  rm -f -- "$bundle.$$" "$launcher.$$"
  complete_step "${AMP_MODULE_SYNC_NAME:-}"
  ((status == 0)) \
    || echo "amp-session couldn't be placed in $state: is the volume full or read-only?" \
      "The one from an earlier start is used, if any." >&2
}
trap leave EXIT

# On PATH of every session of the agent; it is made anew at each start and is not on the volume.
if [[ -n ${CODER_SCRIPT_BIN_DIR:-} ]]; then
  link "$launcher" "$CODER_SCRIPT_BIN_DIR/amp-session"
fi

# The folder is ours alone where we make it. One in the home may have been made by AgentAPI's module, open to
# all; an absolute one that is there already, or the root of a volume, is another owner's.
if [[ ! -d $state ]]; then
  mkdir -p -- "$state"
elif [[ $AMP_MODULE_STATE_DIR != /* && $(stat -Lc %d -- "$state") == "$(stat -Lc %d -- "$state/..")" ]]; then
  chmod 700 -- "$state" || true
fi
mkdir -p -- "$state/bundle" "$state/bin"
# Left by a killed start.
find "$state/bundle" "$state/bin" \( -name '*.mjs.[0-9]*' -o -name 'amp-session.[0-9]*' \) \
  -mmin +10 -delete 2> /dev/null || true

# Version 3 of the module left a key and a token there, in files that others could read. If it ever runs
# again, it writes them again.
older="$HOME/.amp-module"
if [[ $HOME/$AMP_MODULE_AGENTAPI_DIR != "$older" ]] \
  && grep -qs '^ARG_AMP_API_KEY=' "$older/scripts/agentapi-start.sh"; then
  rm -f -- "$older/scripts/agentapi-start.sh" "$older/install.log"
fi

# Each file appears whole or not at all: install and start wait for it by its name.
if [[ ! -f $bundle || $(sha256sum < "$bundle") != "$AMP_MODULE_BUNDLE_SHA256 "* ]]; then
  printf %s "$AMP_MODULE_BUNDLE" | base64 -d | gzip -dc > "$bundle.$$"
  { sync -- "$bundle.$$" || sync; } 2> /dev/null || true
  mv -f -- "$bundle.$$" "$bundle"
fi
printf %s "$AMP_MODULE_LAUNCHER" > "$launcher.$$"
chmod 700 "$launcher.$$"
mv -f -- "$launcher.$$" "$launcher"
link "$AMP_MODULE_BUNDLE_SHA256.mjs" "$state/bundle/current.mjs"
