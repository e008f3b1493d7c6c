"""The searchable PDF, read back by poppler as a viewer's search would."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pikepdf
import pytest
from make_out import FIXTURES, make_evidence, truth_of

from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.formats.searchable_pdf import printed, write_pdf
from ocr_form4.settings import Settings
from ocr_form4_models.evidence import Evidence
from ocr_form4_models.form4 import Filing

WORD = re.compile(
    r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>'
)
PAGE = re.compile(r'<page width="([\d.]+)" height="([\d.]+)">')


def made(scan: Path) -> tuple[Evidence, bytes]:
    evidence = make_evidence(scan, read_xml(truth_of(scan).read_bytes()), {})
    return evidence, write_pdf(scan, evidence, Settings())


def words(pdf: Path) -> list[tuple[int, str, tuple[float, float], tuple[float, float]]]:
    """(page, word, its middle and its size as shares of the page as shown)."""
    done = subprocess.run(
        ["pdftotext", "-bbox", str(pdf), "-"], check=True, capture_output=True, timeout=60
    )
    found = []
    for number, page in enumerate(done.stdout.decode().split("<page ")[1:], 1):
        size = PAGE.search("<page " + page)
        assert size is not None
        width, height = float(size[1]), float(size[2])
        for x0, y0, x1, y1, word in WORD.findall(page):
            middle = (float(x0) + float(x1)) / 2 / width, (float(y0) + float(y1)) / 2 / height
            found.append(
                (
                    number,
                    word,
                    middle,
                    ((float(x1) - float(x0)) / width, (float(y1) - float(y0)) / height),
                )
            )
    return found


@pytest.mark.parametrize(
    "scan",
    [
        "scan/sales.pdf",
        "more/rotate-flag.pdf",
        "scan/fax.tif",
        "scan/sideways.jpg",
        "scan/black-and-white.png",
    ],
)
def test_words_lie_in_the_boxes_of_their_fields(scan: str, tmp_path: Path) -> None:
    """Turned pages (/Rotate), and pages of a fax with other resolutions across and down."""
    evidence, data = made(FIXTURES / scan)
    target = tmp_path / "searchable.pdf"
    target.write_bytes(data)
    found = words(target)
    sizes = {p.number: (p.width, p.height) for p in evidence.pages}
    looked = 0
    for field in evidence.filing.fields.values():
        text = printed(field)
        if field.place is None or not re.fullmatch(r"[\w.,$/]{4,14}", text):
            continue
        (width, height), box = sizes[field.place.page], field.place.box
        there = [
            (word, size) for page, word, (x, y), size in found
            if page == field.place.page and box.contains(x * width, y * height)
        ]  # fmt: skip
        assert [word for word, _ in there] == [text]
        assert there[0][1][0] == pytest.approx(box.width / width, rel=0.05)
        looked += 1
    assert looked >= 8


def test_the_scan_itself_is_untouched() -> None:
    scan = FIXTURES / "scan" / "sales.pdf"
    _, data = made(scan)

    def pictures(pdf: pikepdf.Pdf) -> list[bytes]:
        return [bytes(i.read_raw_bytes()) for page in pdf.pages for i in page.get_images().values()]

    import io

    with pikepdf.open(scan) as before, pikepdf.open(io.BytesIO(data)) as after:
        assert pictures(before) == pictures(after) != []
        assert [p.mediabox for p in before.pages] == [p.mediabox for p in after.pages]


def test_text_is_invisible(tmp_path: Path) -> None:
    scan = FIXTURES / "scan" / "sales.pdf"
    target = tmp_path / "searchable.pdf"
    target.write_bytes(made(scan)[1])
    shown = [
        subprocess.run(
            ["pdftoppm", "-r", "60", "-gray", str(p)], check=True, capture_output=True, timeout=60
        ).stdout
        for p in (scan, target)
    ]
    assert shown[0] == shown[1]


def test_text_beyond_the_font_and_parentheses(tmp_path: Path) -> None:
    """What WinAnsi has is kept, what it has not is a question mark, and no text can end the string
    early.
    """
    from dataclasses import replace

    scan = FIXTURES / "scan" / "sales.pdf"
    evidence, _ = made(scan)
    path = "/ownershipDocument/issuer/issuerName"
    changed = {path: replace(evidence.filing.fields[path], value="(Zürich\\) “A” ☃)")}
    filing: Filing = evidence.filing.with_fields(changed)
    target = tmp_path / "searchable.pdf"
    target.write_bytes(write_pdf(scan, replace(evidence, filing=filing), Settings()))
    text = subprocess.run(
        ["pdftotext", str(target), "-"], check=True, capture_output=True, timeout=60
    ).stdout.decode()
    assert "(Zürich\\) “A” ?)" in text


def test_a_filing_gets_its_own_pages_only() -> None:
    import io
    from dataclasses import replace

    scan = FIXTURES / "more" / "two-filings.pdf"
    evidence, _ = made(scan)
    second = replace(evidence, pages=evidence.pages[1:2], first_page=2)
    with pikepdf.open(io.BytesIO(write_pdf(scan, second, Settings()))) as pdf:
        assert len(pdf.pages) == 1


def test_same_input_same_bytes() -> None:
    scan = FIXTURES / "scan" / "sideways.jpg"
    assert made(scan)[1] == made(scan)[1]
