"""Readings that scripts keep from run to run, one recording a scan, so that engines are asked about
a crop once and for all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ocr_form4.readers import Readers
from ocr_form4.readers.replay import load, recorded, save


@contextmanager
def kept_readings(readers: Readers, folder: Path | None, scan: Path) -> Iterator[Readers]:
    """While it lasts, readers that ask only about what is not in ``folder``'s recording of a scan;
    that is brought up to date at the end. Without a folder nothing is kept.
    """
    heard, recording = recorded(readers)
    if folder is None:
        yield heard
        return
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{scan.name}.said.gz"
    if file.exists():
        known = load(file)
        recording.seen.update(known.seen)
        for name, of in known.said.items():
            recording.said[name].update(of)
    before = _size(recording.said, recording.seen)
    yield heard
    if _size(recording.said, recording.seen) != before:
        save(recording, file)


def _size(said: dict[str, dict[str, object]], seen: dict[str, object]) -> int:
    return len(seen) + sum(map(len, said.values()))
