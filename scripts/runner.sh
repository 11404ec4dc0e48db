# Runs Amp's runner (`amp --no-tui`) for as long as the workspace runs: launched at the end of start.sh's or steps.sh's
# preparations (launch-runner.sh). AMP_MODULE_OPTION_WORDS, AMP_MODULE_PROMPT, the exported AMP_MODULE_…
# variables, as-user.sh, common.sh and agent.sh are prepended to this text.
# shellcheck disable=SC2030,SC2031 # lastpipe: processes.sh
# shellcheck disable=SC2154 # firewall: common.sh; only_ours: agent.sh

read_profile
set -u
use_amp_path
export AMP_MODULE_RUNNER_PID=$$ AMP_MODULE_RUN=0
mkdir -p -- "$AMP_MODULE_WORKDIR"
cd -- "$AMP_MODULE_WORKDIR" || exit 1
wait_for_bundle 20
find_firewall
command=(become env "${only_ours[@]}" "${firewall[@]}" amp "${AMP_MODULE_OPTION_WORDS[@]}" --no-tui)

# Amp unregisters its runner at SIGTERM.
amp='' deliverer='' stopping=''
end_runner() {
  stopping=yes
  [[ -z $amp ]] || kill -TERM "$amp" 2> /dev/null
}
trap end_runner TERM INT

# $1: the file for Amp's reports; $2: for what else it prints; the rest: what follows `amp --no-tui`. Without a key Amp
# asks whether to log in, and gets no for an answer.
run_runner() {
  local events=$1 printed=$2 file
  shift 2
  for file in "$events" "$printed"; do [[ -e $file ]] || put 600 "$file" ""; done
  "${command[@]}" "$@" >> "$events" 2>> "$printed" < <(echo n) &
  amp=$!
  # A signal ends only the waiting.
  until
    wait "$amp"
    status=$?
    ! kill -0 "$amp" 2> /dev/null
  do :; done
  amp=''
  # The next one must not give the prompt while this one still might.
  if [[ -n $deliverer ]]; then
    kill "$deliverer" 2> /dev/null
    wait "$deliverer"
    deliverer=''
  fi
  return "$status"
}

# $1: seconds; $2: a file whose change ends the waiting, or nothing
wait_until_changed() {
  local i before
  before=$(stat -c %y -- "$2" 2> /dev/null)
  for ((i = 0; i < $1; i++)); do
    sleep 1
    [[ -z $stopping && $(stat -c %y -- "$2" 2> /dev/null) == "$before" ]] || return
  done
}

while [[ -z $stopping ]]; do
  AMP_MODULE_RUN=$((AMP_MODULE_RUN + 1))
  printf %s "$AMP_MODULE_PROMPT" | amp_session runner-prepare | mapfile -d '' -t plan
  words=${#plan[@]}
  if ((words == 0)) || [[ ${plan[words - 1]} != end ]]; then
    echo "amp-session could not prepare the start. The runner starts without persistence;" \
      "nothing recorded before was changed." >&2
    run_runner /dev/null /dev/stderr --runner-id "$AMP_MODULE_RUNNER_NAME"
    [[ -n $stopping ]] || sleep 60
    continue
  fi
  case ${plan[0]} in
    launch)
      if [[ ${plan[3]} != none ]]; then
        text=$AMP_MODULE_PROMPT
        [[ ${plan[3]} == text=* ]] && text=${plan[3]#text=}
        # Gives the prompt to the key's thread once the runner is in it, and ends.
        become "$BASH" -p "$state/bin/amp-session" runner-deliver < <(printf %s "$text") &
        deliverer=$!
      fi
      started=$SECONDS
      run_runner "${plan[1]}" "${plan[2]}" --output-format json "${plan[@]:4:words-5}"
      status=$?
      amp_session runner-settle "$status" "$((SECONDS - started))"
      case $? in
        0) ;;
        3) exit 0 ;;
        # settle itself failed, which is no reason to leave the workspace without its runner.
        *) sleep 5 ;;
      esac
      ;;
    wait) wait_until_changed "${plan[1]}" "${plan[2]}" ;;
    *) exit 0 ;;
  esac
done
