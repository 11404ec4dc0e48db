# Runs the agent under AgentAPI, and again when it ends, for as long as `amp-session` says so.
# AMP_MODULE_PROMPT, AMP_MODULE_OPTION_WORDS and the exported AMP_MODULE_… variables stand in front of this text.
port=${2:-$AMP_MODULE_PORT}

# Takes over what the user's profile exports, and none of its other effects: a profile may exit, exec another shell,
# change folder, set options or wait for somebody. What takes longer than 3 s is left out.
profile="source \"\$HOME/.bashrc\"; command -v node || source \"\$HOME/.nvm/nvm.sh\""
while IFS= read -r -d '' line; do
  [[ $line =~ ^[A-Za-z_][A-Za-z0-9_]*= && ! $line =~ ^(PWD|OLDPWD|SHLVL|_|AMP_MODULE_[A-Z0-9_]*|AGENTAPI_[A-Z_]*)= ]] && export "${line?}"
done < <(timeout -k 1 3 bash -c "{ $profile; } >/dev/null 2>&1; env -0" </dev/null)

set -u
export PATH="$HOME/.local/bin:$HOME/.amp/bin:$HOME/.npm-global/bin:$PATH"
export AMP_MODULE_RUNNER_PID=$$ AMP_MODULE_RUN=0 AMP_MODULE_PORT=$port

folder="$HOME/$AMP_MODULE_AGENTAPI_DIR"
case $AMP_MODULE_STATE_DIR in
  /*) state=$AMP_MODULE_STATE_DIR ;;
  *) state="$HOME/$AMP_MODULE_STATE_DIR" ;;
esac
session="$state/bin/amp-session"
mkdir -p "$folder" "$AMP_MODULE_WORKDIR"
cd "$AMP_MODULE_WORKDIR" || exit 1
rm -f -- "$folder/stopping"

# The script that places the bundle runs at the same time as this one. On a warm start it is there already.
for ((i = 0; i < 20; i++)); do
  [[ -x $session && -s "$state/bundle/$AMP_MODULE_BUNDLE_SHA256.mjs" ]] && break
  sleep 0.1
done

agentapi=(agentapi server --type amp --port "$port" --term-width 67 --term-height 1190 --)
[[ -n ${AGENTAPI_BOUNDARY_PREFIX:-} ]] && agentapi+=("$AGENTAPI_BOUNDARY_PREFIX")
agentapi+=(amp "${AMP_MODULE_OPTION_WORDS[@]}")

run_agent() { # $1: send | none | text=…; $2: chat | no-chat; the rest: what follows `amp`
  local prompt=$1 chat=$2 environment=() text=$AMP_MODULE_PROMPT
  shift 2
  [[ $prompt == text=* ]] && text=${prompt#text=}
  [[ $chat == chat ]] || environment=(env -u AGENTAPI_STATE_FILE -u AGENTAPI_LOAD_STATE -u AGENTAPI_SAVE_STATE)
  if [[ $prompt == none ]]; then
    "${environment[@]}" "${agentapi[@]}" "$@" </dev/null
  else
    "${environment[@]}" "${agentapi[@]}" "$@" < <(printf %s "$text")
  fi
}

unsettled=0
while :; do
  AMP_MODULE_RUN=$((AMP_MODULE_RUN + 1))
  # The plan: words that end with NUL. Only a plan that ends with 'end' is whole.
  mapfile -d '' -t plan < <(printf %s "$AMP_MODULE_PROMPT" | "$session" prepare)
  case "${plan[*]: -1}" in
    end) ;;
    refuse) exit 0 ;;
    *)
      echo "amp-session could not prepare the start. The agent starts without persistence; nothing recorded before was changed." >&2
      run_agent send no-chat
      exit
      ;;
  esac

  started=$SECONDS
  run_agent "${plan[@]:0:${#plan[@]}-1}"
  status=$?
  "$session" settle "$status" "$((SECONDS - started))"
  case $? in
    0) unsettled=0 ;;
    3) exit "$status" ;;
    *)
      # It failed itself, which is no reason to leave the workspace without its agent.
      ((++unsettled < 10)) || exit "$status"
      sleep 5
      ;;
  esac
done
