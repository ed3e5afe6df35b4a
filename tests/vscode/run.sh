#!/usr/bin/env bash
# Runs the tests in a real VS Code; arguments are files of tests, without any all of them. install.sh installs the tools.
set -euo pipefail
cd "$(dirname "$0")"
lab=${SANDSTEP_VSCODE_LAB:-$HOME/.cache/sandstep-vscode}
ln -sfn "$lab/node_modules" node_modules
[ $# -gt 0 ] || set -- *.test.ts
exec "$lab/node_modules/node/bin/node" --test --test-concurrency=1 "$@"
