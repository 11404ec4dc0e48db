# Without AgentAPI: runs the scripts that its module would run, in the same order, and then puts the opener
# (terminal.sh) in place. The exported AMP_MODULE_… variables, AMP_MODULE_PRE_INSTALL, AMP_MODULE_INSTALL,
# AMP_MODULE_POST_INSTALL, AMP_MODULE_OPEN, as-user.sh and common.sh are prepended to this text.
# shellcheck disable=SC2154 # state: common.sh
set -u

trap 'lacks_processes "$?" || complete_step "${AMP_MODULE_SYNC_NAME:-}"' EXIT
# Keeps the files of several instances apart.
instance="${AMP_MODULE_BESIDE:-}${AMP_MODULE_TERMINAL#amp-terminal}"
opener="$state/$AMP_MODULE_OPENER"
# An earlier start may have left its opener on PATH, for which the terminal app would not wait; and stop.sh
# left its mark.
rm -f -- "${CODER_SCRIPT_BIN_DIR:-/nowhere}/$AMP_MODULE_TERMINAL" "$HOME/$AMP_MODULE_AGENTAPI_DIR/stopping"
# The scripts hold Amp's settings, which may contain secrets. The author's scripts run with the workspace's own umask.
make_private "$state/scripts" "$state/logs" "$state/bin"
drop_unconfined "$opener" "$AMP_MODULE_OPEN"

run_step() { # $1: name; $2: script; empty for none
  local script="$state/scripts/$1$instance.sh" log="$state/logs/$1$instance.log"
  [[ -n $2 ]] || return 0
  # A start with AgentAPI leaves a link here.
  put 600 "$log" "" || rm -f -- "$log"
  put 700 "$script" "$2" && as_user "$script" < /dev/null 2>&1 | (trap '' XFSZ && exec tee -- "$log")
}

run_step pre_install "$AMP_MODULE_PRE_INSTALL"
run_step install "$AMP_MODULE_INSTALL"
run_step post_install "$AMP_MODULE_POST_INSTALL"

[[ -z ${AMP_MODULE_RUNNER:-} ]] || launch_runner
put_opener "$opener" "$AMP_MODULE_OPEN" || exit 1
# The terminal app waits for this command.
if [[ -n ${CODER_SCRIPT_BIN_DIR:-} ]]; then
  link "$opener" "$CODER_SCRIPT_BIN_DIR/$AMP_MODULE_TERMINAL"
else
  echo "CODER_SCRIPT_BIN_DIR is not set: the terminal app can't find $opener." >&2
fi
