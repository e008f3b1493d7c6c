#!/usr/bin/env bash
# Installs what is missing on Debian or Ubuntu: tesseract, poppler, what OpenCV links to, and the package in .venv.
# With "dev" also what the tests use: Chromium with its driver, the fonts that forms are printed in, and the test tools.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(tesseract-ocr tesseract-ocr-eng poppler-utils libgl1 libglib2.0-0 make python3 python3-venv)
[ "${1:-}" = dev ] && packages+=(chromium chromium-driver fonts-liberation git)
missing=()
for package in "${packages[@]}"; do
  dpkg -s "$package" >/dev/null 2>&1 || dpkg -s "${package}t64" >/dev/null 2>&1 || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  echo "installing ${missing[*]}"
  $sudo apt-get update -qq
  for package in "${missing[@]}"; do
    # a browser is for tests alone, which say so and are left out without one; all else must be there
    DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends "$package" >/dev/null \
      || case $package in chromium*) echo "no $package here: the browser tests will be left out" ;; *) exit 1 ;; esac
  done
fi

python=""
for candidate in python3.14 python3.13 python3.12 python3.11 python3; do
  if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    python=$candidate
    break
  fi
done
[ -n "$python" ] || { echo "Python 3.11 or later is needed: Debian 12, Ubuntu 24.04, or install it beside"; exit 4; }
[ -x .venv/bin/python ] || "$python" -m venv .venv
wanted=.
[ "${1:-}" = dev ] && wanted='.[dev,ray]'
stamp=.venv/installed-"${1:-run}"
if [ ! -e "$stamp" ] || [ pyproject.toml -nt "$stamp" ]; then
  echo "installing the Python packages into .venv"
  .venv/bin/python -m pip install -q --upgrade pip
  .venv/bin/python -m pip install -q -e "$wanted"
  touch "$stamp"
fi
