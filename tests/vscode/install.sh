#!/usr/bin/env bash
# Installs a real VS Code (code-server) and a headless browser for the tests, from Debian's packages and npm's. Takes minutes, once.
set -euo pipefail
cd "$(dirname "$0")"
lab=${SANDSTEP_VSCODE_LAB:-$HOME/.cache/sandstep-vscode}
ready=$lab/ready-$(cat package.json install.sh | sha256sum | cut -c1-16)
[ -e "$ready" ] && exit 0
if ! [ -x /usr/bin/chromium ] || ! dpkg -s build-essential libkrb5-dev pkg-config >/dev/null 2>&1; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq build-essential python3 pkg-config libkrb5-dev chromium >/dev/null
fi
rm -rf "$lab"
mkdir -p "$lab/node"
# code-server's own steps run under the Node that it is for, which has to be there first.
npm install --silent --prefix "$lab/node" "node@$(node -p 'require("./package.json").dependencies.node')"
PATH=$lab/node/node_modules/node/bin:$PATH
[ -d /usr/include/node ] && export npm_config_nodedir=/usr # the headers cannot be downloaded here
cp package.json "$lab/"
npm install --silent --prefix "$lab"
test -d "$lab/node_modules/code-server/lib/vscode/out" # its own steps have ended well
touch "$ready"
