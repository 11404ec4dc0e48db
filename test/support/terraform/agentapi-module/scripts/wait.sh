#!/usr/bin/env bash
# Waits until AgentAPI on port $1 answers three times in a row; fails after 150 attempts at intervals of
# 0.1 s, about 15 s, unless a test allows more (test/support/patience.ts).
set -e

most="${AGENTAPI_MODULE_STAND_IN_TRIES:-150}"
tries=0
good=0
while [ "$good" -lt 3 ]; do
  if [ "$tries" -ge "$most" ]; then
    echo "Error: AgentAPI did not answer on port $1 after $tries tries."
    exit 1
  fi
  sleep 0.1
  if curl -fs -o /dev/null "http://localhost:$1/status"; then
    good=$((good + 1))
  else
    good=0
    tries=$((tries + 1))
  fi
done
echo "AgentAPI answers on port $1."
