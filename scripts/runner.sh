# Runs Amp's runner (`amp --no-tui`) for as long as the workspace runs: launched at the end of start.sh's or steps.sh's
# preparations (launch-runner.sh). AMP_MODULE_OPTION_WORDS, AMP_MODULE_PROMPT, the exported AMP_MODULE_…
# variables, as-user.sh, common.sh and agent.sh are prepended to this text.
# shellcheck disable=SC2030,SC2031 # lastpipe: processes.sh
# shellcheck disable=SC2154 # firewall: common.sh; only_ours: agent.sh

read_profile
set -u
use_amp_path
export AMP_MODULE_RUNNER_PID=$$ AMP_MODULE_RUN=0
[[ -d $AMP_MODULE_WORKDIR ]] || mkdir -p -- "$AMP_MODULE_WORKDIR"
cd -- "$AMP_MODULE_WORKDIR" || exit 1
wait_for_bundle 20
find_firewall
command=(become env "${only_ours[@]}" "${firewall[@]}" amp "${AMP_MODULE_OPTION_WORDS[@]}" --no-tui)

# Amp unregisters its runner at SIGTERM.
amp='' helper='' stopping=''
end_amp() { [[ -z $amp ]] || kill -TERM "$amp" 2> /dev/null; }
trap 'stopping=yes; end_amp' TERM INT
# Sent by runner-check.
trap end_amp USR1

# $1: the command of amp-session that runs beside Amp and ends by itself; empty for none. $2: its standard input. $3: the
# file for Amp's reports; $4: for what else it prints; the rest: what follows `amp --no-tui`. Without a key Amp asks
# whether to log in, and gets no for an answer.
run_runner() {
  local help=$1 text=$2 events=$3 printed=$4 file calm=()
  shift 4
  # runner-prepare has made them, where it could.
  for file in "$events" "$printed"; do [[ -e $file ]] || put 600 "$file" ""; done
  "${command[@]}" "$@" >> "$events" 2>> "$printed" < <(echo n) &
  amp=$!
  if [[ -n $help ]]; then
    # What only looks leaves the processors to Amp, which is starting.
    [[ $help != runner-check ]] || calm=(nice -n 19)
    become "${calm[@]}" "$BASH" -p "$state/bin/amp-session" "$help" < <(printf %s "$text") &
    helper=$!
  fi
  # A signal ends only the waiting.
  until
    wait "$amp"
    status=$?
    ! kill -0 "$amp" 2> /dev/null
  do :; done
  amp=''
  # The next one must not give the prompt while this one still might.
  if [[ -n $helper ]]; then
    kill "$helper" 2> /dev/null
    wait "$helper"
    helper=''
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
    run_runner '' '' /dev/null /dev/stderr --runner-id "$AMP_MODULE_RUNNER_NAME"
    [[ -n $stopping ]] || sleep 60
    continue
  fi
  case ${plan[0]} in
    launch)
      help=runner-deliver text=''
      case ${plan[3]} in
        none) help='' ;;
        check) help=runner-check ;;
        send) text=$AMP_MODULE_PROMPT ;;
        *) text=${plan[3]#text=} ;;
      esac
      started=$SECONDS
      run_runner "$help" "$text" "${plan[1]}" "${plan[2]}" --output-format json "${plan[@]:4:words-5}"
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
