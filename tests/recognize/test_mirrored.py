"""Print of the other side that is as dark as the page's own is told by what can be read from
behind.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from documents import FIXTURES
from PIL import Image

from ocr_form4.filing import read_document
from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4_models.field import Status
from ocr_form4_models.reason import Code

pytestmark = [pytest.mark.slow, pytest.mark.engines]


def test_a_page_in_black_and_white_through_which_another_shows_is_looked_at_whole(
    readers: Readers, tmp_path: Path
) -> None:
    """In black and white nothing is paler than the page's own print: a price of the other side had
    been accepted.
    """
    with open_document(FIXTURES / "scan" / "sales.pdf", Settings()) as document:
        front = document.page(1)
    with open_document(FIXTURES / "scan" / "as-filed.pdf", Settings()) as document:
        back = cv2.resize(document.page(1).pixels, front.pixels.shape[::-1])
    behind = np.float32(cv2.GaussianBlur(np.ascontiguousarray(back[:, ::-1]), (0, 0), 1.2))
    seen = front.pixels * (1 - 0.65 * (255 - behind) / 255)
    picture = Image.fromarray(np.where(seen > 140, 255, 0).astype(np.uint8)).convert("1")
    dpi = (round(front.dpi[0]), round(front.dpi[1]))
    picture.save(tmp_path / "thin.tif", dpi=dpi, compression="group4")
    (found,) = read_document(tmp_path / "thin.tif", Settings(), readers)
    fields = found.filing.fields.values()
    assert [f.text for f in fields if f.status is Status.ACCEPTED] == []
    assert any(Code.SHOWS_THROUGH in {r.code for r in f.reasons} for f in fields)
