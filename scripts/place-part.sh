# Shared by place.sh and place-library.sh: each carries a part of the bundle. AMP_MODULE_PART (compressed),
# AMP_MODULE_PART_FILES (a line "<bytes> <name>" for each of its files) and AMP_MODULE_PART_SHA256 are prepended to
# this text.
# shellcheck disable=SC2154 # state: common.sh
set -eu
umask 077

bundle="$state/bundle/$AMP_MODULE_BUNDLE_SHA256"

give_up() {
  rm -f -- "$bundle"/*."$$"
  rmdir -- "$bundle" 2> /dev/null || true
  echo "amp-session couldn't be placed in $state: is the volume full or read-only?" \
    "The one from an earlier start is used, if any." >&2
}

# Each file appears whole or not at all, and after those that it imports: install and start wait for the last one.
place_part() {
  local size name file offset=1 files=() all="$bundle/part.mjs.$$"
  while read -r size name; do files+=("$bundle/$name"); done <<< "$AMP_MODULE_PART_FILES"
  [[ $(cat -- "${files[@]}" 2> /dev/null | sha256sum) != "$AMP_MODULE_PART_SHA256 "* ]] || return 0
  mkdir -p -- "$bundle"
  printf %s "$AMP_MODULE_PART" | base64 -d | gzip -dc > "$all"
  while read -r size name; do
    # From a file, because not every `head` leaves the rest of a pipe alone.
    tail -c "+$offset" -- "$all" | head -c "$size" > "$bundle/$name.$$"
    offset=$((offset + size))
  done <<< "$AMP_MODULE_PART_FILES"
  { sync -- "${files[@]/%/.$$}" || sync; } 2> /dev/null || true
  for file in "${files[@]}"; do mv -f -- "$file.$$" "$file"; done
  rm -f -- "$all"
}
