#!/usr/bin/env bash
# Sets everything up on a fresh Debian or Ubuntu, and runs every check and test.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh dev
make check PYTHON=.venv/bin/python
