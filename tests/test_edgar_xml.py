"""EDGAR XML: what is read back is what was filed, and what is written is the schema's."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from ocr_form4.formats.edgar_xml import constants, read_xml, write_xml
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import ROOT, Column, Filing, Table

DATA = Path(__file__).parent / "data"
FILINGS = sorted((DATA / "edgar").glob("*.xml"))
NOT_PRINTED = {
    "schemaVersion",
    "issuerCik",
    "rptOwnerCik",
    "issuerForeignTradingSymbol",
    "rptOwnerStateDescription",
}
NOT_PRINTED |= {"rptOwnerNonUSAddressFlag"}


def facts(data: bytes) -> Counter[tuple[str, str]]:
    """Every printed value and mark of a filing by its plain path, however the XML is laid out or
    spells a flag.
    """
    found: Counter[tuple[str, str]] = Counter()

    def walk(element: ET.Element, path: str) -> None:
        here = f"{path}/{element.tag}"
        text = (
            " ".join("".join(element.itertext()).split())
            if element.tag == "footnote" or not len(element)
            else ""
        )
        text = {"true": "1", "false": "0"}.get(text, text)
        if (
            element.tag not in NOT_PRINTED
            and "Timeliness" not in here
            and (text or element.get("id"))
        ):
            found[here, f"{text}{element.get('id') or ''}"] += 1
        for child in element:
            walk(child, here)

    walk(ET.fromstring(data), "")
    return found


def problems(data: bytes) -> list[str]:
    schema = etree.XMLSchema(etree.parse(DATA / "xsd" / "ownership4Document.xsd.xml"))
    schema.validate(etree.fromstring(data))
    return [error.message for error in schema.error_log]


@pytest.mark.parametrize("path", FILINGS, ids=lambda p: p.stem)
def test_a_filing_survives_reading_and_writing(path: Path) -> None:
    filed = path.read_bytes()
    written = write_xml(read_xml(filed))
    assert facts(written) == facts(filed)
    assert read_xml(written) == read_xml(filed)


@pytest.mark.parametrize(
    "name", ["4_2006-10-18_CMN", "4_2021-08-02_HIPO", "4_2018-11-16_SQ", "4_2022-11-08_U"]
)
def test_a_form_4_is_valid_against_the_schema(name: str) -> None:
    filing = read_xml(next(p for p in FILINGS if p.stem.startswith(name)).read_bytes())
    assert problems(write_xml(filing)) == []


def test_rows_keep_their_printed_order_where_holdings_and_transactions_interleave() -> None:
    filing = read_xml(next(p for p in FILINGS if "_SQ_" in p.name).read_bytes())
    tags = [p.split("/")[-1] for p in filing.row_paths]
    assert tags != sorted(tags, reverse=True)  # the filing does interleave
    assert read_xml(write_xml(filing)).row_paths == filing.row_paths


def test_the_order_of_the_fields_does_not_matter() -> None:
    filing = read_xml(FILINGS[0].read_bytes())
    shuffled = replace(filing, fields=dict(sorted(filing.fields.items(), key=lambda i: i[0][::-1])))
    assert write_xml(shuffled) == write_xml(filing)


def test_what_was_not_read_is_an_empty_element() -> None:
    filing = read_xml(next(p for p in FILINGS if "_SQ_" in p.name).read_bytes())
    row = next(r for r in filing.rows(Table.I) if not r.is_holding)
    path = row.path_of(Column.SHARES)
    unread = filing.with_fields({path: Field(Kind.NUMBER, None)})
    root = ET.fromstring(write_xml(unread))
    values = root.findall(
        "nonDerivativeTable/nonDerivativeTransaction/transactionAmounts/transactionShares/value"
    )
    assert values[0].text is None and all(v.text for v in values[1:])
    assert any("transactionShares" in p or "'value'" in p for p in problems(write_xml(unread)))


def test_a_page_field_has_no_element_and_constants_are_named() -> None:
    empty = Filing(
        "edgar-x05",
        {"page:irsNumber": Field(Kind.TEXT, "12"), f"{ROOT}/remarks": Field(Kind.TEXT, None)},
        {},
        (),
    )
    root = ET.fromstring(write_xml(empty))
    with_text = {e.tag: e.text for e in root.iter() if (e.text or "").strip()}
    assert with_text == {p.split("/")[-1]: v for p, v in constants(empty).items()}
    assert root.find("reportingOwner/reportingOwnerRelationship") is not None


def test_control_characters_do_not_break_the_xml() -> None:
    filing = Filing("edgar-x05", {f"{ROOT}/remarks": Field(Kind.TEXT, "a\x0cb <&>")}, {}, ())
    assert ET.fromstring(write_xml(filing)).findtext("remarks") == "a\ufffdb <&>"


@pytest.mark.parametrize("data", [b"", b"<a/>", b"<ownershipDocument>", b"%PDF-1.4"])
def test_other_xml_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(ValueError, match="not "):
        read_xml(data)


def test_dirt_where_a_holding_has_no_entry_leaves_no_element_of_a_transaction() -> None:
    filing = next(f for f in map(read_xml, (p.read_bytes() for p in FILINGS)) if _holdings(f))
    row = _holdings(filing)[0]
    dirt = {f"{row}/{Column.SHARES.path}": Field(Kind.NUMBER, None)}
    assert write_xml(filing.with_fields({**filing.fields, **dirt})) == write_xml(filing)


def _holdings(filing: Filing) -> list[str]:
    return [path for path in filing.row_paths if "nonDerivativeHolding[" in path]
