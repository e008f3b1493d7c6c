"""The documents of the tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from ocr_form4.readers.replay import Recording, load
from ocr_form4.readers.sight import sight
from ocr_form4.settings import Settings
from ocr_form4.stages.deskew import deskew
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.segment import segment
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4_models.evidence import Evidence
from ocr_form4_models.geometry import UPRIGHT_DPI, Upright
from ocr_form4_models.layout import PageLayout, TextLine
from ocr_form4_models.page import Gray, PageImage, UprightPage

FIXTURES = Path(__file__).parent.parent / "fixtures"
DATA = Path(__file__).parent / "data"
"""Real filings and negatives."""
GOLDENS = DATA / "goldens"
"""What engines said of each fixture, NAME.said.gz, and what came of it."""
Read = Callable[[str], tuple[Evidence, ...]]
"""The session's reader of fixtures: ``read("scan/sales.pdf")``."""


def recorded_readings() -> Recording:
    """What engines said of all fixtures."""
    whole = Recording()
    for file in sorted(GOLDENS.glob("*.said.gz")):
        recording = load(file)
        whole.seen.update(recording.seen)
        for name, said in recording.said.items():
            whole.said.setdefault(name, {}).update(said)
    return whole


def straight(page: PageImage) -> UprightPage:
    """A page as the pipeline lays it straight, without a look at whether it stands on its head."""
    return deskew(page, sight())


def with_pixels(page: UprightPage, pixels: Gray) -> UprightPage:
    """The same page with other pixels, seen anew."""
    return replace(
        page, pixels=pixels, maps=sight().see(pixels, (UPRIGHT_DPI, UPRIGHT_DPI), Upright)
    )


@cache
def upright(name: str, number: int = 1) -> UprightPage:
    """A page of a fixture, laid straight."""
    with open_document(FIXTURES / name, Settings()) as document:
        return straight(document.page(number))


@cache
def as_it_is(name: str) -> PageLayout:
    """The first page of a fixture, divided."""
    return segment(upright(name))


def titles(layout: PageLayout) -> list[TextLine]:
    """The lines in the first column of the first table."""
    piece = layout.pieces[0]
    cells = [piece.cell(r, 0) for r in range(len(piece.rows))]
    return [n for c in cells for n in group_lines(layout.glyphs.inside(c))]
