#!/usr/bin/env bash
# npm exits 0 and leaves an `amp` that only prints an error when the platform's package of that version can't be had,
# or optional packages are left out. Exits 1 if that changes.
# Package: @ampcode/cli 0.0.1790142911-g7618fb (npm)
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
cd -- "$folder"
status=0
npm install --silent --no-save --no-audit --no-fund --prefix . --omit=optional @ampcode/cli@0.0.1790142911-g7618fb || status=$?
echo "npm install without the platform's package: exit status $status"
said=0
HOME=$folder node_modules/.bin/amp --version < /dev/null > said 2>&1 || said=$?
echo "amp --version: exit status $said: $(head -n 1 said)"
[[ $status == 0 && $said != 0 ]] && grep -q 'native binary not installed' said
