"""The project's own line reader: PP-OCR's recogniser trained further on lines of this form.

It reads at two thirds of PP-OCR's height, in less than half of its time, knows print as fax,
photocopy and thresholds leave it, and writes footnote marks that stand above the line in characters
of their own (``RAISED``): it says what is value and what is mark. Made by
``scripts/train_reader.py``; PP-OCR is under the Apache License 2.0.
"""

from __future__ import annotations

from ocr_form4.readers.ctc import CtcReader, LineShape

SHAPE = LineShape(
    height=32,
    widths=(64, 96, 128, 160, 192, 224, 256, *range(320, 1601, 64)),
    batch_columns=1024,
    longest=1560,
    beyond=1.0,
    channels=1,
)


class FormReader(CtcReader):
    """The network of ``weights/reader.xml``."""

    def __init__(self) -> None:
        super().__init__("form", "reader.xml", SHAPE)
