#!/usr/bin/env bash
# One workspace start, as in AgentAPI's module 2.4.0. Its argument is the path of wait.sh.
# No pipefail: the real module does not notice a failing install script, and ours must not rely on that.
set -ex

wait_script="$1"
module_folder="$HOME/$ARG_MODULE_DIR_NAME"
mkdir -p "$module_folder/scripts"
[ -d "$ARG_WORKDIR" ] || mkdir -p "$ARG_WORKDIR"

write_script() {
  echo -n "$2" > "$1"
  chmod +x "$1"
}

# $1: the step's name; $2: its text.
run_step() {
  write_script "$module_folder/$1.sh" "$2"
  "$module_folder/$1.sh" 2>&1 | tee "$module_folder/$1.log"
}

[ -z "$ARG_PRE_INSTALL_SCRIPT" ] || run_step pre_install "$ARG_PRE_INSTALL_SCRIPT"
run_step install "$ARG_INSTALL_SCRIPT"

if ! command -v agentapi > /dev/null; then
  echo "Error: agentapi $ARG_AGENTAPI_VERSION is not on PATH, and the stand-in downloads nothing (install_agentapi=$ARG_INSTALL_AGENTAPI)."
  exit 1
fi
write_script "$module_folder/scripts/agentapi-start.sh" "$ARG_START_SCRIPT"
[ -z "$ARG_POST_INSTALL_SCRIPT" ] || run_step post_install "$ARG_POST_INSTALL_SCRIPT"

cd "$ARG_WORKDIR"
export LANG=en_US.UTF-8 LC_ALL=en_US.UTF-8
export AGENTAPI_BOUNDARY_PREFIX=""
if [ "$ARG_ENABLE_BOUNDARY" = true ]; then
  boundary="coder boundary"
  [ "$ARG_USE_BOUNDARY_DIRECTLY$ARG_COMPILE_BOUNDARY_FROM_SOURCE" = falsefalse ] || boundary=boundary
  AGENTAPI_BOUNDARY_PREFIX="$module_folder/boundary-wrapper.sh"
  printf '#!/usr/bin/env bash\nexec %s -- "$@"\n' "$boundary" > "$AGENTAPI_BOUNDARY_PREFIX"
  chmod +x "$AGENTAPI_BOUNDARY_PREFIX"
fi
export AGENTAPI_CHAT_BASE_PATH="$ARG_AGENTAPI_CHAT_BASE_PATH"
export AGENTAPI_ALLOWED_HOSTS="*"
export AGENTAPI_PID_FILE="${ARG_PID_FILE_PATH:-$module_folder/agentapi.pid}"

# Anything that isn't a release, such as "latest", counts as new enough.
version="$(agentapi --version | sed 's/.* v\{0,1\}//')"
if [ "$ARG_ENABLE_STATE_PERSISTENCE" = true ] && ! [[ $version =~ ^0\.([0-9]|1[01])\.[0-9]+$ ]]; then
  export AGENTAPI_STATE_FILE="${ARG_STATE_FILE_PATH:-$module_folder/agentapi-state.json}"
  export AGENTAPI_SAVE_STATE=true AGENTAPI_LOAD_STATE=true
fi

nohup "$module_folder/scripts/agentapi-start.sh" true "$ARG_AGENTAPI_PORT" &> "$module_folder/agentapi-start.log" &
bash "$wait_script" "$ARG_AGENTAPI_PORT"
