# Places amp-session on the volume and on PATH. AMP_MODULE_BUNDLE and AMP_MODULE_LAUNCHER stand in front of this text.
set -eu
umask 077

case $AMP_MODULE_STATE_DIR in
  /*) state=$AMP_MODULE_STATE_DIR ;;
  *) state="$HOME/$AMP_MODULE_STATE_DIR" ;;
esac
bundle="$state/bundle/$AMP_MODULE_BUNDLE_SHA256.mjs"
mkdir -p "$state/bundle" "$state/bin"
# AgentAPI's module may have made it, open to all. On a volume that is somebody else's it stays as it is.
chmod 700 -- "$state" || true

# Instances of the module do this at the same time: `ln -f` may take a link away before it makes the next.
link() { # $1: what it leads to; $2: the link
  ln -sfn -- "$1" "$2.$$"
  mv -f -- "$2.$$" "$2"
}

# Each file appears whole or not at all: install and start wait for it by its name.
if [[ ! -f $bundle || $(sha256sum <"$bundle") != "$AMP_MODULE_BUNDLE_SHA256 "* ]]; then
  printf %s "$AMP_MODULE_BUNDLE" | base64 -d | gzip -dc >"$bundle.$$"
  { sync -- "$bundle.$$" || sync; } 2>/dev/null || true
  mv -f -- "$bundle.$$" "$bundle"
fi
printf %s "$AMP_MODULE_LAUNCHER" >"$state/bin/.amp-session.$$"
chmod 700 "$state/bin/.amp-session.$$"
mv -f -- "$state/bin/.amp-session.$$" "$state/bin/amp-session"
link "$AMP_MODULE_BUNDLE_SHA256.mjs" "$state/bundle/current.mjs"

# On PATH of every session of the agent; it is made anew at each start and is not on the volume.
if [[ -n ${CODER_SCRIPT_BIN_DIR:-} ]]; then
  link "$state/bin/amp-session" "$CODER_SCRIPT_BIN_DIR/amp-session"
fi
