"""Parts of the form whose place was not surely found: nothing of them is accepted, whatever was
read there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ocr_form4.stages.parse.below import Below
from ocr_form4.stages.parse.fit import EditionFit
from ocr_form4.stages.parse.header import Header
from ocr_form4_models.form4 import ROOT, Filing, Table
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reason import Code, Reason


def tell_guesses(
    filing: Filing, header: Header, pages: Sequence[PageText], below: Below, fit: EditionFit
) -> Filing:
    """The filing with a note on every field of a part that was not surely found."""
    parts = _guessed(header, pages, below, fit)
    changed = {}
    for path, field in filing.fields.items():
        notes = tuple(
            Reason(Code.GUESSED_PLACE, why) for pattern, why in parts if re.match(pattern, path)
        )
        if notes:
            changed[path] = replace(field, notes=(*field.notes, *notes))
    return filing.with_fields(changed) if changed else filing


def tell_mirrored(filing: Filing, pages: Sequence[PageText]) -> Filing:
    """The filing with a note on every field of a page on which print of its other side was read."""
    through = {page.layout.number for page in pages if page.mirrored}
    if not through:
        return filing
    changed = {
        path: replace(field, notes=(*field.notes, MIRRORED))
        for path, field in filing.fields.items()
        if field.place is None or field.place.page in through
    }
    return filing.with_fields(changed)


MIRRORED = Reason(
    Code.SHOWS_THROUGH,
    "the print of the page's other side is as dark as its own: this may be a part of that",
)


def _guessed(
    header: Header, pages: Sequence[PageText], below: Below, fit: EditionFit
) -> list[tuple[str, str]]:
    """What was not found, as a pattern of the paths that hang on it, and in words."""
    found = []
    if not header.form:
        found.append((".", "the form's number was not found, so that its edition is a guess"))
    elif not fit.is_known:
        found.append(
            (".", "the page is of no edition that is known: which place is which is a guess")
        )
    elif not fit.fits_columns:
        found.append((".", "the tables' columns are those of no known edition"))
    if "name" not in header.runs:
        found.append(
            (
                rf"{ROOT}/reportingOwner\[1\]/",
                "box 1 was not found: what stands here may be another's",
            )
        )
    if "issuer" not in header.runs:
        found.append(
            (f"{ROOT}/issuer/", "the issuer's box was not found: what stands here may be another's")
        )
    tables = {piece.table for page in pages for piece in page.layout.pieces}
    found += [
        (
            f"{ROOT}/{other.value}/",
            f"Table {table.name} was not found: this row may be one of its own",
        )
        for table, other in ((Table.I, Table.II), (Table.II, Table.I))
        if table not in tables
    ]
    if not below.signed.seen:
        found.append(
            (
                rf"{ROOT}/ownerSignature\[",
                "the signature's caption was not found: this may be no signature",
            )
        )
    return found
