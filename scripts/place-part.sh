# Shared by place.sh and place-rest.sh: each carries a file of the bundle. AMP_MODULE_PART (it, compressed),
# AMP_MODULE_PART_NAME and AMP_MODULE_PART_SHA256 are prepended to this text.
# shellcheck disable=SC2154 # state: common.sh
set -eu
umask 077
# A limit on the size of files (ulimit -f) then is an error, and not the end of this shell.
trap '' XFSZ

bundle="$state/bundle/$AMP_MODULE_BUNDLE_SHA256"

give_up() {
  rm -f -- "$bundle"/*."$$"
  rmdir -- "$bundle" 2> /dev/null || true
  echo "amp-session couldn't be placed in $state: $(why_not_written "$state/bundle")" \
    "The one from an earlier start is used, if any." >&2
}

# Puts a file in place that was written beside it: it appears whole or not at all, because install and start wait for it.
appear() { # $1: the file
  { sync -- "$1.$$" || sync; } 2> /dev/null || true
  chmod 600 -- "$1.$$"
  mv -f -- "$1.$$" "$1"
}

place_part() {
  local file="$bundle/$AMP_MODULE_PART_NAME"
  [[ ! -f $file || $(sha256sum < "$file") != "$AMP_MODULE_PART_SHA256 "* ]] || return 0
  make_private "$state/bundle" "$bundle"
  printf %s "$AMP_MODULE_PART" | base64 -d | gzip -dc > "$file.$$"
  appear "$file"
}
