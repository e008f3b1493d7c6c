"""The command with readers that need no engines: ``python fake_cli.py SCAN... -o OUT``."""

from __future__ import annotations

import os
import sys

import fake_store  # noqa: F401 (makes disk:// and bucket:// known)
from fake_reading import fake_work

from ocr_form4.cli import main
from ocr_form4.out import claim

if __name__ == "__main__":
    if quick := os.environ.get("BEAT_OF_TEST"):
        claim.BEAT, claim.PATIENCE, claim.LOOK = float(quick), 10 * float(quick), float(quick) / 3
    sys.exit(main(sys.argv[1:], fake_work))
