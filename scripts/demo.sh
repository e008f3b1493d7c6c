#!/usr/bin/env bash
# Sets everything up on a fresh Debian or Ubuntu, and reads the sample scans into ocr-form4-out/.
set -euo pipefail
cd "$(dirname "$0")/.."
bash scripts/setup.sh
.venv/bin/ocr-form4 fixtures/scan -o ocr-form4-out
echo "open ocr-form4-out/report.html in a browser; the filings are in ocr-form4-out/filings/"
