"""The paper form SEC 1474 of 9-02 and of 7-96: landscape, filled in by typewriter, Table II on its back."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from formprint import captions
from formprint.cells import PrintedCell, printed_cells
from formprint.filing_xml import TABLE_I, TABLE_II, is_set, rows, text
from formprint.styles import Style
from formprint.values import corrected, date, escape, month
from ocr_form4_models.form4 import Table

_CSS = """
@page {{ size: 11in 8.5in; margin: {margin}in {side}in; }}
body {{ margin: 0; font-family: {form_font}; font-size: 11px; zoom: {scale}; }}
table {{ border-collapse: collapse; width: 100%; font-size: 11px; }}
table.grid, table.grid > * > tr > td, table.grid > * > tr > th {{ border: 1px solid black; }}
th {{ font-weight: normal; }} tr {{ break-inside: avoid; }} thead {{ display: {head}; }}
td, th {{ padding: 2px 3px; vertical-align: top; }}
.tc {{ font-weight: bold; font-size: 14px; padding: 4px; }}
.c, .s {{ font-size: 10px; }} .c {{ height: 34px; }}
.d {{ font-family: {data_font}; font-size: 12px; white-space: pre-wrap; }}
.ds {{ font-family: {data_font}; font-size: 11px; }}
.notes {{ font-family: {data_font}; font-size: 12px; }}
sup {{ font-size: 75%; line-height: 1; }}
.line {{ border-bottom: 1px solid black; min-height: 15px; }}
.under {{ display: flex; font-size: 9px; justify-content: space-between; padding: 0 46px; }}
.x {{ display: inline-block; width: 22px; border-bottom: 1px solid black; text-align: center; height: 12px; }}
"""


def paper_page(filing: ET.Element, style: Style) -> str:
    """The HTML pages of a filing (what ``filing_xml.as_printed`` gives) on the paper form."""
    newer = not style.is_of_1996
    css = _CSS.format(
        margin=style.margin,
        side=style.margin + 0.05,
        form_font=style.form_font,
        data_font=style.data_font,
        scale=style.scale,
        head="table-header-group" if style.repeat_captions else "table-row-group",
    )
    notice = (
        "Reminder: Report on a separate line for each class of securities beneficially owned directly or indirectly. "
        "&nbsp; * If the form is filed by more than one reporting person, <i>see</i> Instruction 4(b)(v). &nbsp; "
        f"(Over) &nbsp; SEC 1474 ({'9-02' if newer else '7-96'})"
    )
    return "".join(
        [
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><style>{css}</style></head><body>',
            _heading(filing, newer),
            _boxes(filing, newer, style),
            _table(filing, TABLE_I, style),
            f'<div style="font-size: 10px">{notice}</div><div style="break-before: page"></div>',
            _table(filing, TABLE_II, style),
            _notes(filing, style),
            _signatures(filing),
            "</body></html>",
        ]
    )


def _heading(filing: ET.Element, newer: bool) -> str:
    mark = "X" if is_set(filing, "notSubjectToSection16") else "&nbsp;"
    kind = text(filing, "documentType")
    act = "30(h)" if newer else "30(f)"
    return (
        '<table><tr><td style="width: 24%"><div style="font: bold 24px \'Liberation Sans\', Arial">'
        f'FORM {kind}</div><table><tr><td style="width: 14px"><div class="d" style="border: 1.5px solid black; '
        f'width: 12px; height: 14px; text-align: center">{mark}</div></td><td style="font-size: 10px">Check this box '
        "if no longer subject to Section 16. Form 4 or Form 5 obligations may continue. <i>See</i> Instruction 1(b)."
        '</td></tr></table><div style="font-size: 10px">(Print or Type Responses)</div></td>'
        '<td style="text-align: center; font-weight: bold; font-size: 14px; padding-top: 14px">'
        "UNITED STATES SECURITIES AND EXCHANGE COMMISSION<br>Washington, D.C. 20549<br><br>"
        "STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP</td>"
        '<td style="width: 21%"><div style="border: 1px solid black; text-align: center; font-size: 10px; '
        'padding: 4px">'
        "OMB APPROVAL<br>OMB Number: 3235-0287<br>Expires: January 31, 2005<br>Estimated average burden<br>"
        'hours per response . . . 0.5</div></td></tr></table><div style="text-align: center; font-size: 10px; '
        'padding: 0 20%">Filed pursuant to Section 16(a) of the Securities Exchange Act of 1934, Section 17(a) of the '
        f"Public Utility Holding Company Act of 1935 or Section {act} of the Investment Company Act of 1940</div>"
    )


def _boxes(filing: ET.Element, newer: bool, style: Style) -> str:
    owner = filing.find("reportingOwner")
    address = "reportingOwnerAddress/rptOwner"
    street = " ".join(
        filter(None, (text(owner, address + "Street1"), text(owner, address + "Street2")))
    )
    place = "   ".join(escape(text(owner, address + part)) for part in ("City", "State", "ZipCode"))
    period = text(filing, "periodOfReport") or _earliest(filing)
    edition = style.template()
    statement = f"{captions.box(edition, 'statement')}<br>{_typed(date(period) if newer else month(period))}"
    symbol = text(filing, "issuer/issuerTradingSymbol")
    issuer = text(filing, "issuer/issuerName") + (f" ({symbol})" if symbol else "")
    original = date(text(filing, "dateOfOriginalSubmission"))
    irs = captions.box(style.template(), "irs")
    return (
        '<table class="grid"><tr><td rowspan="3" style="width: 34%">1. Name and Address of Reporting Person*'
        f'<div class="line d">{escape(text(owner, "reportingOwnerId/rptOwnerName"))}</div>'
        '<div class="under"><span>(Last)</span><span>(First)</span><span>(Middle)</span></div>'
        f'<div class="line d" style="margin-top: 4px">{escape(street)}</div>'
        '<div class="under" style="justify-content: center"><span>(Street)</span></div>'
        f'<div class="line d" style="margin-top: 12px">{place}</div>'
        '<div class="under"><span>(City)</span><span>(State)</span><span>(Zip)</span></div></td>'
        f'<td colspan="2" style="height: 36px">{captions.box(edition, "issuer")}<br>{_typed(issuer)}'
        f'</td><td rowspan="2" style="width: 30%">{_relationship(owner, captions.box(edition, "relationship"))}</td></tr>'
        f'<tr><td style="width: 20%; height: 38px">{irs}</td><td>{statement}</td></tr>'
        f"<tr><td></td><td>{captions.box(edition, 'original')}<br>"
        f"{_typed(original)}</td><td>{captions.box(edition, 'joint')}<br>"
        f"{_line(True)} Form filed by One Reporting Person<br>{_line(False)} Form filed by More than One Reporting "
        "Person</td></tr></table>"
    )


def _earliest(filing: ET.Element) -> str:
    return min((text(r, "transactionDate/value") for t in (TABLE_I, TABLE_II) for r in rows(filing, t)
                if text(r, "transactionDate/value")), default="")  # fmt: skip


def _relationship(owner: ET.Element | None, caption: str) -> str:
    relationship = owner.find("reportingOwnerRelationship") if owner is not None else None
    titles = "   ".join(
        filter(None, (text(relationship, "officerTitle"), text(relationship, "otherText")))
    )
    return (
        f"{caption}<br>"
        f"{_line(is_set(relationship, 'isDirector'))} Director &nbsp;&nbsp; "
        f"{_line(is_set(relationship, 'isTenPercentOwner'))} 10% Owner<br>"
        f"{_line(is_set(relationship, 'isOfficer'))} Officer (give title below) &nbsp; "
        f"{_line(is_set(relationship, 'isOther'))} Other (specify below)"
        f'<div style="text-align: center">{_typed(titles)}</div>'
    )


def _line(marked: bool) -> str:
    return f'<span class="x d">{"X" if marked else "&nbsp;"}</span>'


def _typed(value: str) -> str:
    return f'<span class="d">{escape(value)}</span>'


def _table(filing: ET.Element, table: str, style: Style) -> str:
    edition, which = style.template(), Table(table)
    head = captions.head(edition, which, "c")
    size = "d" if table == TABLE_I else "ds"
    body = rows(filing, table)
    amount = 5 - style.is_of_1996 if style.corrected and table == TABLE_I else -1
    lines = [
        "".join(
            _cell(cell, size, style.corrected if index == 0 and i == amount else "")
            for i, cell in enumerate(printed_cells(row, edition.columns[which]))
        )
        for index, row in enumerate(body)
    ]
    columns = len(edition.columns[which])
    lines += ['<td style="height: 16px"></td>' * columns] * max(
        0, style.empty_rows - len(body) // 4
    )
    return f'<table class="grid"><thead>{head}</thead><tbody>{"".join(f"<tr>{x}</tr>" for x in lines)}</tbody></table>'


def _cell(cell: PrintedCell, size: str, how: str) -> str:
    value = corrected(escape(cell.value), how) if how and cell.value else escape(cell.value)
    marks = f"<sup>{''.join(f'({m})' for m in cell.marks)}</sup>" if cell.marks else ""
    return f'<td class="{size}" style="text-align: {"left" if cell.left else "center"}">{value}{marks}</td>'


def _notes(filing: ET.Element, style: Style) -> str:
    lines = []
    for note in filing.findall("footnotes/footnote"):
        number = note.get("id", "").removeprefix("F")
        lines.append(f"<div>({number}) {escape(' '.join(''.join(note.itertext()).split()))}</div>")
    if remarks := text(filing, "remarks"):
        label = "Remarks: " if style.remarks_label else ""
        lines.append(f"<div>{label}{escape(remarks)}</div>")
    return f'<b style="font-size: 10px">Explanation of Responses:</b><div class="notes">{"".join(lines)}</div>'


def _signatures(filing: ET.Element) -> str:
    lines = "".join(
        f'<tr><td></td><td class="line d">{escape(text(s, "signatureName"))}</td>'
        f'<td class="line d">{date(text(s, "signatureDate"))}</td></tr>'
        for s in filing.findall("ownerSignature")
    )
    return (
        f'<table style="margin-top: 8px; break-inside: avoid">{lines}<tr><td style="width: 55%">** Intentional '
        "misstatements or omissions of facts constitute Federal Criminal Violations. <i>See</i> 18 U.S.C. 1001 and 15 "
        'U.S.C. 78ff(a).</td><td style="width: 35%">**Signature of Reporting Person</td><td>Date</td></tr></table>'
    )
