# Runs the agent under AgentAPI, and again when it ends, for as long as `amp-session` says so.
# AMP_MODULE_PROMPT and the exported AMP_MODULE_… variables stand in front of this text.
port=${2:-$AMP_MODULE_PORT}

# Profiles come before `set -u`: they seldom survive it. Their own failures are not ours.
# shellcheck source=/dev/null
if [[ -f $HOME/.bashrc ]]; then source "$HOME/.bashrc"; fi
# shellcheck source=/dev/null
if ! command -v node >/dev/null && [[ -f $HOME/.nvm/nvm.sh ]]; then source "$HOME/.nvm/nvm.sh"; fi

set -u
umask 077
export PATH="$HOME/.local/bin:$HOME/.amp/bin:$HOME/.npm-global/bin:$PATH"
export AMP_MODULE_RUNNER_PID=$$

folder="$HOME/$AMP_MODULE_DIR_NAME"
session="$folder/bin/amp-session"
mkdir -p "$folder" "$AMP_MODULE_WORKDIR"
cd "$AMP_MODULE_WORKDIR" || exit 1
rm -f -- "$folder/stopping"

# The script that places the bundle runs at the same time as this one. On a warm start it is there already.
for ((i = 0; i < 20; i++)); do
  [[ -x $session && -f "$folder/bundle/$AMP_MODULE_BUNDLE_SHA256.mjs" ]] && break
  sleep 0.1
done

agentapi=(agentapi server --type amp --port "$port" --term-width 67 --term-height 1190 --)
[[ -n ${AGENTAPI_BOUNDARY_PREFIX:-} ]] && agentapi+=("$AGENTAPI_BOUNDARY_PREFIX")
agentapi+=(amp)
[[ -n $AMP_MODULE_MODE ]] && agentapi+=(--mode "$AMP_MODULE_MODE")

run_agent() { # $1: send | none; the rest: what follows `amp`
  local prompt=$1
  shift
  if [[ $prompt == send ]]; then
    "${agentapi[@]}" "$@" < <(printf %s "$AMP_MODULE_PROMPT")
  else
    "${agentapi[@]}" "$@" </dev/null
  fi
}

while :; do
  # The plan: words that end with NUL. Only a plan that ends with 'end' is whole.
  mapfile -d '' -t plan < <(printf %s "$AMP_MODULE_PROMPT" | "$session" prepare)
  case "${plan[*]: -1}" in
    end) ;;
    refuse) exit 0 ;;
    *)
      echo "amp-session could not prepare the start. The agent starts without persistence; nothing recorded before was changed." >&2
      unset AGENTAPI_STATE_FILE AGENTAPI_LOAD_STATE AGENTAPI_SAVE_STATE
      run_agent send
      exit
      ;;
  esac

  started=$SECONDS
  run_agent "${plan[@]:0:${#plan[@]}-1}"
  status=$?
  "$session" settle "$status" "$((SECONDS - started))" || exit "$status"
done
