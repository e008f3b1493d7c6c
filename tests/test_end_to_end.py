"""The whole pipeline with the real engines on the fixtures: what a user gets out of each kind of
scan.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from documents import FIXTURES, Read
from filing_score import compare
from lxml import etree
from PIL import Image

from ocr_form4.errors import (
    DamagedDocument,
    EmptyDocument,
    EncryptedDocument,
    TruncatedDocument,
    UnsupportedDocument,
)
from ocr_form4.filing import read_document
from ocr_form4.formats.edgar_xml import read_xml, write_xml
from ocr_form4.formats.evidence_json import read_json, write_json
from ocr_form4.readers import Readers
from ocr_form4.settings import Settings
from ocr_form4.stages.parse.fields import STRUCK
from ocr_form4.stages.rasterize import open_document
from ocr_form4_models.check import Grade, Outcome
from ocr_form4_models.evidence import Evidence, FilingStatus, Software, Source
from ocr_form4_models.field import Kind, Status
from ocr_form4_models.form4 import Column, Filing, Table
from ocr_form4_models.page import PageStatus

SCHEMA = Path(__file__).parent / "data" / "xsd" / "ownership4Document.xsd.xml"
ROW = "/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction[1]"

SCANS = sorted(p.relative_to(FIXTURES).as_posix() for p in (FIXTURES / "scan").iterdir())


def truth(name: str) -> Filing:
    return read_xml((FIXTURES / "truth" / f"{Path(name).stem}.xml").read_bytes())


def json_of(evidence: Evidence, name: str) -> bytes:
    digest = hashlib.sha256((FIXTURES / name).read_bytes()).hexdigest()
    return write_json(
        evidence, Source(name, digest, len(evidence.pages)), Software({"ocr-form4": "0"})
    )


def value(evidence: Evidence, path: str) -> str:
    return evidence.filing.fields[path].text


@pytest.mark.parametrize(
    ("name", "edition"),
    [
        ("scan/as-filed.pdf", "edgar-x05"), ("scan/exercise.pdf", "edgar-x03"),
         ("scan/paper-2002.pdf", "sec1474-2002"),
        ("scan/paper-1996.pdf", "sec1474-1996"), ("more/form-3.pdf", "edgar-form3"),
         ("more/form-5.pdf", "edgar-form5"),
        ("more/amendment.pdf", "edgar-x05"), ("more/page-2003.pdf", "edgar-x01"),
         ("more/page-2026.pdf", "edgar-x06"), ("more/set-by-a-printer.pdf", "printer-2002"),
    ],
)  # fmt: skip
def test_the_edition_is_recognised(name: str, edition: str, read: Read) -> None:
    assert [e.filing.edition for e in read(name)] == [edition]


@pytest.mark.parametrize(
    ("name", "form"),
    [("scan/sales.pdf", "4"), ("more/amendment.pdf", "4/A"), ("more/form-3.pdf", "3")],
)
def test_the_form_is_recognised(name: str, form: str, read: Read) -> None:
    assert value(read(name)[0], "/ownershipDocument/documentType") == form


@pytest.mark.parametrize(
    "name",
    [
        "scan/as-filed.pdf", "scan/exercise.pdf", "scan/fax.tif", "scan/paper-2002.pdf",
        "more/askew.pdf",
        "more/faint-rulings.pdf", "more/perspective.pdf", "more/text-layer.pdf",
    ],
)  # fmt: skip
def test_a_complete_form_4_is_valid_against_the_secs_schema(name: str, read: Read) -> None:
    """The one element that came after X0306, the mark of Rule 10b5-1, is taken out first."""
    (evidence,) = read(name)
    assert evidence.status is FilingStatus.COMPLETE
    root = etree.fromstring(write_xml(evidence.filing))
    for later in root.findall("aff10b5One"):
        root.remove(later)
    schema = etree.XMLSchema(etree.parse(SCHEMA))
    schema.validate(root)
    assert [error.message for error in schema.error_log] == []


@pytest.mark.parametrize(
    ("name", "least"), [("scan/fax.tif", 4), ("scan/paper-2002.pdf", 7), ("scan/sales.pdf", 2)]
)
def test_running_holdings_hold(name: str, least: int, read: Read) -> None:
    checks = [c for c in read(name)[0].checks if c.name == "running-holdings"]
    assert len(checks) >= least
    assert {c.outcome for c in checks} == {Outcome.HOLDS}


def test_a_filers_own_slip_comes_out_as_it_stands_on_paper(read: Read) -> None:
    (evidence,) = read("scan/as-filed.pdf")
    rows = list(evidence.filing.rows())
    acquired = [r for r in rows if r.number(Column.SHARES) == 757576]
    assert acquired and all(
        r.number(Column.OWNED_SHARES) == 757756 for r in acquired if r.table is Table.II
    )
    breaks = [
        c for c in evidence.checks if c.name.endswith("-holdings") and c.outcome is Outcome.BREAKS
    ]
    assert [c.grade for c in breaks] == [Grade.AS_FILED]


@pytest.mark.parametrize("name", ["scan/fax.tif", "scan/sideways.jpg"])
def test_read_twice_gives_the_same_bytes(name: str, engines: Readers) -> None:
    (first,), (second,) = (read_document(FIXTURES / name, Settings(), engines) for _ in range(2))
    assert write_xml(second.filing) == write_xml(first.filing)
    assert json_of(second, name) == json_of(first, name)


@pytest.mark.parametrize("name", SCANS)
def test_every_field_lies_on_its_page(name: str, read: Read) -> None:
    """Boxes are in pixels of the page as a viewer shows it; a value read was read somewhere."""
    (evidence,) = read(name)
    sizes = {p.number: (p.width, p.height) for p in evidence.pages}
    for path, field in evidence.filing.fields.items():
        if field.readings and not field.derived:
            assert field.place is not None, path
        if field.place:
            (width, height), box = sizes[field.place.page], field.place.box
            x, y = box.center
            assert 0 <= x <= width and 0 <= y <= height and box.width > 0 and box.height > 0, path


def test_a_sideways_scan_says_how_it_lay_and_shows_its_fields_there(read: Read) -> None:
    (evidence,) = read("scan/sideways.jpg")
    (page,) = evidence.pages
    assert page.rotation in (90, 270)
    assert page.width > page.height
    name = evidence.filing.fields["/ownershipDocument/issuer/issuerName"].place
    # words run up or down the scan
    assert name is not None and name.box.height > 1.5 * name.box.width


def test_the_evidence_is_read_back_from_its_json(read: Read) -> None:
    (evidence,) = read("scan/exercise.pdf")
    again, source, _ = read_json(json_of(evidence, "scan/exercise.pdf"))
    assert source.path == "scan/exercise.pdf"
    for path, field in evidence.filing.fields.items():
        if field.kind is Kind.FLAG and path.startswith("page:"):
            continue  # see test_judge: read back as text
        back = again.filing.fields[path]
        assert (back.value, back.confidence, back.status) == (
            field.value,
            field.confidence,
            field.status,
        ), path


def test_two_filings_in_one_file_are_two(read: Read) -> None:
    one, two = read("more/two-filings.pdf")
    assert (one.first_page, two.first_page) == (1, 2)
    for evidence, name in ((one, "two-filings"), (two, "two-filings.p2")):
        score = compare(truth(f"{name}.xml"), read_xml(write_xml(evidence.filing)))
        assert score.values == 1, score.wrong
    assert one.filing.fields.keys() and [p.number for p in two.pages] == [2]


def test_letters_around_the_form_are_listed_and_skipped(read: Read) -> None:
    (evidence,) = read("more/with-letters.pdf")
    assert [p.status for p in evidence.pages] == [
        PageStatus.FOREIGN,
        PageStatus.READ,
        PageStatus.FOREIGN,
    ]
    assert evidence.first_page == 2
    assert evidence.status is FilingStatus.COMPLETE
    assert compare(truth("with-letters.xml"), read_xml(write_xml(evidence.filing))).values == 1
    assert {f.place.page for f in evidence.filing.fields.values() if f.place} == {2}


def test_a_blank_back_is_listed_and_skipped(read: Read) -> None:
    (evidence,) = read("more/blank-backs.pdf")
    assert [p.status for p in evidence.pages] == [PageStatus.READ, PageStatus.BLANK]
    assert evidence.status is FilingStatus.COMPLETE


def test_a_wrong_text_layer_is_a_witness_that_the_picture_outweighs(read: Read) -> None:
    """One character in 25 of the layer is wrong; its own words stay among the readings, and the
    doubt is told.
    """
    (evidence,) = read("more/text-layer.pdf")
    path = f"{ROW}/transactionAmounts/transactionShares/value"
    shares = evidence.filing.fields[path]
    said = {r.reader: r.text for r in shares.readings}
    assert shares.text == "3243" and said["form"] == "3,243"
    assert said["textlayer"] == "3.248"
    told = (*shares.reasons, *shares.notes)
    assert any(
        "own text" in reason.text and "3.248" in reason.text and "3,243" in reason.text
        for reason in told
    )


def test_without_the_text_layer_as_a_reader_nobody_hears_it(readers: Readers) -> None:
    settings = Settings(readers=("form", "paddle", "tesseract"))
    (evidence,) = read_document(FIXTURES / "more" / "text-layer.pdf", settings, readers)
    heard = {r.reader for f in evidence.filing.fields.values() for r in f.readings}
    assert heard <= {"form", "paddle", "tesseract", "ink"}


def test_broken_rulings_do_not_lose_a_table(read: Read) -> None:
    (evidence,) = read("more/broken-rulings.pdf")
    assert len(list(evidence.filing.rows(Table.II))) == 2
    assert evidence.status is FilingStatus.COMPLETE


def test_the_boxes_of_form_5_are_read_and_form_3_has_none(read: Read) -> None:
    annual, initial = read("more/form-5.pdf")[0].filing, read("more/form-3.pdf")[0].filing
    boxes = ("notSubjectToSection16", "form3HoldingsReported", "form4TransactionsReported")
    assert [annual.fields[f"/ownershipDocument/{box}"].value for box in boxes] == [
        False,
        False,
        True,
    ]
    assert (
        not {f"/ownershipDocument/{box}" for box in (*boxes, "aff10b5One")} & initial.fields.keys()
    )
    told = [
        f
        for r in annual.rows()
        if not r.is_holding
        for c, f in r.fields.items()
        if c is Column.FORM_TYPE
    ]
    # Form 5 prints no V: its transactions are its own
    assert told and {f.value for f in told} == {"5"}


def test_form_3_says_whether_anything_is_owned(read: Read) -> None:
    """EDGAR prints a sentence where nothing is; a Form 3 with holdings has no need to say it."""
    path = "/ownershipDocument/noSecuritiesOwned"
    (nothing,), (some,) = read("more/form-3-nothing.pdf"), read("more/form-3.pdf")
    assert nothing.status is FilingStatus.COMPLETE
    printed = nothing.filing.fields[path]
    assert printed.value is True and printed.place is not None and not printed.derived
    assert b"<noSecuritiesOwned>1</noSecuritiesOwned>" in write_xml(nothing.filing)
    assert some.filing.fields[path].value is False and some.filing.fields[path].derived
    assert path not in read("scan/sales.pdf")[0].filing.fields  # Form 4 knows no such thing


@pytest.mark.parametrize("name", ["more/form-3.pdf", "more/form-5.pdf"])
def test_the_relationship_marks_of_forms_3_and_5_are_read(name: str, read: Read) -> None:
    (evidence,) = read(name)
    base = "/ownershipDocument/reportingOwner[1]/reportingOwnerRelationship"
    for mark in ("isDirector", "isOfficer", "isTenPercentOwner", "isOther"):
        printed = truth(name).fields.get(f"{base}/{mark}")
        assert evidence.filing.fields[f"{base}/{mark}"].value is bool(printed and printed.value), (
            mark
        )


def test_what_could_not_be_read_never_looks_complete(read: Read) -> None:
    """A date under a stamp: the field is there, without a value, and says why."""
    (evidence,) = read("more/stamped.pdf")
    unread = [f for f in evidence.filing.fields.values() if f.value is None and not f.derived]
    assert unread
    assert all(f.status is Status.REVIEW and f.confidence == 0 and f.reasons for f in unread)


def test_an_indirect_holding_whose_nature_lacks_says_so(engines: Readers, tmp_path: Path) -> None:
    """So it is where the page's edge cut the last column off, or its print was lost."""
    with open_document(FIXTURES / "scan" / "exercise.pdf", Settings()) as document:
        page = document.page(1)
    (whole,) = read_document(FIXTURES / "scan" / "exercise.pdf", Settings(), engines)
    natures = {p: f for p, f in whole.filing.fields.items() if "natureOfOwnership" in p and f.value}
    path, first = next(iter(natures.items()))
    assert first.place is not None
    pixels = page.pixels.copy()
    pixels[first.place.box.inset(4).pixels(*pixels.shape)] = 255
    Image.fromarray(pixels).save(tmp_path / "lost.png", dpi=page.dpi)
    (lost,) = read_document(tmp_path / "lost.png", Settings(), engines)
    field = lost.filing.fields[path]
    assert (field.value, field.status) == (None, Status.REVIEW)


@pytest.mark.parametrize("name", ["more/corrected.pdf", "more/whited.pdf", "more/overwritten.pdf"])
def test_a_number_written_anew_beside_one_struck_out_or_on_correction_fluid_is_read_and_looked_at(
    name: str, read: Read
) -> None:
    shares = read(name)[0].filing.fields[f"{ROW}/transactionAmounts/transactionShares/value"]
    assert (
        shares.text == truth(name).fields[f"{ROW}/transactionAmounts/transactionShares/value"].text
    )
    assert shares.status is Status.REVIEW and STRUCK in shares.reasons


def test_what_a_pen_ran_through_is_looked_at(read: Read) -> None:
    fields = read("more/penned.pdf")[0].filing.fields
    assert [f for f in fields.values() if STRUCK in f.notes]
    assert all(
        f.status is Status.REVIEW and STRUCK in f.reasons
        for f in fields.values()
        if STRUCK in f.notes
    )


def test_a_scan_that_ends_within_the_form_is_partial(read: Read) -> None:
    (evidence,) = read("more/cut-off.pdf")
    assert evidence.status is FilingStatus.PARTIAL
    assert any("cut off at its" in m for m in evidence.messages)


def test_ten_reporting_persons_and_their_signatures(read: Read) -> None:
    (evidence,) = read("more/ten-owners.pdf")
    assert evidence.status is FilingStatus.COMPLETE
    names = [p for p in evidence.filing.fields if p.endswith("/rptOwnerName")]
    signed = [p for p in evidence.filing.fields if p.endswith("/signatureName")]
    assert (len(names), len(signed)) == (10, 10)


@pytest.mark.parametrize("name", ["more/missing-rulings.pdf", "more/doubled-rulings.pdf"])
def test_no_row_is_lost_with_its_rulings(name: str, read: Read) -> None:
    (evidence,) = read(name)
    assert evidence.status is FilingStatus.COMPLETE
    wanted = read_xml((FIXTURES / "truth" / f"{Path(name).stem}.xml").read_bytes())
    assert len(list(evidence.filing.rows())) == len(list(wanted.rows()))


@pytest.mark.parametrize(
    ("name", "error", "says"),
    [
        ("not-a-pdf.pdf", UnsupportedDocument, "is text, not a scan"),
        ("empty.pdf", EmptyDocument, "is empty"),
        ("truncated.pdf", TruncatedDocument, "ends before its end"),
        ("truncated.tif", DamagedDocument, "damaged or ends early"),
        ("password.pdf", EncryptedDocument, "password"),
        ("no-pages.pdf", EmptyDocument, "has no pages"),
        ("not-an-image.png", DamagedDocument, "damaged or ends early"),
        ("tiny.png", UnsupportedDocument, "no page of it is a Form"),
        ("invoice.pdf", UnsupportedDocument, "no page of it is a Form"),
        ("blank.pdf", UnsupportedDocument, "no page of it is a Form"),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_that_names_the_file(
    name: str, error: type[Exception], says: str, readers: Readers
) -> None:
    with pytest.raises(error) as raised:
        read_document(FIXTURES / "bad" / name, Settings(), readers)
    line = str(raised.value)
    assert says in line and name in line and "; " in line and "\n" not in line


def test_every_bad_file_is_tried() -> None:
    tried = {
        m.args[1][k][0]
        for m in test_bad_input_is_one_line_that_names_the_file.pytestmark
        for k in range(10)
    }
    assert tried == {p.name for p in (FIXTURES / "bad").iterdir()}
