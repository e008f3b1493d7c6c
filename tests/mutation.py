"""Damaged documents, from whole ones and a seed: bytes changed, cut, doubled, swapped; numbers in a
PDF made absurd.
"""

from __future__ import annotations

import random
import re
from pathlib import Path

ABSURD = (
    b"0",
    b"-1",
    b"1",
    b"65536",
    b"99999999",
    b"2147483648",
    b"1e99",
    b"null",
    b"<<",
    b"]",
    b"1 0 R",
    b"/X",
)


def mutate(data: bytes, seed: int) -> bytes:
    """The same damage for the same bytes and seed."""
    rng = random.Random(seed)
    changed = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        if not changed:
            break
        kind = rng.randrange(6)
        at = rng.randrange(len(changed))
        length = min(len(changed) - at, rng.choice((1, 1, 4, 64, 1024)))
        if kind == 0:
            changed[at] = rng.randrange(256)
        elif kind == 1:
            changed[at : at + length] = rng.randbytes(length)
        elif kind == 2:
            del changed[at : at + length]
        elif kind == 3:
            changed[at:at] = changed[at : at + length]
        elif kind == 4:
            changed = changed[: max(1, at)] if rng.random() < 0.3 else changed
        else:
            _absurd(changed, rng)
    return bytes(changed)


def _absurd(changed: bytearray, rng: random.Random) -> None:
    """One number outside the streams, in the first and last few KB where a PDF's objects are,
    becomes nonsense.
    """
    numbers = list(re.finditer(rb"(?<=[ /\[])\d+", bytes(changed[:4096])))
    offset = max(0, len(changed) - 4096)
    numbers += list(re.finditer(rb"(?<=[ /\[])\d+", bytes(changed[offset:])))
    if numbers:
        match = rng.choice(numbers)
        start = match.start() if rng.random() < 0.5 else min(len(changed), offset + match.start())
        changed[start : start + len(match[0])] = rng.choice(ABSURD)


def seeds(fixtures: Path, largest: int = 200_000) -> list[Path]:
    """Whole documents to begin from: fixtures of every format that are small enough to be quick."""
    found = [p for folder in ("scan", "more") for p in sorted((fixtures / folder).iterdir())]
    return [p for p in found if p.stat().st_size <= largest]
