# Without AgentAPI: runs the scripts that its module would run, in the same order, and then puts the opener
# (terminal.sh) in place. The exported AMP_MODULE_… variables, AMP_MODULE_PRE_INSTALL, AMP_MODULE_INSTALL,
# AMP_MODULE_POST_INSTALL, AMP_MODULE_OPEN and common.sh are prepended to this text.
# shellcheck disable=SC2154 # state: common.sh
set -u

trap 'complete_step "${AMP_MODULE_SYNC_NAME:-}"' EXIT
# Keeps the files of several instances apart.
instance="${AMP_MODULE_BESIDE:-}${AMP_MODULE_TERMINAL#amp-terminal}"
opener="$state/$AMP_MODULE_OPENER"
# An earlier start may have left its opener on PATH, for which the terminal app would not wait; and stop.sh
# left its mark.
rm -f -- "${CODER_SCRIPT_BIN_DIR:-/nowhere}/$AMP_MODULE_TERMINAL" "$HOME/$AMP_MODULE_AGENTAPI_DIR/stopping"
# The scripts hold Amp's settings, which may contain secrets. Only the folders are made private: the author's
# scripts run with the workspace's own umask.
(umask 077 && mkdir -p -- "$state/scripts" "$state/logs" "$state/bin")

put() { # $1: file; $2: text
  printf %s "$2" > "$1.$$" && chmod 700 "$1.$$" && mv -f -- "$1.$$" "$1"
}

run_step() { # $1: name; $2: script; empty for none
  local script="$state/scripts/$1$instance.sh" log="$state/logs/$1$instance.log"
  [[ -n $2 ]] || return 0
  # A start with AgentAPI leaves a link here.
  rm -f -- "$log"
  put "$script" "$2" && "$script" < /dev/null 2>&1 | tee "$log"
}

run_step pre_install "$AMP_MODULE_PRE_INSTALL"
run_step install "$AMP_MODULE_INSTALL"
run_step post_install "$AMP_MODULE_POST_INSTALL"

[[ -z ${AMP_MODULE_RUNNER:-} ]] || launch_runner
put "$opener" "$AMP_MODULE_OPEN" \
  || echo "$opener can't be written: $(why_not_written "${opener%/*}") The one from an earlier start is used, if any." >&2
# The terminal app waits for this command.
if [[ -n ${CODER_SCRIPT_BIN_DIR:-} ]]; then
  link "$opener" "$CODER_SCRIPT_BIN_DIR/$AMP_MODULE_TERMINAL"
else
  echo "CODER_SCRIPT_BIN_DIR is not set: the terminal app can't find $opener." >&2
fi
