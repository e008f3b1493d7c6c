"""Recorded readings: what engines once said of a crop, and what the page network once saw, said
again without them.

With these, everything from deskewing to verdict is the same to the byte on every machine, and takes
as long as the pixels take: what networks compute differs in its last digits from one processor to
the next, and a page laid straight by other last digits has other crops. A recording is made by
reading once through :class:`once.Once` and seeing through :class:`SightRecorder`.
"""

from __future__ import annotations

import gzip
import io
import json
import lzma
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ocr_form4.readers import Readers
from ocr_form4.readers.base import Sight
from ocr_form4.readers.once import Once, Said, key_of
from ocr_form4_models.geometry import F
from ocr_form4_models.page import Gray, PageMaps
from ocr_form4_models.reading import Reading

Seen = dict[str, PageMaps[Any]]
"""The maps of each page, by the key of its picture."""
CAPTIONS = "captions"
"""What the reader of captions said is kept under this name: it speaks in that of the first."""
_LEVELS = 15
"""Steps between nothing and sure that recorded maps keep: a third of the bytes of all 255."""


@dataclass(frozen=True, slots=True)
class Recording:
    """What every reader said, by its name, in the order in which the readers are asked; and what
    was seen.
    """

    said: dict[str, Said] = field(default_factory=dict)
    seen: Seen = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True)
class SightRecorder:
    """Sight whose maps are kept, in the steps that a recording keeps."""

    asked: Sight
    seen: Seen

    def see(self, pixels: Gray, dpi: tuple[float, float], frame: type[F]) -> PageMaps[F]:
        key = key_of(pixels, dpi)
        if key not in self.seen:
            self.seen[key] = _in_steps(self.asked.see(pixels, dpi, frame))
        return self.seen[key]


@dataclass(frozen=True, slots=True)
class SightReplay:
    """Sight that gives what was recorded. Raises LookupError for a page that was not."""

    seen: Seen

    def see(self, pixels: Gray, dpi: tuple[float, float], frame: type[F]) -> PageMaps[F]:
        try:
            return self.seen[key_of(pixels, dpi)]
        except KeyError as error:
            raise LookupError("this page was never seen: record it anew") from error


def recorded(readers: Readers) -> tuple[Readers, Recording]:
    """The same readers, and the recording into which they are heard and seen."""
    asked = (readers.first, *readers.others)
    recording = Recording({name: {} for name in (*(r.name for r in asked), CAPTIONS)})
    first, *others = (Once(r, recording.said[r.name]) for r in asked)
    of_print = Once(readers.captions, recording.said[CAPTIONS]) if readers.captions else None
    seen = SightRecorder(readers.sight, recording.seen)
    return Readers(first, tuple(others), seen, of_print), recording


def replayed(recording: Recording) -> Readers:
    """Readers that say what was recorded."""
    said = dict(recording.said)
    of_print = said.pop(CAPTIONS, None)
    first, *others = (Replay(name, of) for name, of in said.items())
    captions = Replay(first.name, of_print) if of_print else None
    return Readers(first, tuple(others), SightReplay(recording.seen), captions)


def save(recording: Recording, said: Path) -> None:
    """The readings as JSON in gzip, the maps as arrays in xz, as other weights change only one of
    them, in NAME.said.gz and NAME.seen.xz beside it; the same recording gives the same bytes.
    """
    plain = {
        name: {key: [r.text, r.confidence, r.ends, r.words] for key, r in sorted(of.items())}
        for name, of in recording.said.items()
    }
    data = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode()
    said.write_bytes(gzip.compress(data, mtime=0))
    arrays = io.BytesIO()
    np.savez(arrays, allow_pickle=False, **_arrays(recording.seen))
    _seen_of(said).write_bytes(lzma.compress(arrays.getvalue()))


def load(said: Path) -> Recording:
    """Raises OSError where there is no recording, ValueError where it is none."""
    plain = json.loads(gzip.decompress(said.read_bytes()))
    with np.load(io.BytesIO(lzma.decompress(_seen_of(said).read_bytes()))) as arrays:
        maps = {key: _unpacked(arrays[key]) for key in arrays.files}
    first = next(iter(plain))
    return Recording(
        {
            name: {k: _reading(first if name == CAPTIONS else name, *v) for k, v in of.items()}
            for name, of in plain.items()
        },
        maps,
    )


def _arrays(seen: Seen) -> dict[str, Any]:
    return {key: _packed(maps) for key, maps in sorted(seen.items())}


def _seen_of(said: Path) -> Path:
    return said.with_name(said.name.removesuffix(".said.gz") + ".seen.xz")


def _in_steps(maps: PageMaps[F]) -> PageMaps[F]:
    """The maps as a recording gives them back."""
    return _unpacked(_packed(maps))


_MAPS = ("across", "down", "core", "text", "foreign")


def _step(one: Gray) -> Gray:
    return np.rint(one / (255 / _LEVELS)).astype(np.uint8)


def _packed(maps: PageMaps[F]) -> np.ndarray[Any, np.dtype[np.void]]:
    """One array, shape (), of the maps in their steps and of the size of a pixel of theirs."""
    stack = np.stack([_step(getattr(maps, n)) for n in _MAPS])
    kind = np.dtype([("maps", np.uint8, stack.shape), ("step", np.float64, 2)])
    return np.array((stack, maps.step), dtype=kind)


def _unpacked(packed: np.ndarray[Any, np.dtype[np.void]]) -> PageMaps[Any]:
    maps = (np.ascontiguousarray(m) * np.uint8(255 // _LEVELS) for m in packed["maps"])
    across, down, core, text, foreign = maps
    return PageMaps(across, down, core, text, foreign, tuple(packed["step"].tolist()))


def _reading(
    name: str, text: str, score: float, ends: Sequence[float], words: Sequence[float]
) -> Reading:
    return Reading(name, text, score, tuple(ends), tuple(words))
