# Only with enable_runner. AMP_MODULE_RUNNER (the text of runner.sh) and common.sh are prepended to this text.
# shellcheck disable=SC2154 # state: common.sh

# Puts Amp's runner on the volume and starts it, apart from this script. If one runs already, the new one ends at once.
launch_runner() {
  local script="$state/scripts/$AMP_MODULE_RUNNER_FILE.sh" log="$state/logs/$AMP_MODULE_RUNNER_FILE.log"
  (umask 077 && mkdir -p -- "$state/scripts" "$state/logs")
  { printf %s "$AMP_MODULE_RUNNER" > "$script.$$" && chmod 700 "$script.$$" && mv -f -- "$script.$$" "$script"; } \
    || echo "$script can't be written: is the volume full or read-only? The one from an earlier start is used, if any." >&2
  setsid nohup "$script" < /dev/null >> "$log" 2>&1 &
}
