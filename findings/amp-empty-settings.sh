#!/usr/bin/env bash
# Amp takes comments and trailing commas in its settings file, but neither an empty file nor a byte-order mark: every
# command that reads settings fails then, while `amp --version`, by which one would see whether Amp works, exits 0. Exits
# 1 if that changes.
# Package: @ampcode/cli 0.0.1790142911-g7618fb (npm)
# Seen: with an empty file and with a byte-order mark, `amp permissions list` exits 1: "Invalid JSON in settings file"
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
cd -- "$folder"
npm install --silent --no-save --no-audit --no-fund --prefix . @ampcode/cli@0.0.1790142911-g7618fb
mkdir home
amp() { HOME=$folder/home AMP_API_KEY=none node_modules/.bin/amp --settings-file "$folder/settings.json" "$@" < /dev/null 2>&1; }
as_seen=true
try() { # $1: what the file holds, in words; $2: its text; $3: the status that is expected
  local status=0 version=0
  printf %b "$2" > settings.json
  amp permissions list > said || status=$?
  amp --version > /dev/null || version=$?
  echo "$1: amp permissions list exits $status, amp --version $version"
  [[ $status == "$3" && $version == 0 ]] || as_seen=false
}
try 'a trailing comma and a comment' '{ "amp.tab": 1, // one\n}' 0
try 'an empty file' '' 1
try 'a byte-order mark' '\xef\xbb\xbf{}' 1
[[ $as_seen == true ]]
