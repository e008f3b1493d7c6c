"""Tesseract through pytesseract, many crops to one process.

Starting the program costs more than reading a cell: a list file takes the whole batch in one start. In its table of
words ``page_num`` is the crop's index in the list.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ocr_form4.errors import MissingProgram
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading

LETTER_HEIGHT = 34
"""Crops are scaled so that their height is about this times 1.5: Tesseract reads capitals of 30 pixels best."""
SECONDS = 120


class TesseractReader:
    """The LSTM engine with English; ``--psm 7``: a crop is one line."""

    name = "tesseract"

    def __init__(self) -> None:
        import pytesseract

        try:
            pytesseract.get_tesseract_version()
        except pytesseract.TesseractNotFoundError as error:
            raise MissingProgram("tesseract", "tesseract-ocr") from error

    def read(self, crops: Sequence[Gray]) -> list[Reading]:
        if not crops:
            return []
        import cv2
        import pytesseract

        with tempfile.TemporaryDirectory(prefix="ocr-form4-") as folder:
            names = []
            for k, crop in enumerate(crops):
                name = str(Path(folder, f"{k}.png"))
                cv2.imwrite(name, _prepare(crop), [cv2.IMWRITE_PNG_COMPRESSION, 0])
                names.append(name)
            batch = Path(folder, "batch.txt")
            batch.write_text("\n".join(names) + "\n")
            table = pytesseract.image_to_data(str(batch), lang="eng", config="--oem 1 --psm 7", timeout=SECONDS)
        return _readings(table, len(crops), self.name)


def _prepare(crop: Gray) -> Gray:
    """Scaled to the height Tesseract likes, on a margin of paper: without one it loses letters at the edge."""
    import cv2

    height = max(1, crop.shape[0])
    factor = 1.5 * LETTER_HEIGHT / height
    if factor > 1.15 or factor < 0.7:
        factor = min(3.0, factor)
        how = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
        crop = np.asarray(cv2.resize(crop, None, fx=factor, fy=factor, interpolation=how))
    paper = int(np.percentile(crop, 90))
    return np.asarray(cv2.copyMakeBorder(crop, 12, 12, 16, 16, cv2.BORDER_CONSTANT, value=paper))


def _readings(table: str, count: int, name: str) -> list[Reading]:
    words: list[list[tuple[str, float]]] = [[] for _ in range(count)]
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row.get("text") or "").strip()
        if row.get("level") == "5" and text:
            words[int(row["page_num"]) - 1].append((text, max(0.0, float(row["conf"])) / 100))
    return [
        Reading(
            name,
            " ".join(t for t, _ in found),
            round(min((c for _, c in found), default=0.0), 3),
            words=tuple(round(c, 3) for t, c in found for _ in t.split()),
        )
        for found in words
    ]
