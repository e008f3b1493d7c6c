"""Balances across filings: two real ones of one person; a form that exercised 17,500 options is
missing between.
"""

from __future__ import annotations

import json
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from documents import DATA

from ocr_form4.errors import UsageError
from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.histories.holdings import (
    History,
    histories,
    history_points,
    run_holdings,
    step_chart_svg,
)
from ocr_form4_models.check import Grade, Outcome
from ocr_form4_models.field import Field, Kind, Status, Value
from ocr_form4_models.form4 import ROOT, Column, Filing, Table

CASES = DATA / "reconcile"
ROW = f"{ROOT}/nonDerivativeTable/nonDerivativeTransaction"
OWNED = Column.OWNED_SHARES.path


@pytest.fixture
def first() -> Filing:
    return read_xml((CASES / "exercise.xml").read_bytes())


@pytest.fixture
def second() -> Filing:
    return read_xml((CASES / "exercise_later.xml").read_bytes())


def having(filing: Filing, values: dict[str, Value]) -> Filing:
    fields = {}
    for path, value in values.items():
        kind = filing.fields[path].kind if path in filing.fields else Kind.DATE
        fields[path] = Field(kind, value, status=Status.ACCEPTED)
    return filing.with_fields(fields)


def of(found: tuple[History, ...], table: Table, ownership: str) -> History:
    (history,) = [h for h in found if h.table is table and h.ownership == ownership]
    return history


def test_one_filing_goes_on_from_the_other_and_a_missing_one_shows(
    first: Filing, second: Filing
) -> None:
    found = histories([("b", second), ("a", first)])
    direct = of(found, Table.I, "D")
    assert [(e.name, e.opening, e.closing) for e in direct.entries] == [
        ("a", Decimal(1133283), Decimal(1133283)),
        ("b", Decimal(1133283), Decimal(1133283)),
    ]
    assert direct.gaps == ()
    assert of(found, Table.I, "I").entries[1].closing == Decimal(14000)
    (gap,) = of(found, Table.II, "D").gaps
    assert gap.continuity is not None
    assert (gap.continuity.expected, gap.continuity.found) == ("35000", "17500")
    assert gap.continuity.grade is Grade.AS_FILED
    assert gap.continuity.paths[0].startswith(f"a:{ROOT}/derivativeTable/derivativeTransaction[1]/")


def test_a_balance_up_for_review_makes_a_gap_suspect(first: Filing, second: Filing) -> None:
    path = f"{ROW}[2]/{OWNED}"
    misread = having(first, {path: Decimal(1133288)})
    misread = misread.with_fields({path: replace(misread.fields[path], status=Status.REVIEW)})
    (gap,) = of(histories([("a", misread), ("b", second)]), Table.I, "D").gaps
    assert gap.continuity is not None
    assert gap.continuity.grade is Grade.SUSPECT
    assert "one digit differs" in gap.continuity.message


def test_a_split_is_named(first: Filing, second: Filing) -> None:
    split = {
        f"{ROW}[{n}]/{OWNED}": Decimal(1133283) * 4 + bought for n, bought in ((1, 17500), (2, 0))
    }
    (gap,) = of(histories([("a", first), ("b", having(second, split))]), Table.I, "D").gaps
    assert gap.continuity is not None
    assert "split 4 for 1" in gap.continuity.message


def test_an_amendment_takes_the_place_of_its_original(first: Filing, second: Filing) -> None:
    wrong = having(first, {f"{ROW}[2]/{OWNED}": Decimal(1000000)})
    signed = next(f.value for p, f in first.fields.items() if p.endswith("signatureDate"))
    assert isinstance(signed, date)
    amendment = having(
        first, {f"{ROOT}/documentType": "4/A", f"{ROOT}/dateOfOriginalSubmission": signed}
    )
    without = of(histories([("a", wrong), ("b", second)]), Table.I, "D")
    amended = of(histories([("a", wrong), ("a2", amendment), ("b", second)]), Table.I, "D")
    assert len(without.gaps) == 1
    assert [(e.name, e.amendment) for e in amended.entries] == [("a2", True), ("b", False)]
    assert amended.gaps == ()


def test_forms_of_one_day_stand_in_the_order_that_their_balances_tell(
    first: Filing, second: Filing
) -> None:
    """The name and the date say nothing: the later part of the sales comes first by name."""
    later = having(second, {f"{ROOT}/periodOfReport": date(2019, 5, 3)})
    sold = {f"{ROW}[1]/{OWNED}": Decimal(1200000), f"{ROW}[2]/{Column.SHARES.path}": Decimal(66717)}
    earlier = having(first, sold)
    found = of(histories([("1-later", later), ("2-earlier", earlier)]), Table.I, "D")
    assert [e.name for e in found.entries] == ["2-earlier", "1-later"]
    assert found.gaps == ()


def test_other_persons_issuers_and_securities_have_histories_of_their_own(
    first: Filing, second: Filing
) -> None:
    others = [
        {f"{ROOT}/reportingOwner[1]/reportingOwnerId/rptOwnerName": "Other Person"},
        {f"{ROOT}/issuer/issuerName": "Other Inc.", f"{ROOT}/issuer/issuerTradingSymbol": "OTH"},
        {f"{ROW}[{n}]/{Column.SECURITY_TITLE.path}": "Class B Common Stock" for n in (1, 2)},
    ]
    for values in others:
        found = histories([("a", first), ("b", having(second, dict(values)))])
        assert [len(h.entries) for h in found if h.table is Table.I and h.ownership == "D"] == [
            1,
            1,
        ]


def test_an_issuer_that_changed_its_name_is_known_by_its_symbol(
    first: Filing, second: Filing
) -> None:
    renamed = having(second, {f"{ROOT}/issuer/issuerName": "Another Name Corp"})
    assert len(of(histories([("a", first), ("b", renamed)]), Table.I, "D").entries) == 2


def test_an_unread_balance_cannot_be_verified(first: Filing, second: Filing) -> None:
    path = f"{ROW}[2]/{OWNED}"
    unread = first.with_fields({path: replace(first.fields[path], value=None)})
    entry = of(histories([("a", unread), ("b", second)]), Table.I, "D").entries[1]
    assert entry.continuity is not None
    assert entry.continuity.outcome is Outcome.UNVERIFIABLE


@pytest.fixture
def run(tmp_path: Path) -> Path:
    (tmp_path / "filings" / "box").mkdir(parents=True)
    for source, name in (("exercise", "box/scan1"), ("exercise_later", "box/scan2")):
        (tmp_path / "filings" / f"{name}.xml").write_bytes((CASES / f"{source}.xml").read_bytes())
    return tmp_path


def files(folder: Path) -> dict[Path, bytes]:
    return {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_command_prints_a_table_and_changes_nothing(run: Path) -> None:
    before = files(run)
    table = run_holdings(run, None, None, False)
    assert "LEVINSON ARTHUR D" in table
    assert "box/scan2" in table
    assert "GAP (as-filed)" in table
    assert table.splitlines()[-1] == "3 balances over several filings, 1 gap; 0 in one filing only"
    assert files(run) == before


@pytest.mark.parametrize(
    ("person", "issuer", "count"), [("levinson", None, 3), (None, "apple", 3), ("cook", None, 0)]
)
def test_the_command_narrows_down_and_gives_json(
    run: Path, person: str | None, issuer: str | None, count: int
) -> None:
    found = json.loads(run_holdings(run, person, issuer, True))
    assert len(found) == count
    assert all([e["name"] for e in h["entries"]] == ["box/scan1", "box/scan2"] for h in found)


@pytest.mark.parametrize(
    "spoil", [lambda run: None, lambda run: (run / "filings" / "x.json").write_text("{")]
)
def test_what_is_no_run_is_named_in_one_line(
    tmp_path: Path, spoil: Callable[[Path], object]
) -> None:
    (tmp_path / "filings").mkdir()
    spoil(tmp_path)
    with pytest.raises(UsageError) as raised:
        run_holdings(tmp_path, None, None, False)
    assert str(tmp_path) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_chart_is_well_formed_escaped_and_marks_the_gap(first: Filing, second: Filing) -> None:
    name = f"{ROOT}/reportingOwner[1]/reportingOwnerId/rptOwnerName"
    hostile = {name: "<script>alert(1)</script> & Sons"}
    found = histories([("a", having(first, dict(hostile))), ("b", having(second, dict(hostile)))])
    history = of(found, Table.II, "D")
    assert [(d.isoformat(), n, name) for d, n, name in history_points(history)] == [
        ("2019-05-03", Decimal(35000), "a"),
        ("2019-08-12", Decimal(0), "b"),
    ]
    svg = step_chart_svg(history)
    root = ET.fromstring(svg)
    assert "<script" not in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    circles = list(root.iter("{http://www.w3.org/2000/svg}circle"))
    assert [c.get("fill") for c in circles] == ["#3b82c4", "none"]
    assert all(0 < float(c.get("cy", "nan")) < 220 for c in circles)


def test_a_history_of_one_point_and_one_of_nothing_are_drawn(first: Filing) -> None:
    for history in histories([("a", first)]):
        ET.fromstring(step_chart_svg(history))
    assert step_chart_svg(replace(history, entries=())) == ""


def sales(number: int, one_day: bool) -> dict[str, Value]:
    """Sales of one share each, from 5,000,000 down; all on one day, or on a day each."""
    left = Decimal(5_000_000 - number)
    values: dict[str, Value] = {
        f"{ROW}[1]/{OWNED}": left + 1,
        f"{ROW}[1]/{Column.SHARES.path}": Decimal(0),
        f"{ROW}[2]/{OWNED}": left,
        f"{ROW}[2]/{Column.SHARES.path}": Decimal(1),
    }
    if not one_day:
        values[f"{ROOT}/periodOfReport"] = date(2015, 1, 1) + timedelta(number)
    return values


@pytest.mark.parametrize("how", ["equal", "one a day", "all of one day"])
@pytest.mark.slow
def test_thousands_of_filings_of_one_person_are_a_matter_of_seconds(
    first: Filing, how: str
) -> None:
    count = 2000
    # the names tell nothing about the order
    names = [f"{(n * 7919) % count:04}" for n in range(count)]
    filings = [
        first if how == "equal" else having(first, sales(n, how == "all of one day"))
        for n in range(count)
    ]
    started = time.process_time()
    found = histories(zip(names, filings, strict=True))
    assert time.process_time() - started < 20  # two or three; comparing each with each takes hours
    (direct,) = [h for h in found if h.table is Table.I and h.ownership == "D"]
    assert len(direct.entries) == count
    assert direct.gaps == ()
    if how != "equal":
        assert [e.name for e in direct.entries] == names
