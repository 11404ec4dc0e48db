# Makes sure that AgentAPI and the wanted Amp are installed, then merges Amp's settings. The exported
# AMP_MODULE_… variables, as-user.sh, common.sh and the other install-….sh are prepended to this text.
# shellcheck disable=SC2154 # state: common.sh
on_path_before=$(command -v amp)

set -u
# Takes from nvm where npm is, and nothing else: what it sets is not for this shell.
if ! command -v npm > /dev/null && [[ -f $HOME/.nvm/nvm.sh ]]; then
  # shellcheck disable=SC2016 # the inner bash expands it
  found_npm=$(
    unset BASH_ENV ENV
    become timeout -k 1 30 bash --norc -c \
      '{ source "$HOME/.nvm/nvm.sh"; } > /dev/null 2>&1; printf "%s/end" "$PATH"' < /dev/null 2> /dev/null
  )
  [[ $found_npm != */end ]] || PATH=${found_npm%/end}
fi
# No program that runs here may find a configuration of its own in the folder that this began in.
cd /
use_amp_path
make_private

leave() {
  ! lacks_processes "$?" || return
  unlock_install
  complete_step "${AMP_MODULE_SYNC_NAME:-}"
}
trap leave EXIT

# AgentAPI's module logs into its own folder: one place to look for the logs of every instance.
link_logs() {
  local folder="$HOME/$AMP_MODULE_AGENTAPI_DIR" instance name
  instance=${folder##*/}
  instance=${instance#agentapi}
  make_private "$state/logs"
  for name in install agentapi-start; do
    # Not every volume can hold links.
    link "$folder/$name.log" "$state/logs/$name${AMP_MODULE_BESIDE:-}${instance:+-${instance#[-.]}}.log" 2> /dev/null
  done
}

# Waits, for ten minutes at most, for the scripts that the agent is to be started after, such as one that
# clones a repository. In here, because AgentAPI has 15 s from when start.sh begins.
wait_for_others() {
  local names
  mapfile -t names <<< "${AMP_MODULE_WAIT_FOR:-}"
  [[ -n ${names[0]} ]] || return 0
  if ! command -v coder > /dev/null; then
    echo "The coder command was not found: the agent does not wait for ${names[*]}." >&2
    return
  fi
  echo "Waiting for ${names[*]}, for at most 10 minutes…"
  if timeout 30 coder exp sync want "$AMP_MODULE_START_SYNC_NAME" "${names[@]}" < /dev/null \
    && timeout 630 coder exp sync start --timeout 10m "$AMP_MODULE_START_SYNC_NAME" < /dev/null; then
    echo "They have finished."
  else
    echo "These scripts haven't finished, or Coder's agent can't say whether they have. The agent starts anyway." >&2
  fi
}

if [[ -n $AMP_MODULE_PORT ]]; then
  link_logs
  # Left by a start without AgentAPI; `amp-session continue` would still run it.
  rm -f -- "$state/$AMP_MODULE_OPENER"
fi
# Upstream's module, beside this one, installs Amp.
[[ -z ${AMP_MODULE_BESIDE:-} ]] || wait_for_others
lock_install
[[ -z $AMP_MODULE_PORT ]] || install_agentapi
install_amp "$on_path_before"
wait_for_bundle 50
write_managed_settings
amp_session configure || echo "Amp's settings were left unchanged." >&2
leave
AMP_MODULE_SYNC_NAME=
[[ -n ${AMP_MODULE_BESIDE:-} ]] || wait_for_others
