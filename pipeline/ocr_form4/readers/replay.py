"""Recorded readings: what engines once said of a crop, said again without them.

With these, everything from segmentation to verdict is the same to the byte on every machine, and
takes as long as the pixels take. A recording is made by reading once through :class:`Recorder`.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ocr_form4.readers import Readers
from ocr_form4.readers.base import Reader
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading

Said = dict[str, Reading]
"""A reader's reading of each crop, by the crop's key."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What every reader said, by its name, in the order in which the readers are asked."""

    said: dict[str, Said] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorder:
    """A reader whose answers are kept: nothing is asked twice, as the same crop has the same
    answer.
    """

    asked: Reader
    said: Said

    @property
    def name(self) -> str:
        return self.asked.name

    def read(self, crops: Sequence[Gray]) -> list[Reading]:
        keys = [key_of(crop) for crop in crops]
        new = {key: crop for key, crop in zip(keys, crops, strict=True) if key not in self.said}
        self.said.update(zip(new, self.asked.read(list(new.values())), strict=True))
        return [self.said[key] for key in keys]


@dataclass(frozen=True, slots=True)
class Replay:
    """A reader that says what was recorded. Raises LookupError for a crop that was not."""

    name: str
    said: Said

    def read(self, crops: Sequence[Gray]) -> list[Reading]:
        try:
            return [self.said[key_of(crop)] for crop in crops]
        except KeyError as error:
            raise LookupError(
                f"{self.name} was never asked about this crop: record it anew"
            ) from error


def key_of(crop: Gray) -> str:
    """Tells crops apart by their pixels and shape."""
    return hashlib.sha256(repr(crop.shape).encode() + crop.tobytes()).hexdigest()[:20]


def recorded(readers: Readers) -> tuple[Readers, Recording]:
    """The same readers, and the recording into which they are heard."""
    names = [r.name for r in (readers.first, *readers.others)]
    recording = Recording({name: {} for name in names})
    first, *others = (Recorder(r, recording.said[r.name]) for r in (readers.first, *readers.others))
    return Readers(first, tuple(others)), recording


def replayed(recording: Recording) -> Readers:
    """Readers that say what was recorded."""
    first, *others = (Replay(name, said) for name, said in recording.said.items())
    return Readers(first, tuple(others))


def save(recording: Recording, path: Path) -> None:
    """The recording as JSON in gzip; the same recording gives the same bytes."""
    plain = {
        name: {key: [r.text, r.confidence, r.ends, r.words] for key, r in sorted(said.items())}
        for name, said in recording.said.items()
    }
    data = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    path.write_bytes(gzip.compress(data, mtime=0))


def load(path: Path) -> Recording:
    """Raises OSError where there is no recording, ValueError where it is none."""
    plain = json.loads(gzip.decompress(path.read_bytes()))
    return Recording(
        {name: {k: _reading(name, *v) for k, v in said.items()} for name, said in plain.items()}
    )


def _reading(
    name: str, text: str, score: float, ends: Sequence[float], words: Sequence[float]
) -> Reading:
    return Reading(name, text, score, tuple(ends), tuple(words))
