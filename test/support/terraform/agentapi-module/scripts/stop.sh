#!/usr/bin/env bash
# One workspace stop, as in AgentAPI's module 2.4.0, without the snapshot of a task's log.
set -eu

pid="$(cat "${ARG_PID_FILE_PATH:-$HOME/$ARG_MODULE_DIR_NAME/agentapi.pid}" 2> /dev/null || true)"
alive() { [ -n "$pid" ] && kill -0 "$pid" 2> /dev/null; }

version="$(agentapi --version 2> /dev/null | sed 's/.* v\{0,1\}//' || true)"
# An older AgentAPI has no handler for SIGUSR1, which would kill it.
if [ "$ARG_ENABLE_STATE_PERSISTENCE" = true ] && ! [[ $version =~ ^0\.([0-9]|1[01])\.[0-9]+$ ]] && alive; then
  kill -USR1 "$pid" || true
  sleep 0.2
fi
if alive; then
  kill -TERM "$pid" || true
  while alive; do sleep 0.1; done
fi
echo "AgentAPI has stopped."
