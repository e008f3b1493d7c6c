"""What a page says of itself that helps to tell which filing it belongs to, and which pages stand
beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from ocr_form4.text import captions as cap
from ocr_form4.text.boxes import by_box
from ocr_form4.text.dates import dates_in
from ocr_form4.text.owners import has_owners_heading, owners_tables
from ocr_form4_models.form4 import Table
from ocr_form4_models.geometry import UPRIGHT_DPI, union
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import CellText, Run

_LEFT, _RIGHT = 0.3, 0.4
"""Shares of the page's width: notes open left of the first, signatures stand right of the second.
On the fixtures 670 of 940 are 0.99 times it or less, the others 1.04 or more (``_LEFT``); 675 of
940 are 1.00 times it or less, the others 1.03 or more (``_RIGHT``).
"""
_TELLING_LETTERS = 8
"""The height of capitals is told by longer runs: short ones may have none. On the fixtures 360 of
1,441 are 1.00 times it or less, the others 1.12 or more.
"""
_CAPTION_LETTERS, _CAPTION_LIKENESS = 20, 86
"""A run of more letters, from this likeness on, of 100, is the caption over a further owner."""
_EXPLANATION_LIKENESS, _REMARKS_LIKENESS, _SIGNATURE_LIKENESS, _NOTE_LIKENESS = 75, 80, 80, 80
"""From these likenesses on, of 100, a run is the caption of the footnotes, of the remarks, ends in
the signature's, and is box 1's caption, whose number is not a footnote's.
"""
_SIGNATURE_LETTERS, _AROUND_SIGNATURE = 14, 6
"""Longer runs are looked at for the signature's caption, with what follows it, " Date". On the
fixtures 329 of 882 are 1.00 times it or less, the others 1.07 or more (``_SIGNATURE_LETTERS``).
"""
_MOST_MARK = 99
"""Larger figures in parentheses are not footnote marks but text."""
_NOTE = re.compile(r"\W{0,2}([\dIlO]{1,2})(?:\s?[.,)])")
_MARK = re.compile(r"\((\d{1,2})\)")
_CAPTION = re.compile(r"\(\w{3,}\)")
"""As under an address: "(Street)"."""
_TITLE = re.compile(r"Table\W+(I|1|l)|Derivative Securit|Beneficially Owned", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]{2,}")
_COLUMNS = {
    10: (Table.I, 1, 4, 5, 7), 11: (Table.I, 1, 5, 6, 8),
    15: (Table.II, 2, 5, None, 12), 16: (Table.II, 2, 6, None, 13),
}  # fmt: skip
"""By number of leaf columns: the table, and its columns of date, shares, (A) or (D), and amount
owned.
"""
_NO_NAME = frozenset({"attorney", "fact", "by", "for", "as", "the", "of", "and", "in", "power",
    "poa", "trustee", "inc",
                      "llc", "lp", "corp", "title", "name", "general", "partner", "manager",
                      "managing", "member",
                      "president", "chief", "officer", "secretary", "counsel", "director",
                      "its"})  # fmt: skip


class Part(IntEnum):
    """The parts of a filing, in the order in which they are printed."""

    HEADER = 0
    TABLE_I = 1
    TABLE_II = 2
    OWNERS = 3
    NOTES = 4
    REMARKS = 5
    SIGNATURE = 6
    PRINT = 7
    """Nothing but the form's own sentences, which stand at its end."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row's own figures, as far as they are read: of one page's Table I or II."""

    table: Table
    title: str
    amounts: tuple[int, ...]
    """Whole shares traded, without grouping."""
    sign: str
    owned: int | None
    when: date | None


@dataclass(frozen=True, slots=True)
class PageFacts:
    """A page of the form. Names are sets of words in small letters; ``width`` is the form's, in
    inches.
    """

    number: int
    opens: bool
    """The header stands on it."""
    owner: frozenset[str]
    owners_below: tuple[frozenset[str], ...]
    issuer: frozenset[str]
    period: date | None
    parts: tuple[Part, ...]
    """Those that are printed here, in the form's order."""
    rows: tuple[TableRow, ...]
    marks: frozenset[int]
    notes: tuple[int, ...]
    """The numbers of the footnotes that open here, in order."""
    is_form: bool
    """A title, a caption or a sentence of the form's own stands on it; else it is a table or text
    without one.
    """
    signers: frozenset[str]
    signed: date | None
    width: float
    letters: float
    """The height of the page's usual capitals, in inches."""
    sheet: tuple[int, int, int, int]
    """Of the scan: width and height in pixels, and dots per inch, whole."""
    text: str
    """All that is read on it, to tell a page that was fed twice."""

    @property
    def first(self) -> Part:
        return min(self.parts, default=Part.NOTES)

    @property
    def last(self) -> Part:
        return max(self.parts, default=Part.NOTES)


def facts_of(page: PageText, dpi: tuple[float, float], size: tuple[int, int]) -> PageFacts:
    """The facts of a page as read; ``size`` is the scan's (width, height)."""
    boxes = by_box(page.header)
    width = page.layout.width
    rows = tuple(_rows(page))
    right = [r for r in page.below if r.box.x0 >= _RIGHT * width]
    notes = tuple(_notes(page.below, width))
    parts = _parts(page, notes, _opens(page, boxes))
    signed = Part.SIGNATURE in parts
    signed_on = [d for r in right for d in dates_in(r.text)]
    owners = owners_tables(page)
    widths = [p.box.width for k, p in enumerate(page.layout.pieces) if k not in owners]
    frame = widths or ([union(page.layout.header).width] if page.layout.header else [])
    heights = sorted(
        r.cap_height for r in (*page.above, *page.below) if len(r.text) > _TELLING_LETTERS
    )
    dated = [r for name in ("earliest", "event", "statement") for r in boxes.get(name, ())]
    period = next((d for r in dated for d in dates_in(r.text)), None)
    return PageFacts(
        page.layout.number,
        _opens(page, boxes),
        names_in(_owner(boxes.get("name", ()))),
        tuple(names_in(o) for o in _owners_below(page.below)),
        names_in(r.text for r in boxes.get("issuer", ()) if not cap.is_caption(r.text)),
        period,
        parts,
        rows,
        frozenset(_marks(page)),
        notes,
        _is_form(page, parts),
        names_in(r.text for r in right if not cap.is_boilerplate(r.text))
        if signed
        else frozenset(),
        signed_on[-1] if signed and signed_on else None,
        max(frame, default=0.0) / UPRIGHT_DPI,
        heights[len(heights) // 2] / UPRIGHT_DPI if heights else 0.0,
        (*size, round(dpi[0]), round(dpi[1])),
        _all_text(page),
    )


def _opens(page: PageText, boxes: Mapping[str, Sequence[Run]]) -> bool:
    """Whether the form's header stands on a page: boxes that hold further owners alone, or a
    table's title and captions, of which that of its dates is like box 3's, are none.
    """
    others = set(boxes) - {"name", "title"} - ({"earliest"} if "name" not in boxes else set())
    return bool(page.header) and (not boxes or bool(others))


def names_in(texts: Iterable[str]) -> frozenset[str]:
    """The words of names, in small letters, without those that any name may stand beside."""
    words = {w.lower() for text in texts for w in _WORD.findall(text)}
    return frozenset(words - _NO_NAME)


def _owner(runs: Sequence[Run]) -> list[str]:
    """What stands in box 1 between its caption and the next one."""
    found: list[str] = []
    for run in runs:
        cut = cap.opens_with(run.text, cap.NAME)
        rest = run.text[cut:] if cut else run.text
        if (not cut and cap.is_caption(rest)) or _CAPTION.search(rest):
            if found:
                break
            continue
        if _WORD.search(rest):
            found.append(rest)
    return found


def _owners_below(runs: Sequence[Run]) -> list[list[str]]:
    """The names in the boxes of further owners: each in the caption's line, or in the one under
    it.
    """
    found: list[list[str]] = []
    for k, run in enumerate(runs):
        cut = cap.opens_with(run.text, cap.NAME)
        if not cut and not _is_like_name(run.text):
            continue
        rest = run.text[cut:] if cut else ""
        behind = [rest] if _WORD.search(rest) else [r.text for r in runs[k + 1 : k + 2]]
        found.append(behind)
    return found


def _is_like_name(text: str) -> bool:
    """Whether a run is the caption of a further owner's box, poorly read."""
    is_long = len(text) > _CAPTION_LETTERS
    return is_long and cap.likeness(text, cap.NAME) >= _CAPTION_LIKENESS


def _ends_in_signature(text: str) -> bool:
    """Whether a run ends in the caption under a signature and its date; "Reporting Owners" is a
    heading.
    """
    if cap.is_the(text, cap.OWNERS):
        return False
    end = text[-len(cap.SIGNATURE) - _AROUND_SIGNATURE :]
    likeness = cap.likeness(end, cap.SIGNATURE + " Date")
    return len(text) > _SIGNATURE_LETTERS and likeness >= _SIGNATURE_LIKENESS


def _parts(page: PageText, notes: Sequence[int], opens: bool) -> tuple[Part, ...]:
    owners = owners_tables(page)
    pieces = [p for k, p in enumerate(page.layout.pieces) if k not in owners]
    tables = {p.table for p in pieces if p.rows or p.captions}
    texts = [r.text for r in page.below]
    found = {Part.HEADER} if opens else {Part.OWNERS} if page.header else set()
    found |= {Part.TABLE_I} if Table.I in tables else set()
    found |= {Part.TABLE_II} if Table.II in tables else set()
    found |= (
        {Part.OWNERS} if owners or has_owners_heading(page) or _owners_below(page.below) else set()
    )
    if notes or any(cap.is_the(t, cap.EXPLANATION, _EXPLANATION_LIKENESS) for t in texts):
        found.add(Part.NOTES)
    if any(cap.is_the(t, cap.REMARKS, _REMARKS_LIKENESS) for t in texts):
        found.add(Part.REMARKS)
    if any(_ends_in_signature(t) for t in texts):
        found.add(Part.SIGNATURE)
    if not found and any(cap.is_boilerplate(t) for t in texts):
        found.add(Part.PRINT)
    return tuple(sorted(found))


def _is_form(page: PageText, parts: tuple[Part, ...]) -> bool:
    """Whether a title, a caption or a sentence of the form's own stands on a page."""
    if {Part.HEADER, Part.OWNERS, Part.REMARKS, Part.SIGNATURE} & set(parts):
        return True
    if any(_TITLE.search(r.text) for r in page.above):
        return True
    if parts == (Part.PRINT,):
        return False  # a letter may speak of what is manually signed as the form does
    return any(
        cap.is_the(r.text, cap.EXPLANATION, _EXPLANATION_LIKENESS) or cap.is_boilerplate(r.text)
        for r in page.below
    )


def _rows(page: PageText) -> Iterable[TableRow]:
    owners = owners_tables(page)
    for p, piece in enumerate(page.layout.pieces):
        which = _COLUMNS.get(len(piece.columns) - 1)
        for r in range(len(piece.rows)):
            cells = {
                c: page.cells[p, r, c]
                for c in range(len(piece.columns) - 1)
                if (p, r, c) in page.cells
            }
            if not cells or piece.table is None or p in owners:
                continue
            title = _said(cells.get(0))
            if which is None:
                yield TableRow(piece.table, title, (), "", None, None)
                continue
            _, when, shares, sign, owned = which
            traded = [_whole(cells.get(c)) for c in ((shares,) if sign else (shares, shares + 1))]
            signed = _said(cells.get(sign)).strip().upper()[:1] if sign else ""
            days = dates_in(_said(cells.get(when)))
            amounts = tuple(n for n in traded if n is not None)
            yield TableRow(
                piece.table,
                title,
                amounts,
                signed,
                _whole(cells.get(owned)),
                days[0] if days else None,
            )


def _said(cell: CellText | None) -> str:
    if cell is None:
        return ""
    return " ".join(
        (line.value or line.whole).text for line in cell.lines if line.value or not line.marks
    )


def _whole(cell: CellText | None) -> int | None:
    """A cell's number, its decimals left out; None where it holds none."""
    found = re.fullmatch(
        r"\$?\s?(\d{1,3}(?:,\d{3})*|\d+)(\.\d+)?\W*(?:\(\d+\))*", _said(cell).strip()
    )
    return int(found[1].replace(",", "")) if found else None


def _marks(page: PageText) -> set[int]:
    found: set[int] = set()
    for cell in page.cells.values():
        for line in cell.lines:
            texts = [line.marks.text] if line.marks else [line.whole.text]
            found |= {
                int(n) for text in texts for n in _MARK.findall(text) if 0 < int(n) <= _MOST_MARK
            }
    header = [r.text for box in page.header for r in box if not _CAPTION.search(r.text)]
    return found | {
        int(n) for text in header for n in _MARK.findall(text) if 0 < int(n) <= _MOST_MARK
    }


def _notes(runs: Sequence[Run], width: int) -> Iterable[int]:
    """The numbers that open lines at the left, as far as each follows the one before: others are
    text.
    """
    last = None
    for run in runs:
        match = _NOTE.match(run.text) if run.box.x0 < _LEFT * width else None
        if (
            match is None
            or cap.opens_with(run.text, cap.NAME)
            or cap.likeness(run.text, cap.NAME) >= _NOTE_LIKENESS
        ):
            continue
        number = int(match[1].translate(str.maketrans("IlO", "110")))
        if number and (last is None or number in (last + 1, last + 2)):
            last = number
            yield number


def _all_text(page: PageText) -> str:
    runs = [*(r for box in page.header for r in box), *page.below]
    cells = [line.whole.text for key in sorted(page.cells) for line in page.cells[key].lines]
    return "\n".join([r.text for r in runs] + cells)
