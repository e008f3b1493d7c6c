"""The readers of a process, warm."""

from __future__ import annotations

import os
from dataclasses import dataclass

from ocr_form4.errors import UsageError
from ocr_form4.readers.base import Reader
from ocr_form4.settings import Settings


@dataclass(frozen=True, slots=True)
class Readers:
    """``first`` reads everything; ``second``, where there is one, reads again whatever becomes a field."""

    first: Reader
    second: Reader | None

    @property
    def names(self) -> tuple[str, ...]:
        return (self.first.name, *((self.second.name,) if self.second else ()))


def make_readers(settings: Settings) -> Readers:
    """The readers that the settings name, loaded once for a process.

    PP-OCR reads first where it may: it makes the fewest errors. Each reader runs on one thread, as documents are what
    is read in parallel. Raises UsageError where the settings leave no reader for pictures.
    """
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    import cv2

    cv2.setNumThreads(1)
    readers: list[Reader] = []
    if "paddle" in settings.readers:
        from ocr_form4.readers.paddle import PaddleReader

        readers.append(PaddleReader())
    if "tesseract" in settings.readers:
        from ocr_form4.readers.tesseract import TesseractReader

        readers.append(TesseractReader())
    if not readers:
        raise UsageError("no reader for pictures: --readers needs paddle or tesseract")
    return Readers(readers[0], readers[1] if len(readers) > 1 else None)
