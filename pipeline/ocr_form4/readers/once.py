"""A reader that is asked about a crop once: the same line is looked for by several who need to know
what it says, and the same crop has the same answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from ocr_form4.readers.base import Reader
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading

Said = dict[str, Reading]
"""A reader's reading of each crop, by the crop's key."""


@dataclass(frozen=True, slots=True)
class Once:
    """A reader and all that it said so far: of a page, or of what is recorded."""

    asked: Reader
    said: Said = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.asked.name

    def read(self, crops: Sequence[Gray]) -> list[Reading]:
        keys = [key_of(crop) for crop in crops]
        new = {key: crop for key, crop in zip(keys, crops, strict=True) if key not in self.said}
        self.said.update(zip(new, self.asked.read(list(new.values())), strict=True))
        return [self.said[key] for key in keys]


def key_of(picture: Gray, dpi: tuple[float, float] | None = None) -> str:
    """Tells crops apart by their pixels and shape, pages by their resolution, too."""
    about = repr(picture.shape) + (repr(dpi) if dpi else "")
    return hashlib.sha256(about.encode() + picture.tobytes()).hexdigest()[:20]
