"""The command with readers that need no engines: ``python fake_cli.py SCAN... -o OUT``."""

from __future__ import annotations

import os
import random
import sys
import time

import fake_store  # noqa: F401 (makes disk:// and bucket:// known)
from fake_reading import fake_work

from ocr_form4.cli import main
from ocr_form4.out import addresses, claim, store

if seed := os.environ.get("CLOCK_OF_TEST"):  # in workers, too: they import this file again
    jumps, clock, calendar = random.Random(seed), time.time, time.gmtime
    time.time = lambda: clock() + jumps.uniform(-3e8, 3e8)
    time.gmtime = lambda seconds=None: calendar(time.time() if seconds is None else seconds)

if __name__ == "__main__":
    if quick := os.environ.get("BEAT_OF_TEST"):
        claim.BEAT, claim.PATIENCE, claim.LOOK = float(quick), 10 * float(quick), float(quick) / 3
    if silence := os.environ.get("SILENCE_OF_TEST"):
        addresses.SILENCE, store.PAUSES = float(silence), (0.1,)
    sys.exit(main(sys.argv[1:], fake_work))
