#!/usr/bin/env bash
# Checks the tests' TypeScript with the extension's tools and settings; install.sh installs what they import.
set -euo pipefail
cd "$(dirname "$0")"
lab=${SANDSTEP_VSCODE_LAB:-$HOME/.cache/sandstep-vscode}
tools=../../editors/vscode/node_modules/.bin
[ -d "$lab/node_modules" ] || { echo "What the tests import is not there: run tests/vscode/install.sh first." >&2; exit 1; }
ln -sfn "$lab/node_modules" node_modules
"$tools/biome" check --error-on-warnings .
"$tools/tsc" -p .
