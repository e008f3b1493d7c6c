"""The readers of a process, warm."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ocr_form4.errors import UsageError
from ocr_form4.memory import keep_for_the_next_page
from ocr_form4.readers.base import Reader, Sight
from ocr_form4.readers.form import CaptionReader, CaptionsFirst, FormReader
from ocr_form4.readers.once import Once
from ocr_form4.readers.sight import sight
from ocr_form4.settings import Settings
from ocr_form4.versions import keep_to_instructions
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading


@dataclass(frozen=True, slots=True)
class Readers:
    """``first`` reads everything; the ``others``, in their order, where those before them leave a
    doubt. ``sight`` sees where on a page there is something to be read. ``captions`` reads the
    blank form's own print, with less work than ``first``.
    """

    first: Reader
    others: tuple[Reader, ...] = ()
    sight: Sight = field(default_factory=sight)
    captions: Reader | None = None

    def read(self, crops: Sequence[Gray], may_be_print: Sequence[bool]) -> list[Reading]:
        """Crops read by the first reader, or, of those that may be the form's own print, by the
        reader of that, where that one knows them.
        """
        if self.captions is None:
            return self.first.read(crops)
        return CaptionsFirst(self.captions, self.first).read(crops, may_be_print)

    @property
    def of_print(self) -> Reader:
        """The reader to ask about lines that are likely the form's own print."""
        return CaptionsFirst(self.captions, self.first) if self.captions else self.first

    @property
    def remembering(self) -> Readers:
        """The same readers, of whom those that are asked first read nothing twice."""
        captions = Once(self.captions) if self.captions else None
        return replace(self, first=Once(self.first), captions=captions)

    @property
    def of_turned(self) -> Reader:
        """The reader to ask which way up print is: not the form's own, which has never seen it
        upside down.
        """
        return next((r for r in (self.first, *self.others) if r.name != "form"), self.first)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.first.name, *(r.name for r in self.others))


def make_readers(settings: Settings) -> Readers:
    """The readers that the settings name, loaded once for a process, the one that makes the fewest
    errors first.

    Each reader runs on one thread, as documents are what is read in parallel. Raises UsageError
    where the settings leave no reader for pictures.
    """
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    keep_to_instructions()
    keep_for_the_next_page()
    import cv2

    cv2.setNumThreads(1)
    readers: list[Reader] = []
    if "form" in settings.readers:
        readers.append(FormReader())
    if "paddle" in settings.readers:
        from ocr_form4.readers.paddle import PaddleReader

        readers.append(PaddleReader())
    if "tesseract" in settings.readers:
        from ocr_form4.readers.tesseract import TesseractReader

        readers.append(TesseractReader())
    if not readers:
        raise UsageError("no reader for pictures: --readers needs form, paddle or tesseract")
    captions = CaptionReader() if "form" in settings.readers else None
    return Readers(readers[0], tuple(readers[1:]), captions=captions)
