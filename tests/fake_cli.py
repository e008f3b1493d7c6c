"""The command with readers that need no engines: ``python fake_cli.py SCAN... -o OUT``."""

from __future__ import annotations

import sys

from fake_reading import fake_work

from ocr_form4.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], fake_work))
