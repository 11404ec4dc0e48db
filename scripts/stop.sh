# Tells start.sh that the workspace stops, so that it does not start the agent again.
set -eu

folder="$HOME/$AMP_MODULE_AGENTAPI_DIR"
mkdir -p -- "$folder"
: > "$folder/stopping"
