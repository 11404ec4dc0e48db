#!/usr/bin/env bash
# Of a name that stands twice in one object, jsonc-parser's `parse` returns the last value, as JSON.parse does, but its
# `modify` changes the first: the edit succeeds, and the file says the same as before. Exits 1 if that changes.
# Package: jsonc-parser 3.3.1 (npm)
# Seen: parse: {"mode":"b"}; after modify to "c": {"mode":"c","mode":"b"}, which parses as {"mode":"b"}
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf -- "$folder"' EXIT
cd -- "$folder"
npm install --silent --no-save --no-audit --no-fund --prefix . jsonc-parser@3.3.1
cat > twice.cjs << 'END'
const { applyEdits, modify, parse } = require('jsonc-parser');
const text = '{"mode":"a","mode":"b"}';
const changed = applyEdits(text, modify(text, ['mode'], 'c', {}));
console.log(`parse: ${JSON.stringify(parse(text))}`);
console.log(`after modify to "c": ${changed}, which parses as ${JSON.stringify(parse(changed))}`);
process.exitCode = parse(text).mode === 'b' && parse(changed).mode === 'b' ? 0 : 1;
END
node twice.cjs
