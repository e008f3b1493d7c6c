"""Text to typed fields: what the pages of one filing say, as a Filing that nobody has judged yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr_form4.stages.parse.below import Below, put_below, sort_below
from ocr_form4.stages.parse.contradicted import tell_contradictions
from ocr_form4.stages.parse.enumerated import tell_what_is_no_code
from ocr_form4.stages.parse.fields import Draft, derived
from ocr_form4.stages.parse.guessed import tell_guesses
from ocr_form4.stages.parse.header import Header, put_header, read_header
from ocr_form4.stages.parse.repeated import settle_repeated
from ocr_form4.stages.parse.tables import RowCells, printed_rows, put_rows
from ocr_form4_models.editions import Edition, edition
from ocr_form4_models.field import Kind
from ocr_form4_models.form4 import ROOT, Column, Filing, Table
from ocr_form4_models.page_text import PageText


def parse(pages: Sequence[PageText]) -> Filing:
    """The filing that the pages (of one filing, in order) show."""
    draft = Draft({p.layout.number: p.layout.rectification for p in pages})
    header = read_header(pages[0])
    rows = printed_rows(pages)
    below = sort_below(pages)
    chosen, fits = choose_edition(header, pages)
    put_header(draft, pages[0], header)
    put_rows(draft, rows, chosen)
    put_below(draft, below, header.form)
    filing = Filing(chosen.name, draft.fields, draft.marks, tuple(draft.rows))
    filing = tell_guesses(filing, header, pages, below, fits)
    return with_period(tell_what_is_no_code(settle_repeated(tell_contradictions(filing))))


def choose_edition(header: Header, pages: Sequence[PageText]) -> tuple[Edition, bool]:
    """The edition, from the number of leaf columns and the numbers of the boxes; and whether all of it fits."""
    pieces = [p for page in pages for p in page.layout.pieces]
    # captions alone put nothing into a column: where one of their rulings is broken, no value is in doubt
    leaves = {p.table: len(p.columns) - 1 for p in ([q for q in pieces if q.rows] or pieces) if p.table}
    one, two = leaves.get(Table.I), leaves.get(Table.II)
    if header.form in ("3", "5") and one not in (11,):
        name = f"edgar-form{header.form}"
    elif header.month_only or ((one == 10 or two == 15) and not (one == 11 or two == 16)):
        name = "sec1474-1996"
    elif header.relationship_box == 6 or "statement" in header.runs:
        name = "sec1474-2002"
    else:
        name = "edgar-x05" if header.has_10b5 else "edgar-x03"
    found = edition(name)
    fits = all(len(found.columns[t]) == n for t, n in leaves.items())
    return found, fits


def missing_parts(pages: Sequence[PageText], filing: Filing) -> list[str]:
    """What a complete filing has and this one lacks, in words; empty for a complete one."""
    header = read_header(pages[0])
    chosen, fits = choose_edition(header, pages)
    missing = []
    if not header.form:
        missing.append("the form's number cannot be read")
    if not fits:
        missing.append(f"the tables' columns are not those of the edition {chosen.name}")
    for name, what in (("name", "box 1 (reporting person)"), ("issuer", "the issuer's box")):
        if name not in header.runs:
            missing.append(f"{what} was not found")
    tables = {piece.table for page in pages for piece in page.layout.pieces}
    missing += [f"Table {t.name} was not found" for t in Table if t not in tables]
    lost = [page.layout.number for page in pages if page.layout.stray]
    missing += [f"page {n} has text among its tables that is in no row that was found" for n in lost]
    missing += [f"page {p.layout.number} is cut off at its {' and '.join(p.layout.cut)}" for p in pages if p.layout.cut]
    below = sort_below(pages)
    text = " ".join(r.text for r in below.unplaced if len(r.text) > 3)
    if len(text) > 20:
        missing.append(f"text that belongs to no part of the form: {text[:80]}")
    if not below.signature_seen:
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
    notes = dates[first].fields[Column.TRANSACTION_DATE].notes  # what is doubtful there is no surer here
    return filing.with_fields({path: replace(derived(Kind.DATE, first), notes=notes)})


__all__ = ["Below", "RowCells", "missing_parts", "parse"]
