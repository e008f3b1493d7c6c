"""Text to typed fields: what the pages of one filing say, as a Filing that nobody has judged
yet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ocr_form4.stages.parse.below import Below, sort_below
from ocr_form4.stages.parse.below_fields import put_below
from ocr_form4.stages.parse.contradicted import tell_contradictions
from ocr_form4.stages.parse.enumerated import tell_what_is_no_code
from ocr_form4.stages.parse.fields import Draft, derived
from ocr_form4.stages.parse.fit import EditionFit, best_edition
from ocr_form4.stages.parse.foreign_text import tell_foreign_text
from ocr_form4.stages.parse.guessed import tell_guesses, tell_mirrored
from ocr_form4.stages.parse.halves import with_halves_joined
from ocr_form4.stages.parse.header import Header, put_header, read_header
from ocr_form4.stages.parse.lost_rows import rows_of_empty_tables, with_lost_rows
from ocr_form4.stages.parse.numbering import settle_marks
from ocr_form4.stages.parse.own_words import tell_nearly_own_words, with_own_words
from ocr_form4.stages.parse.printed_rows import RowCells, printed_rows
from ocr_form4.stages.parse.redacted import pages_with_bars, tell_redacted
from ocr_form4.stages.parse.repeated import settle_repeated
from ocr_form4.stages.parse.sense import (
    with_commas,
    with_letters_o,
    without_dirt_at_ends,
    without_end_points,
)
from ocr_form4.stages.parse.tables import put_rows
from ocr_form4.stages.parse.unsupported import tell_unsupported
from ocr_form4.text.boxes import title_apart
from ocr_form4_models.field import Kind
from ocr_form4_models.form4 import ROOT, UNKNOWN, Column, Filing, Table
from ocr_form4_models.page_text import PageText

_STRAY_LETTERS, _SHOWN = 20, 80
"""Letters of text that belongs to no part of the form from which it is told, and that are shown of
it. On the fixtures all 48 are 0.00 times it or less (``_STRAY_LETTERS``).
"""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A filing as its pages show it. ``missing`` says in words what a complete one has and this one
    lacks.
    """

    filing: Filing
    missing: tuple[str, ...]


def parse(pages: Sequence[PageText]) -> Parsed:
    """The filing that the pages (of one filing, in order) show."""
    draft = Draft({p.layout.number: p.layout.rectification for p in pages})
    pages = with_halves_joined(pages)
    whole_pages, pages = pages, (title_apart(pages[0]), *pages[1:])
    header = read_header(pages[0])
    rows = printed_rows(pages)
    fit = best_edition(header, pages)
    put_header(draft, pages[0], header, fit.edition)
    rows = with_lost_rows(rows, whole_pages, fit.edition)
    if not rows and fit.edition.form != "3":
        rows = rows_of_empty_tables(pages)
    put_rows(draft, rows, fit.edition, fit.is_known)
    below = sort_below(pages, fit.edition)
    put_below(draft, below, fit.edition)
    settle_marks(draft, frozenset(f"F{number}" for number, _ in below.footnotes))
    filing = Filing(
        fit.edition.name if fit.is_known else UNKNOWN, draft.fields, draft.marks, tuple(draft.rows)
    )
    filing = tell_guesses(filing, header, pages, below, fit)
    filing = with_letters_o(with_commas(without_end_points(without_dirt_at_ends(filing))))
    filing = tell_nearly_own_words(with_own_words(filing))
    filing = tell_unsupported(tell_mirrored(filing, pages))
    filing = tell_redacted(tell_foreign_text(filing), pages)
    whole = with_period(tell_what_is_no_code(settle_repeated(tell_contradictions(filing))))
    return Parsed(whole, tuple(_missing(pages, header, below, fit)))


def _missing(pages: Sequence[PageText], header: Header, below: Below, fit: EditionFit) -> list[str]:
    """What a complete filing has and this one lacks, in words; empty for a complete one."""
    missing = []
    if not header.form:
        missing.append("the form's number cannot be read")
    if not fit.is_known:
        missing.append(
            f"the page is of no edition that is known: {fit.quality:.0%} of {fit.edition.name} are "
            "there"
        )
    elif not fit.fits_columns:
        missing.append(f"the tables' columns are not those of the edition {fit.edition.name}")
    for name, what in (("name", "box 1 (reporting person)"), ("issuer", "the issuer's box")):
        if name not in header.runs:
            missing.append(f"{what} was not found")
    tables = {piece.table for page in pages for piece in page.layout.pieces}
    missing += [f"Table {t.name} was not found" for t in Table if t not in tables]
    lost = [page.layout.number for page in pages if page.layout.stray]
    missing += [
        f"page {n} has text among its tables that is in no row that was found" for n in lost
    ]
    missing += [
        f"page {p.layout.number} is cut off at its {' and '.join(p.layout.cut)}"
        for p in pages
        if p.layout.cut
    ]
    missing += [f"black bars cover a part of page {n}" for n in pages_with_bars(pages)]
    text = " ".join(r.text for r in below.unplaced if len(r.text) > 3)
    if len(text) > _STRAY_LETTERS:
        missing.append(f"text that belongs to no part of the form: {text[:_SHOWN]}")
    if not below.signed.seen:
        missing.append("the place of the signature was not found")
    return missing


def with_period(filing: Filing) -> Filing:
    """The 1996 form states only a month: its period of report is the earliest transaction date."""
    path = f"{ROOT}/periodOfReport"
    if path in filing.fields:
        return filing
    dates = {d: row for row in filing.rows() if (d := row.date(Column.TRANSACTION_DATE))}
    if not dates:
        return filing
    first = min(dates)
    # what is doubtful there is no surer here
    notes = dates[first].fields[Column.TRANSACTION_DATE].notes
    return filing.with_fields({path: replace(derived(Kind.DATE, first), notes=notes)})


__all__ = ["Below", "Parsed", "RowCells", "parse"]
