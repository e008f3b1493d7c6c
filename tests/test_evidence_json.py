"""NAME.json: the contract's shape, the same bytes for the same evidence, and read back as
written.
"""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ocr_form4.formats.edgar_xml import read_xml, write_xml
from ocr_form4.formats.evidence_json import kind_of, read_json, write_json
from ocr_form4_models.check import Check, Grade, Outcome
from ocr_form4_models.evidence import Evidence, FilingStatus, Software, Source
from ocr_form4_models.field import Field, Kind, Machine, Place, Status
from ocr_form4_models.form4 import ROOT, Column, Filing
from ocr_form4_models.geometry import Box
from ocr_form4_models.page import PageReport, PageStatus
from ocr_form4_models.reading import Reading
from ocr_form4_models.reason import Code, Reason

FILINGS = sorted((Path(__file__).parent / "data" / "edgar").glob("*.xml"))
SOURCE = Source("1998/box3/scan17.pdf", "ab" * 32, 2)
SOFTWARE = Software({"ocr-form4": "0.1.0", "tesseract": "5.3.0"})


def evidence_of(path: Path) -> Evidence:
    """A real filing's evidence, with places and readings as a reader gives them."""
    filing = read_xml(path.read_bytes())
    fields = {
        p: replace(
            f, candidates=(), place=Place(1, Box(10.04 * i, 20, 30, 40.26)), confidence=0.99930001,
            readings=(Reading("tesseract", f.text, 0.96),),
        )
        for i, (p, f) in enumerate(filing.fields.items())
    }  # fmt: skip
    page = PageReport(
        1, (204.0, 196.0), 90, -0.8402, 1734, 2156, PageStatus.READ, {"page_data": {}, "blocks": []}
    )
    check = Check(
        "running-holdings",
        Outcome.BREAKS,
        (),
        "97179",
        "97197",
        "the paper does not add up",
        Grade.AS_FILED,
    )
    return Evidence(replace(filing, fields=fields), (check,), (page,), FilingStatus.COMPLETE, 1)


@pytest.mark.parametrize("path", FILINGS, ids=lambda p: p.stem)
def test_evidence_survives_writing_and_reading(path: Path) -> None:
    evidence = evidence_of(path)
    written = write_json(evidence, SOURCE, SOFTWARE)
    back, source, software = read_json(written, write_xml(evidence.filing))
    assert (source, software) == (SOURCE, SOFTWARE)
    assert back.filing.marks == evidence.filing.marks
    assert back.filing.row_paths == evidence.filing.row_paths
    assert {p: f.value for p, f in back.filing.fields.items()} == {
        p: f.value for p, f in evidence.filing.fields.items()
    }
    assert write_json(back, source, software) == written
    assert write_xml(back.filing) == write_xml(evidence.filing)


def test_the_shape_is_the_contract_s() -> None:
    found = json.loads(write_json(evidence_of(FILINGS[0]), SOURCE, SOFTWARE))
    assert found["schema"] == "ocr-form4/2"
    assert found["source"] == {"path": "1998/box3/scan17.pdf", "sha256": "ab" * 32, "pages": 2}
    assert found["pages"][0] | {"layout": {}} == {
        "number": 1, "dpi": [204, 196], "rotation": 90, "skew": -0.84, "width": 1734,
        "height": 2156,
        "status": "read", "layout": {},
    }  # fmt: skip
    field = found["fields"][1]
    assert list(field) == [
        "path", "value", "confidence", "status", "derived", "page", "box", "readings", "reasons",
    ]  # fmt: skip
    assert field["confidence"] == 0.9993
    assert field["box"] == [10, 20, 30, 40.3]
    assert found["checks"][0]["grade"] == "as-filed"


@pytest.mark.parametrize("path", FILINGS, ids=lambda p: p.stem)
def test_every_element_with_text_has_its_entry(path: Path) -> None:
    evidence = evidence_of(path)
    entries = {f["path"] for f in json.loads(write_json(evidence, SOURCE, SOFTWARE))["fields"]}
    root = ET.fromstring(write_xml(evidence.filing))
    for entry in entries:
        if not entry.endswith("/footnoteId"):
            below = entry.removeprefix("/ownershipDocument/")
            assert len(root.findall(below)) == 1, entry
    texts = sum(1 for e in root.iter() if (e.text or "").strip())
    assert len([e for e in entries if not e.endswith("/footnoteId")]) == texts


def test_what_was_not_read_is_null_and_a_correction_keeps_the_machine_s_value() -> None:
    fields = {
        f"{ROOT}/periodOfReport": Field(
            Kind.DATE, None, reasons=(Reason(Code.NOT_FOUND, "no ink"),)
        ),
        f"{ROOT}/issuer/issuerName": Field(
            Kind.NAME,
            "Qualys, Inc.",
            confidence=1,
            status=Status.CORRECTED,
            machine=Machine("Qua1ys, Inc.", 0.4),
        ),
        "page:month": Field(
            Kind.TEXT,
            "3/98",
            notes=(Reason(Code.SETTLED_BY_RULE, "settled by the running holdings"),),
        ),
    }
    evidence = Evidence(
        Filing("old1996", fields, {}, ()), (), (), FilingStatus.PARTIAL, 5, ("page 2 is torn",)
    )
    found = json.loads(write_json(evidence, SOURCE, SOFTWARE))
    by_path = {f["path"]: f for f in found["fields"]}
    assert by_path[f"{ROOT}/periodOfReport"]["value"] is None
    assert by_path[f"{ROOT}/periodOfReport"]["status"] == "review"
    machine = by_path[f"{ROOT}/issuer/issuerName"]["machine"]
    assert (machine["value"], machine["confidence"]) == ("Qua1ys, Inc.", 0.4)
    assert by_path["page:month"]["reasons"] == [
        {"code": "settled-by-rule", "text": "settled by the running holdings"}
    ]
    assert found["status"] == "partial"
    assert found["messages"] == ["page 2 is torn"]


def test_kinds_come_back_from_the_paths() -> None:
    row = f"{ROOT}/derivativeTable/derivativeHolding[3]"
    assert kind_of(f"{row}/{Column.EXERCISE_PRICE.path}") is Kind.PRICE
    assert kind_of(f"{row}/footnoteId") is Kind.MARKS
    assert kind_of(f"{ROOT}/ownerSignature[2]/signatureDate") is Kind.DATE
    assert kind_of(f"{ROOT}/footnotes/footnote[@id='F2']") is Kind.FOOTNOTE
    row_fields = read_json(write_json(evidence_of(FILINGS[3]), SOURCE, SOFTWARE))[0].filing
    first = next(iter(row_fields.rows()))
    assert isinstance(first.number(Column.OWNED_SHARES), Decimal)
    assert isinstance(row_fields.fields[f"{ROOT}/periodOfReport"].value, date)


@pytest.mark.parametrize(
    "data", [b"{}", b"[]", b"", b'{"schema": "ocr-form4/2"}', b'{"schema": "other/9"}']
)
def test_other_json_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(ValueError, match=re.compile("schema|Expecting")):
        read_json(data)
