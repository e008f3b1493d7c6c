"""The form as filers typed it before XML: columns of a fixed number of characters, ruled with dashes and bars."""

from __future__ import annotations

import textwrap
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from itertools import pairwise

from formprint import captions
from formprint.cells import printed_cells
from formprint.filing_xml import TABLE_I, TABLE_II, is_set, rows, text
from formprint.styles import Style
from formprint.values import date, escape, month
from ocr_form4_models.editions import Edition
from ocr_form4_models.form4 import Table

_CSS = (
    "@page {{ size: 11in 8.5in; margin: {margin}in; }} pre {{ font: {size}px {font}; margin: 0; "
    "font-variant-ligatures: none; }}"
)
"""A typewriter has no ligatures, whatever a typeface after one has."""
_WIDE = 132
"""Characters in a line of a table."""


def ascii_page(filing: ET.Element, style: Style) -> str:
    """The HTML pages of a filing (what ``filing_xml.as_printed`` gives): nothing but typed lines."""
    edition = style.template()
    # 132 characters of 0.6 em each, on what the margins leave of 11 inches
    size = round(min(11.5, (11 - 2 * style.margin) * 96 / (_WIDE + 3) / 0.6), 2)
    css = _CSS.format(margin=style.margin, size=size, font=style.form_font)
    lines = [
        "UNITED STATES SECURITIES AND EXCHANGE COMMISSION", "WASHINGTON, D.C. 20549",
        f"FORM {text(filing, 'documentType')}", edition.title,
        f"({_mark(is_set(filing, 'notSubjectToSection16'))}) {edition.check_boxes['notSubjectToSection16']}",
        *_boxes(filing, edition), "",
        *_table(filing, edition, Table.I), "", *_table(filing, edition, Table.II), *_below(filing),
    ]  # fmt: skip
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><style>{css}</style></head><body><pre>'
        f"{escape(chr(10).join(lines))}</pre></body></html>"
    )


def _mark(marked: bool) -> str:
    return "X" if marked else " "


def _boxes(filing: ET.Element, edition: Edition) -> list[str]:
    owner = filing.find("reportingOwner")
    address = "reportingOwnerAddress/rptOwner"
    relationship = owner.find("reportingOwnerRelationship") if owner is not None else None
    dates = [text(r, "transactionDate/value") for t in (TABLE_I, TABLE_II) for r in rows(filing, t)]
    said = {
        "name": [
            text(owner, "reportingOwnerId/rptOwnerName"),
            *filter(None, (text(owner, f"{address}Street{k}") for k in "12")),
            f"{text(owner, f'{address}City')}, {text(owner, f'{address}State')}  {text(owner, f'{address}ZipCode')}",
        ],
        "issuer": [text(filing, "issuer/issuerName"), text(filing, "issuer/issuerTradingSymbol")],
        "irs": [""],
        "statement": [month(min(filter(None, dates), default=""))],
        "original": [date(text(filing, "dateOfOriginalSubmission"))],
        "relationship": [
            " ".join(
                f"({_mark(is_set(relationship, tag))}) {words}"
                for tag, words in (
                    ("isDirector", "Director"),
                    ("isTenPercentOwner", "10% Owner"),
                    ("isOfficer", "Officer (give title below)"),
                    ("isOther", "Other (specify below)"),
                )
            ),
            *filter(None, (text(relationship, "officerTitle"), text(relationship, "otherText"))),
        ],
        "joint": [
            "(X) Form filed by One Reporting Person",
            "( ) Form filed by More than One Reporting Person",
        ],
    }
    lines = []
    for name in sorted(edition.boxes, key=lambda n: edition.boxes[n].row):
        lines += [edition.boxes[name].caption, *(f"   {line}" for line in said[name])]
    return lines


def _table(filing: ET.Element, edition: Edition, table: Table) -> list[str]:
    inner = edition.rulings[table]
    ends = [round(share * _WIDE) for share in inner]
    widths = [b - a - 1 for a, b in pairwise(ends)]
    rule = "_" * (_WIDE - 1) + "|"
    lines = [
        rule[:-1],
        f" {edition.titles[table][0]}".ljust(_WIDE - 1) + "|",
        rule,
        *_captions(edition, table, widths),
        rule,
    ]
    source = TABLE_I if table is Table.I else TABLE_II
    for row in rows(filing, source):
        cells = printed_cells(row, edition.columns[table])
        shown = [c.value + "".join(f"({m})" for m in c.marks) for c in cells]
        lines += [*_row(shown, widths), "-" * (_WIDE - 1) + "|"]
    return lines


def _captions(edition: Edition, table: Table, widths: Sequence[int]) -> list[str]:
    upper, lower, wide, k = [], [], [], 0
    for heading in edition.headings[table]:
        count = len(heading.leaves)
        upper.append(heading.caption)
        wide.append(sum(widths[k : k + count]) + count - 1)
        lower += [caption for caption, _, _ in heading.leaves]
        k += count
    return [*_row(upper, wide), *_row(lower, widths)]


def _row(cells: Sequence[str], widths: Sequence[int]) -> list[str]:
    """Cells in columns with bars between them; what is too long goes on in the next line, cut where it must be."""
    wrapped = [
        textwrap.wrap(cell, max(1, width)) or [""]
        for cell, width in zip(cells, widths, strict=True)
    ]
    height = max(len(w) for w in wrapped)
    return [
        "|".join(
            (w[k] if k < len(w) else "").ljust(width)
            for w, width in zip(wrapped, widths, strict=True)
        )
        + "|"
        for k in range(height)
    ]


def _below(filing: ET.Element) -> list[str]:
    lines = ["Explanation of Responses:"]
    for note in filing.findall("footnotes/footnote"):
        words = (
            f"({note.get('id', '').removeprefix('F')}) {' '.join(''.join(note.itertext()).split())}"
        )
        lines += textwrap.wrap(words, 100)
    if remarks := text(filing, "remarks"):
        lines += textwrap.wrap(f"Remarks: {remarks}", 100)
    for signature in filing.findall("ownerSignature"):
        lines += ["SIGNATURE OF REPORTING PERSON", f"  {text(signature, 'signatureName')}"]
        lines += ["DATE", date(text(signature, "signatureDate"))]
    return [
        *lines,
        "",
        *textwrap.wrap(captions.REMINDERS[2].replace("<i>", "").replace("</i>", ""), 100),
    ]
