"""What is accepted in a row is borne out by the row."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from documents import DATA, Read

from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.settings import Settings
from ocr_form4.stages.judge import judge
from ocr_form4.stages.parse.unsupported import tell_unsupported
from ocr_form4_models.field import Candidate, Field, Kind, Status
from ocr_form4_models.form4 import Column, Filing
from ocr_form4_models.reading import Reading
from ocr_form4_models.reason import Code

ROW = "/ownershipDocument/nonDerivativeTable/nonDerivativeTransaction[1]"


def said(kind: Kind, value: str | Decimal, text: str) -> Field:
    """A field that every reader reads so, and surely."""
    readings = tuple(Reading(name, text, 0.9999) for name in ("form", "paddle", "tesseract"))
    return Field(kind, value, readings, (Candidate(value, 1.0),))


def verdicts(**cells: Field) -> dict[str, Field]:
    fields = {f"{ROW}/{Column[name].path}": field for name, field in cells.items()}
    filing = judge(tell_unsupported(Filing("edgar-x05", fields, {}, (ROW,))), (), Settings())
    return {name: filing.fields[f"{ROW}/{Column[name].path}"] for name in cells}


TITLE = said(Kind.NAME, "Common Stock", "Common Stock")
OWNED = said(Kind.NUMBER, Decimal(1500), "1,500")


@pytest.mark.parametrize("column", ["ACQUIRED_DISPOSED", "CODE"])
def test_a_letter_of_dirt_in_a_row_of_holdings_is_looked_at(column: str) -> None:
    """A "D" made of dirt had been accepted at 0.9998."""
    letter = said(Kind.CODE, "D", "D")
    found = verdicts(SECURITY_TITLE=TITLE, OWNED_SHARES=OWNED, **{column: letter})
    assert found[column].status is Status.REVIEW
    assert Code.UNSUPPORTED in {r.code for r in found[column].reasons}
    assert found["OWNED_SHARES"].status is Status.ACCEPTED


def test_a_price_alone_is_looked_at_and_one_beside_an_amount_is_not() -> None:
    price = said(Kind.PRICE, Decimal("12.5"), "$12.5")
    alone = verdicts(SECURITY_TITLE=TITLE, OWNED_SHARES=OWNED, PRICE=price)
    assert alone["PRICE"].status is Status.REVIEW
    traded = verdicts(
        SECURITY_TITLE=TITLE, PRICE=price, SHARES=OWNED, CODE=said(Kind.CODE, "P", "P")
    )
    assert {f.status for f in traded.values()} == {Status.ACCEPTED}


def test_a_letter_in_a_row_of_which_nothing_else_was_read_is_looked_at() -> None:
    found = verdicts(DIRECT_INDIRECT=said(Kind.CODE, "D", "D"))
    assert found["DIRECT_INDIRECT"].status is Status.REVIEW


def test_what_nothing_bears_out_and_one_reader_alone_is_sure_of_is_left_out_and_looked_at() -> None:
    dirt = (Reading("form", "4", 0.22), Reading("paddle", "4", 0.98))
    shares = Field(Kind.NUMBER, Decimal(4), dirt, (Candidate(Decimal(4), 1.0),))
    found = verdicts(SECURITY_TITLE=TITLE, OWNED_SHARES=OWNED, SHARES=shares)["SHARES"]
    assert (found.value, found.status, found.readings) == (None, Status.REVIEW, dirt)


@pytest.mark.parametrize("path", sorted((DATA / "edgar").glob("*.xml")), ids=lambda p: p.stem[:20])
def test_every_row_of_a_real_filing_bears_itself_out(path: Path) -> None:
    filing = read_xml(path.read_bytes())
    assert tell_unsupported(filing) is filing


def test_no_row_of_a_fixture_is_doubted_so(read: Read) -> None:
    for name in ("scan/exercise.pdf", "scan/paper-1996.pdf", "more/form-3.pdf"):
        for evidence in read(name):
            notes = {n.code for f in evidence.filing.fields.values() for n in f.notes}
            assert Code.UNSUPPORTED not in notes


def test_what_is_borne_out_by_dirt_alone_is_not_borne_out() -> None:
    """The sign had been accepted at 0.9999: by the column of an amount that was none."""
    dirt = (Reading("form", "70", 0.11), Reading("paddle", "c", 0.28))
    shares = Field(Kind.NUMBER, Decimal(70), dirt, (Candidate(Decimal(70), 1.0),))
    sign = Field(Kind.CODE, "D", dirt, (Candidate("D", 1.0),))
    found = verdicts(
        SECURITY_TITLE=TITLE, OWNED_SHARES=OWNED, SHARES=shares, ACQUIRED_DISPOSED=sign
    )
    assert (found["SHARES"].value, found["SHARES"].status) == (None, Status.REVIEW)
    assert found["ACQUIRED_DISPOSED"].status is Status.REVIEW
    assert Code.UNSUPPORTED in {r.code for r in found["ACQUIRED_DISPOSED"].reasons}
    assert found["OWNED_SHARES"].status is Status.ACCEPTED
