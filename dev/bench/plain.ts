/**
 * What people use today: a start script that sources the profile, prints Amp's version and runs AgentAPI, in
 * a new thread at every start. Written for this comparison; this module's predecessor does the same. With
 * BENCH_ASKS it asks Amp for something other than its version, which gives the lower bound for a start that
 * checks its thread.
 */
export const PLAIN_START = `
if [ -f "$HOME/.bashrc" ]; then source "$HOME/.bashrc"; fi
if [ -f "$HOME/.nvm/nvm.sh" ]; then source "$HOME/.nvm/nvm.sh"; fi
set -euo pipefail
export PATH="$HOME/.local/bin:$HOME/.amp/bin:$HOME/.npm-global/bin:$PATH"
command -v amp >/dev/null || { echo "amp is not installed" >&2; exit 1; }
echo "Amp version: $(amp \${BENCH_ASKS:---version})"
mkdir -p "$BENCH_WORKDIR"
cd "$BENCH_WORKDIR"
agentapi server --type amp --port "$2" --term-width 67 --term-height 1190 -- amp
`;

/** The other half: installs Amp at every start, here from local archives, so that no network is measured. */
export const PLAIN_INSTALL = `
if [ -f "$HOME/.nvm/nvm.sh" ]; then source "$HOME/.nvm/nvm.sh"; fi
set -euo pipefail
mkdir -p "$HOME/.npm-global"
npm install --global --prefix "$HOME/.npm-global" --offline --no-audit --no-fund $BENCH_ARCHIVES
[ -x "$HOME/.npm-global/bin/amp" ]
`;
