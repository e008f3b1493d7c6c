"""A reader that is asked about a crop once: the same line is looked for by several who need to know
what it says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from ocr_form4.readers.base import Reader
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading

Key = tuple[tuple[int, ...], bytes]


@dataclass(frozen=True, slots=True)
class Once:
    """A reader and all that it said so far; one for a page, so that nothing is kept for longer."""

    asked: Reader
    said: dict[Key, Reading] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.asked.name

    def read(self, crops: Sequence[Gray]) -> list[Reading]:
        keys = [_key(crop) for crop in crops]
        new = {key: crop for key, crop in zip(keys, crops, strict=True) if key not in self.said}
        self.said.update(zip(new, self.asked.read(list(new.values())), strict=True))
        return [self.said[key] for key in keys]


def _key(crop: Gray) -> Key:
    return crop.shape, hashlib.blake2b(crop.tobytes(), digest_size=16).digest()
