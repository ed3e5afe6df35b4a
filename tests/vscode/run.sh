#!/usr/bin/env bash
# Runs the tests in a real VS Code; arguments are files of tests, without any all of them. install.sh installs the tools.
# SANDSTEP_VSCODE_TRIES: how often a file that fails is run, and that it was is said.
set -euo pipefail
cd "$(dirname "$0")"
lab=${SANDSTEP_VSCODE_LAB:-$HOME/.cache/sandstep-vscode}
ln -sfn "$lab/node_modules" node_modules
[ $# -gt 0 ] || set -- *.test.ts
for file in "$@"; do
  for try in $(seq "${SANDSTEP_VSCODE_TRIES:-1}"); do
    [ "$try" = 1 ] || echo "$file failed: try $try"
    if "$lab/node_modules/node/bin/node" --test --test-concurrency=1 "$file"; then
      continue 2
    fi
  done
  echo "$file failed"
  exit 1
done
