"""Figures that do not add up, read surely, come out as they are printed: no rule moves what a
reader is sure of.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from documents import DATA
from hypothesis import given
from hypothesis import strategies as st

from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.stages.parse.candidates import candidates
from ocr_form4.stages.parse.grammar import GRAMMARS
from ocr_form4.stages.reconcile import reconcile
from ocr_form4_models.check import Grade, Outcome
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.reading import Reading

FILINGS = [*sorted((DATA / "edgar").glob("4*.xml")), *sorted((DATA / "reconcile").glob("*.xml"))]


def printed(number: Decimal, kind: Kind) -> str:
    return ("$" if kind is Kind.PRICE else "") + f"{number:,f}"


def read_surely(field: Field, number: Decimal, score: float) -> Field:
    """The field as parsing gives it where the first reader reads what is printed, with such a
    score.
    """
    readings = (Reading("form", printed(number, field.kind), score),)
    found = candidates(readings, GRAMMARS[field.kind])
    return replace(field, value=found[0].value, readings=readings, candidates=found)


def spoiled(number: Decimal, how: str, digit: int) -> Decimal:
    """A figure as a filer may get it wrong, which is one that EDGAR prints."""
    match how:
        case "digit":
            return number + digit
        case "decimal":
            return number + Decimal(digit).scaleb(-3)
        case "shifted point":
            return (
                (number * 1000 + digit).scaleb(-3)
                if number < 1000
                else (number // 1 + Decimal(digit)).scaleb(-3)
            )
        case _:
            return number * 2 + digit


@pytest.mark.parametrize("source", FILINGS, ids=lambda p: p.stem[:30])
@given(
    how=st.sampled_from(["digit", "decimal", "total", "shifted point"]),
    digit=st.integers(1, 9), at=st.integers(0, 999), score=st.floats(0.98, 1),
)  # fmt: skip
@pytest.mark.slow
def test_a_figure_that_does_not_add_up_comes_out_as_printed(
    source: Path, how: str, digit: int, at: int, score: float
) -> None:
    filing = read_xml(source.read_bytes())
    numbers = {
        p: f
        for p, f in filing.fields.items()
        if f.kind in GRAMMARS and isinstance(f.value, Decimal)
    }
    path = sorted(numbers)[at % len(numbers)]
    value = spoiled(Decimal(str(numbers[path].value)), how, digit)
    wanted = {p: value if p == path else Decimal(str(f.value)) for p, f in numbers.items()}
    read = filing.with_fields({p: read_surely(f, wanted[p], score) for p, f in numbers.items()})
    settled, checks = reconcile(read)
    assert {p: settled.fields[p].value for p in numbers} == wanted
    of_figures = [
        c
        for c in checks
        if c.outcome is Outcome.BREAKS and c.paths and set(c.paths) <= numbers.keys()
    ]
    assert all(
        c.grade is Grade.AS_FILED or "other" in c.message or "Footnote" in c.message
        for c in of_figures
    )


@pytest.mark.parametrize(
    ("figure", "value"), [("38.646", "38.646"), ("5,532.651", "5532.651"), (".5", "0.5")]
)
def test_a_sure_point_is_no_comma_and_a_doubtful_one_may_be(figure: str, value: str) -> None:
    def said(score: float) -> set[object]:
        return {
            c.value for c in candidates((Reading("form", figure, score),), GRAMMARS[Kind.NUMBER])
        }

    assert said(0.998) == {Decimal(value)}
    assert len(said(0.9)) > 1 or figure.startswith("5,")
