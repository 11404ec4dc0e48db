# Tells start.sh that the workspace is stopping, so that it doesn't restart the agent.
set -eu

folder="$HOME/$AMP_MODULE_AGENTAPI_DIR"
make_private "$folder"
put 600 "$folder/stopping" ""
# Early, so that Amp's servers learn that it is gone.
[[ -z ${AMP_MODULE_RUNNER_NAME:-} ]] || amp_session runner-stop || true
