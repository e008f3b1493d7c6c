"""The form as a financial printer set it in 2002: no boxes, rows between rules, columns kept apart by paper alone."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from formprint import captions
from formprint.cells import PrintedCell, printed_cells
from formprint.filing_xml import TABLE_I, TABLE_II, is_set, rows, text
from formprint.styles import Style
from formprint.values import date, escape
from ocr_form4_models.editions import Edition
from ocr_form4_models.form4 import Table

_CSS = """
@page {{ size: 8.5in 11in; margin: {margin}in; }}
body {{ margin: 0; font: 14px {data_font}; zoom: {scale}; }}
table {{ width: 100%; border-collapse: collapse; }} td {{ padding: 3px; vertical-align: top; font-size: 13px; }}
hr {{ border: 0; border-top: 2px solid #777; }} .u {{ border-bottom: 1px solid #777; min-height: 15px; }}
.t td {{ font-size: 10px; vertical-align: bottom; }} .t .r td {{ border-bottom: 2px solid #777; }}
.t tr:nth-child(even) td {{ background: {shade}; }} h3, h2 {{ text-align: center; margin: 12px 0; }}
tr {{ break-inside: avoid; }}
"""


def printer_page(filing: ET.Element, style: Style) -> str:
    """The HTML pages of a filing (what ``filing_xml.as_printed`` gives)."""
    edition = style.template()
    css = _CSS.format(
        margin=max(0.5, style.margin),
        data_font=style.data_font,
        scale=style.scale,
        shade="#eee" if style.plan_box else "white",
    )
    leaves = edition.columns[Table.II]
    cut = next(k for k, leaf in enumerate(leaves) if leaf.column.name == "EXERCISE_DATE")
    return "".join(
        [
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><style>{css}</style></head><body>',
            f"<h3>UNITED STATES<br>SECURITIES AND EXCHANGE COMMISSION<br>Washington, DC 20549</h3>"
            f"<h2>FORM {text(filing, 'documentType')}</h2><h3>{edition.title}</h3><h3>Filed pursuant to Section 16(a) of the "
            "Securities Exchange Act of 1934,<br>Section 17(a) of the Public Utility Holding Company Act of 1935 or<br>"
            "Section 30(h) of the Investment Company Act of 1940</h3>",
            _square(is_set(filing, "notSubjectToSection16"))
            + " "
            + captions.check_box(edition, "notSubjectToSection16"),
            "<hr>",
            _boxes(filing, edition),
            '<hr><div style="break-after: page">* If the form is filed by more than one reporting person, see instruction '
            "4(b)(v).</div>",
            _table(filing, edition, Table.I, 0, len(edition.columns[Table.I]), ""),
            '<div style="break-after: page; text-align: center">Page 2</div>',
            _table(filing, edition, Table.II, 0, cut, ""),
            '<div style="break-after: page; text-align: center">Page 3</div>',
            _table(filing, edition, Table.II, cut, len(leaves), " — Continued"),
            _below(filing),
            "</body></html>",
        ]
    )


def _square(marked: bool) -> str:
    return "&#9746;" if marked else "&#9744;"


def _boxes(filing: ET.Element, edition: Edition) -> str:
    owner = filing.find("reportingOwner")
    address = "reportingOwnerAddress/rptOwner"

    def under(words: str, value: str) -> str:
        return f'<div class="u" style="margin-top: 12px">{escape(value)}</div><i>{words}</i>'

    street = " ".join(filter(None, (text(owner, f"{address}Street{k}") for k in "12")))
    place = " ".join(text(owner, f"{address}{p}") for p in ("City", "State", "ZipCode"))
    relationship = owner.find("reportingOwnerRelationship") if owner is not None else None
    titles = " ".join(
        filter(None, (text(relationship, "officerTitle"), text(relationship, "otherText")))
    )
    symbol = text(filing, "issuer/issuerTradingSymbol")
    said = {
        "issuer": under("", f"{text(filing, 'issuer/issuerName')} ({symbol})"),
        "irs": under("", ""),
        "statement": under("", date(text(filing, "periodOfReport"))),
        "original": under("", date(text(filing, "dateOfOriginalSubmission"))),
        "relationship": "".join(
            f"<div>{_square(is_set(relationship, tag))} &nbsp; {words}</div>"
            for tag, words in (
                ("isDirector", "Director"), ("isTenPercentOwner", "10% Owner"),
                ("isOfficer", "Officer (give title below)"), ("isOther", "Other (specify below)"),
            )
        )
        + under("", titles),
        "joint": f"<div>{_square(True)} Form filed by One Reporting Person</div><div>{_square(False)} Form filed by More than "
        "One Reporting Person</div>",
    }  # fmt: skip
    name = (
        under("(Last) (First) (Middle)", text(owner, "reportingOwnerId/rptOwnerName"))
        + under("(Street)", street)
        + under("(City) &nbsp; (State) &nbsp; (Zip)", place)
    )
    lines = ""
    for row in sorted({b.row for b in edition.boxes.values()}):
        lines += "<tr>"
        for box, which in sorted(
            ((b, n) for n, b in edition.boxes.items() if b.row == row), key=lambda x: x[0].column
        ):
            number, _, caption = captions.box(edition, which).partition(" ")
            spans = f'rowspan="{box.rows}"' if box.rows > 1 else ""
            lines += f'<td {spans} width="2%"><b>{number}</b></td><td {spans} width="{box.width}%"><b>{caption}</b>'
            lines += f"{name if which == 'name' else said[which]}</td>"
        lines += "</tr>"
    return f"<table>{lines}</table>"


def _table(
    filing: ET.Element, edition: Edition, table: Table, first: int, last: int, behind: str
) -> str:
    title = "<br>".join((edition.titles[table][0] + behind, *edition.titles[table][1:]))
    upper = lower = ""
    k = 0
    for heading in edition.headings[table]:
        if first <= k < last:
            number, _, caption = heading.caption.partition(" ")
            upper += f'<td colspan="{len(heading.leaves)}"><b>{number} {caption}</b></td>'
            lower += "".join(f'<td align="center"><b>{c}</b></td>' for c, _, _ in heading.leaves)
        k += len(heading.leaves)
    source = TABLE_I if table is Table.I else TABLE_II
    lines = "".join(
        '<tr class="r">'
        + "".join(_cell(c) for c in printed_cells(r, edition.columns[table])[first:last])
        + "</tr>"
        for r in rows(filing, source)
    )
    return (
        f'<hr><h3 style="font-size: 13px">{title}</h3><hr><table class="t"><tr class="r">{upper}</tr>'
        f'<tr class="r">{lower}</tr>{lines}</table>'
    )


def _cell(cell: PrintedCell) -> str:
    marks = f"<sup>{''.join(f'({m})' for m in cell.marks)}</sup>" if cell.marks else ""
    return f'<td align="{"left" if cell.left else "center"}">{escape(cell.value)}{marks}</td>'


def _below(filing: ET.Element) -> str:
    notes = "".join(
        f"<p>({n.get('id', '').removeprefix('F')}) {escape(' '.join(''.join(n.itertext()).split()))}</p>"
        for n in filing.findall("footnotes/footnote")
    )
    remarks = f"<p>Remarks: {escape(r)}</p>" if (r := text(filing, "remarks")) else ""
    signed = "".join(
        f'<tr><td width="20%"></td><td align="center"><div class="u">{escape(text(s, "signatureName"))}</div>**Signature of '
        f'Reporting Person</td><td width="8%"></td><td align="center"><div class="u">{date(text(s, "signatureDate"))}</div>Date'
        "</td></tr>"
        for s in filing.findall("ownerSignature")
    )
    return f"<p><b>Explanation of Responses:</b></p>{notes}{remarks}<table>{signed}</table><p>{captions.REMINDERS[2]}</p>"
