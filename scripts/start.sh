# Runs the agent under AgentAPI and restarts it until `amp-session settle` says to stop. AMP_MODULE_PROMPT,
# AMP_MODULE_OPTION_WORDS, the exported AMP_MODULE_… variables, as-user.sh, common.sh and agent.sh come before this text.
# shellcheck disable=SC2030,SC2031 # lastpipe: processes.sh
# shellcheck disable=SC2154 # state, firewall: common.sh
port=${2:-$AMP_MODULE_PORT}
# AgentAPI's module has looked at this one; a profile's PATH may hold another.
agentapi=$(command -v agentapi)

read_profile

set -u
use_amp_path
export AMP_MODULE_RUNNER_PID=$$ AMP_MODULE_RUN=0 AMP_MODULE_PORT=$port

trap 'lacks_processes "$?" || complete_step "${AMP_MODULE_SYNC_NAME:-}"' EXIT
folder="$HOME/$AMP_MODULE_AGENTAPI_DIR"
make_private "$folder"
mkdir -p -- "$AMP_MODULE_WORKDIR"
cd "$AMP_MODULE_WORKDIR" || exit 1
rm -f -- "$folder/stopping"

# On a warm start it is already there.
wait_for_bundle 20

# With a limit, because a listener that takes no connections keeps one waiting.
# shellcheck disable=SC2016 # the inner bash expands it
if timeout 1 bash -c 'exec 3<> "/dev/tcp/127.0.0.1/$1"' bash "$port" 2> /dev/null; then
  echo "Something already listens on port $port, where AgentAPI is to: a second instance of the module needs an" \
    "agentapi_port of its own." >&2
fi

server=("${agentapi:-agentapi}" server --type amp --port "$port" --term-width 67 --term-height 1190 --)
find_firewall
agent=("${firewall[@]}" amp "${AMP_MODULE_OPTION_WORDS[@]}")

# Runs the agent with descriptor 9 as its standard input. Without that it starts without its prompt, and the next
# start finds out.
# shellcheck disable=SC2016 # for another bash
with_prompt='{ exec <&9 9<&-; } 2> /dev/null; exec "$@"'

# $1: send | none | text=…; $2: chat | no-chat; then, maybe, terminal=… and typed; the rest: what follows `amp`
run_agent() {
  local prompt=$1 chat=$2 environment=(as_user env "${only_ours[@]}") text=$AMP_MODULE_PROMPT deliverer='' status
  shift 2
  [[ $prompt == text=* ]] && text=${prompt#text=}
  [[ $text == *[!$' \t\n\r\f\v']* ]] || prompt=none
  [[ $chat == chat ]] \
    || environment+=(-u AGENTAPI_STATE_FILE -u AGENTAPI_LOAD_STATE -u AGENTAPI_SAVE_STATE)
  if own_terminal "${1:-}"; then shift; fi
  if [[ ${1:-} == typed ]]; then
    # Types the prompt once Amp has opened its thread, and ends.
    become "$BASH" -p "$state/bin/amp-session" deliver < <(printf %s "$text") &
    deliverer=$! prompt=none
    shift
  fi
  # Scripts waiting for the agent may continue once it is starting.
  complete_step "${AMP_MODULE_SYNC_NAME:-}"
  AMP_MODULE_SYNC_NAME=
  if [[ $prompt == none ]]; then
    "${environment[@]}" "${server[@]}" "${agent[@]}" "$@" < /dev/null
  else
    # Amp takes its first message from standard input once its thread is open, and all others from the terminal.
    # AgentAPI passes on a descriptor that it doesn't know. A pipe: no file and no argument ever has the prompt.
    # With -p: a file named by BASH_ENV is for what the agent runs.
    "${environment[@]}" "${server[@]}" "$BASH" -p -c "$with_prompt" amp-prompt "${agent[@]}" "$@" \
      < /dev/null 9< <(printf %s "$text")
  fi
  status=$?
  [[ -z $deliverer ]] || kill "$deliverer" 2> /dev/null
  return "$status"
}

# Whether nothing was ever recorded. A folder that can't be read may hold anything.
nothing_recorded() {
  local names at=$state
  while [[ ! -e $at && ! -L $at && $at == */* ]]; do at=${at%/*}; done
  if [[ $at != "$state" ]]; then
    [[ -x ${at:-/} ]]
    return
  fi
  names=$(ls -A -- "$state/" 2> /dev/null) || return
  [[ $'\n'$names$'\n' == *$'\nsessions\n'* ]] || return 0
  names=$(ls -A -- "$state/sessions/" 2> /dev/null) && [[ -z $names ]]
}

# The agent without a plan. Where anything was ever recorded, the prompt may have been given before, and there
# is no way to know now; the next start that can be planned gives it. So may a run of this start have given it.
run_unplanned() {
  echo "amp-session could not prepare the start. The agent starts without persistence;" \
    "nothing recorded before was changed." >&2
  if [[ -n $AMP_MODULE_PROMPT ]] \
    && { ((AMP_MODULE_RUN > 1)) || { [[ ${AMP_MODULE_PERSISTENCE:-} == true ]] && ! nothing_recorded; }; }; then
    echo "It gets no prompt, because it may already have received it." >&2
    run_agent none no-chat
  else
    run_agent send no-chat
  fi
}

# Bash's SECONDS jumps when the clock is set.
seconds_up() {
  local up
  { read -r up _ < /proc/uptime && echo "${up%%.*}" || echo "$SECONDS"; } 2> /dev/null
}

[[ -z ${AMP_MODULE_RUNNER:-} ]] || launch_runner
unsettled=0
while :; do
  AMP_MODULE_RUN=$((AMP_MODULE_RUN + 1))
  printf %s "$AMP_MODULE_PROMPT" | amp_session prepare | mapfile -d '' -t plan
  if [[ ${#plan[@]} == 1 && ${plan[0]} == refuse ]]; then exit 0; fi
  if ! is_plan "${plan[@]}"; then
    run_unplanned
    exit
  fi

  started=$(seconds_up)
  run_agent "${plan[@]:0:${#plan[@]}-1}"
  status=$?
  amp_session settle "$status" "$(($(seconds_up) - started))"
  case $? in
    0) unsettled=0 ;;
    3) exit "$status" ;;
    *)
      # settle itself failed, which is no reason to leave the workspace without its agent.
      ((++unsettled < 10)) || exit "$status"
      sleep 5
      ;;
  esac
done
