# Only with enable_runner. AMP_MODULE_RUNNER (the text of runner.sh) and common.sh are prepended to this text.
# shellcheck disable=SC2154 # state: common.sh

# Puts Amp's runner on the volume and starts it, apart from this script. If one runs already, the new one ends at once.
launch_runner() {
  local script="$state/scripts/$AMP_MODULE_RUNNER_FILE.sh" log="$state/logs/$AMP_MODULE_RUNNER_FILE.log"
  make_private "$state/scripts" "$state/logs"
  drop_unconfined "$script" "$AMP_MODULE_RUNNER"
  put_opener "$script" "$AMP_MODULE_RUNNER" || return
  [[ -f $log ]] || put 600 "$log" ""
  (become setsid nohup "$script" < /dev/null >> "$log" 2>&1 &)
}
