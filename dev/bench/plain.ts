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

/**
 * The same with a prompt (BENCH_PROMPT), as the module's predecessor gave it: on Amp's own standard input. It
 * echoed it inside a command line, where the shell ran parts of it; this doesn't.
 */
export const PLAIN_PROMPT_START = PLAIN_START.replace(
  '-- amp\n',
  `-- bash -c 'printf %s "$BENCH_PROMPT" | amp'\n`,
);

/**
 * The other half, with npm: installs Amp at every start, here from local archives, so that no network is measured.
 */
export const PLAIN_INSTALL = `
if [ -f "$HOME/.nvm/nvm.sh" ]; then source "$HOME/.nvm/nvm.sh"; fi
set -euo pipefail
mkdir -p "$HOME/.npm-global"
npm install --global --prefix "$HOME/.npm-global" --offline --no-audit --no-fund $BENCH_ARCHIVES
[ -x "$HOME/.npm-global/bin/amp" ]
`;

/**
 * The other half, with nothing set: what version 3.0.0 of the module and AgentAPI's module did at every start.
 * Runs Amp's installer, asks the result for its version, and downloads AgentAPI with the same retries into
 * BENCH_BIN, which stands in for /usr/local/bin (without the `sudo` that it took).
 */
export const PLAIN_DOWNLOADS = `
set -euo pipefail
if curl -fsSL https://ampcode.com/install.sh | bash; then
  export PATH="$HOME/.local/bin:$HOME/.amp/bin:$PATH"
  echo "Amp version: $(amp --version)"
else
  echo "Amp was not installed" >&2
fi
curl --fail --location --retry 5 --retry-delay 5 --retry-all-errors --output "$BENCH_BIN/agentapi.new" \
  https://github.com/coder/agentapi/releases/download/v0.12.1/agentapi-linux-amd64
chmod +x "$BENCH_BIN/agentapi.new"
mv "$BENCH_BIN/agentapi.new" "$BENCH_BIN/agentapi"
`;
