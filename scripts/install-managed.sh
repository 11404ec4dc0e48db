# Puts the settings that a user can't change where Amp looks for them. Prepended to install.sh.
managed_file=/etc/ampcode/managed-settings.json

# Only root can write there. An image's own file is kept beside it.
write_managed_settings() {
  local root=()
  [[ -n ${AMP_MODULE_MANAGED:-} ]] || return 0
  [[ ! -r $managed_file || $(< "$managed_file") != "$AMP_MODULE_MANAGED" ]] || return 0
  ((EUID == 0)) || root=(sudo -n)
  # shellcheck disable=SC2016 # $1 is that shell's
  if printf '%s\n' "$AMP_MODULE_MANAGED" | "${root[@]}" sh -c '
    umask 022 && mkdir -p "${1%/*}" && cat > "$1.new" \
      && { [ ! -e "$1" ] || cp -p "$1" "$1.previous"; } && mv -f "$1.new" "$1"
  ' sh "$managed_file" 2> /dev/null; then
    echo "Amp's managed settings are in $managed_file."
  else
    echo "managed_settings can't be written to $managed_file, which takes root or a sudo that asks for no" \
      "password: put that file into the image, readable for all, with this text: $AMP_MODULE_MANAGED" >&2
  fi
}
