# Places amp-session on the volume and on PATH. AMP_MODULE_LAUNCHER, AMP_MODULE_MAIN (main.cjs, which loads the other
# files), common.sh and place-part.sh are prepended to this text.
# shellcheck disable=SC2154 # state: common.sh; bundle: place-part.sh
launcher="$state/bin/amp-session" current="$state/bundle/current.cjs"

leave() {
  local status=$?
  ! lacks_processes "$status" || return
  complete_step "${AMP_MODULE_SYNC_NAME:-}"
  ((status == 0)) || give_up
}
trap leave EXIT

# The folder is ours alone where we make it. One in the home may have been made by AgentAPI's module, open to
# all; an absolute one that is there already, or the root of a volume, is another owner's.
if [[ ! -d $state ]]; then
  make_private
elif [[ $AMP_MODULE_STATE_DIR != /* && $(stat -Lc %d -- "$state") == "$(stat -Lc %d -- "$state/..")" ]]; then
  chmod 700 -- "$state" || true
fi
make_private "$state/bundle" "$state/bin" "$state/firewall"
# Older versions left some as open as the umask.
for name in bundle bin firewall logs scripts fallback; do
  [[ ! -O $state/$name ]] || chmod 700 -- "$state/$name"
done
# What confines Amp comes before the command that must know it (shim/agent/firewall.ts): where it can't be written,
# nobody is given a command that would run Amp unconfined.
confined="$state/firewall/$(printf %s "$AMP_MODULE_SESSION_KEY" | sha256sum | head -c 16)"
find_firewall
if [[ ! -f $confined || $(< "$confined") != "$AMP_MODULE_FIREWALL" ]]; then
  rm -f -- "$confined"
  put 600 "$confined" "$AMP_MODULE_FIREWALL"$'\n'
fi
# On PATH of every session of the agent; it is made anew at each start and is not on the volume.
if [[ -n ${CODER_SCRIPT_BIN_DIR:-} ]]; then
  link "$launcher" "$CODER_SCRIPT_BIN_DIR/amp-session"
fi
# Left by a killed start.
find "$state/bundle" "$state/bin" "$state/firewall" -mmin +10 \
  \( -name '*.[cm]js.[0-9]*' -o -name '*.json.[0-9]*' -o -name '*.[0-9]*' -path '*/firewall/*' -o -name 'amp-session.[0-9]*' \) -delete 2> /dev/null || true

# Version 3 of the module left a key and a token there, in files that others could read. If it ever runs
# again, it writes them again.
older="$HOME/.amp-module"
if [[ $HOME/$AMP_MODULE_AGENTAPI_DIR != "$older" ]] \
  && grep -qs '^ARG_AMP_API_KEY=' "$older/scripts/agentapi-start.sh"; then
  rm -f -- "$older/scripts/agentapi-start.sh" "$older/install.log"
fi

# Empty ones where amp-session runs, because Bun obeys the nearest, and Node reads it.
for name in tsconfig.json package.json; do
  [[ ! -s $state/bundle/$name ]] || continue
  put 600 "$state/bundle/$name" $'{}\n'
done
place_part
if [[ ! -f $bundle/main.cjs || $(< "$bundle/main.cjs") != "${AMP_MODULE_MAIN%$'\n'}" ]]; then
  printf %s "$AMP_MODULE_MAIN" > "$bundle/main.cjs.$$"
  appear "$bundle/main.cjs"
fi
put 700 "$launcher" "$AMP_MODULE_LAUNCHER"
# What people type goes on with the earlier bundle until the other parts are there, too.
for ((i = 0; i < 100; i++)); do
  has_bundle && break
  sleep 0.1
done
has_bundle
# No link, which not every volume can hold.
put 600 "$current" "require(\"./$AMP_MODULE_BUNDLE_SHA256/main.cjs\");"$'\n'
