# Tells start.sh that the workspace is stopping, so that it doesn't restart the agent.
set -eu

folder="$HOME/$AMP_MODULE_AGENTAPI_DIR"
mkdir -p -- "$folder"
: > "$folder/stopping"
