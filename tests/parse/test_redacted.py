"""Nothing that lies under a black bar is accepted, nor lost, and what stands elsewhere is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from documents import FIXTURES, Read
from PIL import Image

from ocr_form4.filing import read_document
from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4_models.evidence import Evidence, FilingStatus
from ocr_form4_models.field import Status
from ocr_form4_models.form4 import ROOT
from ocr_form4_models.reason import Code

pytestmark = pytest.mark.engines
NAME = "scan/exercise.pdf"
ROW = f"{ROOT}/nonDerivativeTable/nonDerivativeTransaction[1]"
OWNER = f"{ROOT}/reportingOwner[1]"


def under_bars(read: Read, readers: Readers, folder: Path, *paths: str) -> Evidence:
    """The fixture with a black bar over each of the fields, as far as its place goes."""
    (clean,) = read(NAME)
    with open_document(FIXTURES / NAME, Settings()) as document:
        pages = [document.page(n + 1) for n in range(document.page_count)]
    pixels = [p.pixels.copy() for p in pages]
    for path in paths:
        place = clean.filing.fields[path].place
        assert place is not None
        box = place.box.inset(-4)
        shape = pixels[place.page - 1].shape
        pixels[place.page - 1][box.pixels(*shape)] = 10
    images = [Image.fromarray(p) for p in pixels]
    dpi = (round(pages[0].dpi[0]), round(pages[0].dpi[1]))
    images[0].save(folder / "barred.tif", save_all=True, append_images=images[1:], dpi=dpi)
    (found,) = read_document(folder / "barred.tif", Settings(), readers)
    return found


@pytest.mark.parametrize(
    "path",
    [
        f"{OWNER}/reportingOwnerId/rptOwnerName",
        f"{OWNER}/reportingOwnerAddress/rptOwnerStreet1",
        f"{ROOT}/issuer/issuerName",
        f"{ROOT}/periodOfReport",
        f"{ROW}/transactionAmounts/transactionPricePerShare/value",
        f"{ROW}/postTransactionAmounts/sharesOwnedFollowingTransaction/value",
        f"{ROOT}/ownerSignature[1]/signatureName",
        f"{ROOT}/ownerSignature[1]/signatureDate",
    ],
)
def test_what_lies_under_a_bar_is_looked_at_and_the_reason_says_so(
    path: str, read: Read, readers: Readers, tmp_path: Path
) -> None:
    found = under_bars(read, readers, tmp_path, path)
    field = found.filing.fields[path]
    assert field.status is Status.REVIEW
    assert Code.REDACTED in {r.code for r in field.reasons}
    assert found.status is FilingStatus.PARTIAL
    assert any("black bars" in message for message in found.messages)
    (clean,) = read(NAME)
    wrong = {
        p: f.text
        for p, f in found.filing.fields.items()
        if f.status is Status.ACCEPTED and f.value != clean.filing.fields[p].value
    }
    assert wrong == {}


def test_a_row_under_a_bar_is_a_row_up_for_review(
    read: Read, readers: Readers, tmp_path: Path
) -> None:
    (clean,) = read(NAME)
    row = [p for p in clean.filing.fields if p.startswith(f"{ROW}/") and p.endswith("/value")]
    found = under_bars(read, readers, tmp_path, *row)
    assert found.filing.row_paths == clean.filing.row_paths
    assert {found.filing.fields[p].status for p in row} == {Status.REVIEW}


def test_a_page_without_bars_has_no_such_reason(read: Read) -> None:
    (clean,) = read(NAME)
    codes = {n.code for f in clean.filing.fields.values() for n in f.notes}
    assert Code.REDACTED not in codes
