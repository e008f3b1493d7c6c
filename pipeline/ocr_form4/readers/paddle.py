"""PP-OCR's recogniser as published, its last layer cut down to the characters that can stand on the
form.

rapidocr's own call pads every crop to 320 pixels and chooses among 18,710 characters. Here a crop
is no wider than it needs to be, and "4" never becomes a Chinese numeral. Source of the network:
PP-OCR (PaddleOCR, Apache License 2.0), https://github.com/PaddlePaddle/PaddleOCR;
``scripts/quantize.py`` made the file of it that this package carries.
"""

from __future__ import annotations

from ocr_form4.readers.ctc import CtcReader, LineShape

SHAPE = LineShape(
    height=48,
    widths=(48, 80, 112, 160, 224, 288, 352, 448, 576, 736, 928, 1184, 1600),
    batch_columns=0,
    longest=1100,
    beyond=0.0,
    channels=3,
)
CHARACTERS = "".join(chr(c) for c in range(33, 127)) + "§©®™°–—‘’“”•½¼¾"


class PaddleReader(CtcReader):
    """PP-OCR as published."""

    def __init__(self) -> None:
        super().__init__("paddle", "paddle.xml", SHAPE)
