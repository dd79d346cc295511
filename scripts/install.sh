#!/bin/sh
# Makes .venv and installs one locked file into it, unless exactly that was done before.
# usage: scripts/install.sh requirements.txt|requirements-dev.txt
set -eu

locked=$1
stamp=".venv/$locked.sha256"

if [ -f "$stamp" ] && sha256sum --check --status "$stamp"; then
    exit 0
fi
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    echo "Making the virtual environment .venv"
    "${PYTHON:-python3}" -m venv .venv
fi
echo "Installing $locked into .venv"
.venv/bin/python -m pip install --disable-pip-version-check --require-hashes -r "$locked"
# The development file holds the same pins as the other, so both are done then.
[ "$locked" = requirements.txt ] || sha256sum requirements.txt >.venv/requirements.txt.sha256
sha256sum "$locked" >"$stamp"
