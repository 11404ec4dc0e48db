# Places amp-session on the volume and on PATH. AMP_MODULE_BUNDLE and AMP_MODULE_LAUNCHER stand in front of this text.
set -eu
umask 077

folder="$HOME/$AMP_MODULE_DIR_NAME"
bundle="$folder/bundle/$AMP_MODULE_BUNDLE_SHA256.mjs"
mkdir -p "$folder/bundle" "$folder/bin"

# Each file appears whole or not at all: install and start wait for it by its name.
if [[ ! -f $bundle || $(sha256sum <"$bundle") != "$AMP_MODULE_BUNDLE_SHA256 "* ]]; then
  printf %s "$AMP_MODULE_BUNDLE" | base64 -d | gzip -dc >"$bundle.$$"
  { sync -- "$bundle.$$" || sync; } 2>/dev/null || true
  mv -f -- "$bundle.$$" "$bundle"
fi
printf %s "$AMP_MODULE_LAUNCHER" >"$folder/bin/.amp-session.$$"
chmod 700 "$folder/bin/.amp-session.$$"
mv -f -- "$folder/bin/.amp-session.$$" "$folder/bin/amp-session"
ln -sfn -- "$AMP_MODULE_BUNDLE_SHA256.mjs" "$folder/bundle/current.mjs"

# On PATH of every session of the agent; it is made anew at each start and is not on the volume.
if [[ -n ${CODER_SCRIPT_BIN_DIR:-} ]]; then
  ln -sfn -- "$folder/bin/amp-session" "$CODER_SCRIPT_BIN_DIR/amp-session"
fi
