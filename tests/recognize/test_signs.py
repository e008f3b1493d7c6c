"""No form, no filing: what has none of the form's own words is refused before it is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from documents import DATA, FIXTURES

from ocr_form4.errors import UnsupportedDocument
from ocr_form4.filing import divide_pages, read_document
from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.recognize.signs import shows_the_form, signs_in

NEGATIVES = sorted((DATA / "negatives").glob("*.[tj]*"))


@pytest.mark.parametrize("scan", NEGATIVES, ids=lambda p: p.stem)
def test_another_s_form_is_refused_in_one_line(scan: Path, readers: Readers) -> None:
    """Both became filings, by their boxes alone."""
    with pytest.raises(UnsupportedDocument) as refused:
        read_document(scan, Settings(), readers)
    assert "no page of it is a Form 3, 4 or 5" in str(refused.value) and "\n" not in str(
        refused.value
    )


@pytest.mark.parametrize(
    "name",
    [
        "scan/fax.tif",
        "more/coarse-fax.pdf",
        "more/handwritten.pdf",
        "more/copy-of-copies.pdf",
        "more/form-3.pdf",
    ],
)
def test_the_form_s_own_first_page_shows_it_however_poor(name: str, readers: Readers) -> None:
    with open_document(FIXTURES / name, Settings()) as document:
        page = next(divide_pages(document, readers))
    assert hasattr(page, "layout") and shows_the_form(page.layout, readers.first)


@pytest.mark.parametrize(
    ("line", "signs"),
    [("1. Name and Address of Reporting Person*", {"person"}), ("FORM 4", {"number"}), ("FORM 4562",
     set()),
     ("Form 5-A", set()), ("1. NAMES OF REPORTING PERSONS", set()), ("Title of Class of Securities",
      set()),
     ("STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP", {"title"}), ("Name and address of employer",
      set()),
     ("2. Issuer Narne and Ticker or Tradlng Symbol", {"issuer"}), ("Explanation of Responses:",
      {"notes"}),
     ("PERIODIC TRANSACTION REPORT", set()), ("Signature of the person discharging", set())],
)  # fmt: skip
def test_what_is_a_sign_of_the_form(line: str, signs: set[str]) -> None:
    assert signs_in([line]) == signs
