"""Forms 3, 4 and 5 as EDGAR's own pages print them, after the HTML that its style sheets write.

Sizes and colours are those of EDGAR's style sheet: captions Arial 10 px and 9 px, data Times 13 px in blue, footnotes
green. Investor-relations sites print the same page in other fonts.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from formprint import captions
from formprint.cells import (
    PrintedCell,
    form_3_table_1_cells,
    form_3_table_2_cells,
    table_1_cells,
    table_2_cells,
)
from formprint.filing_xml import TABLE_I, TABLE_II, is_set, rows, text
from formprint.styles import Style
from formprint.values import corrected, date, escape

_CSS = """
@page {{ size: {page}; margin: {margin}in; }}
body {{ background: white; margin: 0; font-family: {data_font}; font-size: 16px; zoom: {scale}; }}
table {{ font-size: inherit; }}
tr {{ break-inside: avoid; }}
thead {{ display: {head}; }}
a, .d {{ color: {colour}; }} a {{ text-decoration: underline; }}
.d {{ font-size: 13px; font-family: {data_font}; }}
.ds {{ color: {colour}; font-size: 10px; font-family: {data_font}; }}
.fn {{ color: green; font-size: 10px; font-family: {data_font}; }}
.t, .tc {{ font-size: 13px; font-family: {form_font}; }} .tc {{ text-align: center; }}
.s, .sr {{ font-size: 9px; font-family: {form_font}; }} .sr {{ text-align: right; }}
.m {{ font-size: 10px; font-family: {form_font}; }}
.title {{ font-size: 16px; font-family: {form_font}; font-weight: bold; }}
.name {{ font-size: 18px; font-family: {form_font}; font-weight: bold; }}
sup {{ line-height: 1; }}
.footer {{ color: gray; font: 10px {form_font}; padding-top: 24px; }}
"""
_BOX = '<table width="100%" border="1" cellpadding="0" cellspacing="0"><tr><td>&nbsp;{mark}&nbsp;</td></tr></table>'
Cells = Callable[[ET.Element], list[PrintedCell]]
"""From a row to its leaf columns."""


@dataclass(frozen=True, slots=True)
class _Form:
    """What tells Forms 3, 4 and 5 apart on the page."""

    name: str
    title: str
    omb: tuple[str, str]
    tables: tuple[str, str]
    cells: tuple[Cells, Cells]


def edgar_page(filing: ET.Element, style: Style) -> str:
    """The HTML page of a filing (what ``filing_xml.as_printed`` gives, so that page and truth are one)."""
    form = _form(filing)
    css = _CSS.format(
        page="11in 8.5in" if style.landscape else "8.5in 11in",
        margin=style.margin,
        scale=style.scale,
        head="table-header-group" if style.repeat_captions else "table-row-group",
        colour=style.data_colour,
        data_font=style.data_font,
        form_font=style.form_font,
    )
    number = form.name.split()[1]
    parts = [
        '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd"><html>'
        f'<head><meta charset="utf-8"><style>{css}</style></head>',
        f"<body>SEC Form {number}",
        _heading(filing, form, style),
        _boxes_form_3(filing) if number.startswith("3") else _boxes(filing, number),
        _table(rows(filing, TABLE_I), form.tables[0], form.cells[0], small=False, how=style.corrected),
        _table(rows(filing, TABLE_II), form.tables[1], form.cells[1], small=True, how=""),
        _further_owners(filing),
        _notes(filing),
        _signatures(filing),
        f'<div class="footer">{escape(style.footer)}</div>' if style.footer else "",
        "</body></html>",
    ]
    return "".join(parts)


def _form(filing: ET.Element) -> _Form:
    kind = text(filing, "documentType")
    if kind.startswith("3"):
        tables = (captions.FORM_3_TABLE_1, captions.FORM_3_TABLE_2)
        title, omb = "INITIAL STATEMENT OF BENEFICIAL OWNERSHIP OF SECURITIES", ("3235-0104", "0.5")
        return _Form(f"FORM {kind}", title, omb, tables, (form_3_table_1_cells, form_3_table_2_cells))
    if kind.startswith("5"):
        tables = (captions.FORM_5_TABLE_1, captions.FORM_5_TABLE_2)
        title, omb = "ANNUAL STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP", ("3235-0362", "1.0")
        return _Form(f"FORM {kind}", title, omb, tables, (_without(table_1_cells, 4), _without(table_2_cells, 5)))
    tables = (captions.EDGAR_TABLE_1, captions.EDGAR_TABLE_2)
    title, omb = "STATEMENT OF CHANGES IN BENEFICIAL OWNERSHIP", ("3235-0287", "0.5")
    return _Form(f"FORM {kind}", title, omb, tables, (table_1_cells, table_2_cells))


def _without(cells: Cells, column: int) -> Cells:
    def fewer(row: ET.Element) -> list[PrintedCell]:
        all_ = cells(row)
        return all_[:column] + all_[column + 1 :]

    return fewer


def _heading(filing: ET.Element, form: _Form, style: Style) -> str:
    boxes = _check_boxes(filing, form, style)
    lines = "".join(
        f'<tr valign="middle"><td>{_BOX.format(mark="X" if checked else "&nbsp;")}</td>'
        f'<td class="s">{caption}</td></tr>'
        for caption, checked in boxes
    )
    span = len(boxes) + 1
    return (
        '<table width="100%" border="0" cellspacing="0" cellpadding="4"><tr>'
        f'<td width="20%" colspan="2" valign="top" align="center" class="name">{form.name}</td>'
        f'<td rowspan="{span}" width="60%" valign="middle" align="center">'
        '<span class="title">UNITED STATES SECURITIES AND EXCHANGE COMMISSION</span><br>'
        f'<span class="m">Washington, D.C. 20549</span><br><br><span class="title">{form.title}</span><br><br>'
        '<span class="m">Filed pursuant to Section 16(a) of the Securities Exchange Act of 1934</span><br>'
        '<span class="m">or Section 30(h) of the Investment Company Act of 1940</span></td>'
        f'<td rowspan="{span}" width="20%" valign="top" align="center"><table width="100%" border="1">'
        '<tr><td class="tc">OMB APPROVAL</td></tr><tr><td><table width="100%" border="0">'
        f'<tr><td class="s" colspan="3">OMB Number:</td><td class="sr">{form.omb[0]}</td></tr>'
        '<tr><td class="s" colspan="4">Estimated average burden</td></tr>'
        f'<tr><td class="s" colspan="3">hours per response:</td><td class="sr">{form.omb[1]}</td></tr>'
        f"</table></td></tr></table></td></tr>{lines}</table>"
    )


def _check_boxes(filing: ET.Element, form: _Form, style: Style) -> list[tuple[str, bool]]:
    if form.name.startswith("FORM 3"):
        return []
    boxes = [(captions.NO_LONGER_SUBJECT, is_set(filing, "notSubjectToSection16"))]
    if form.name.startswith("FORM 5"):
        boxes.append(("Form 3 Holdings Reported.", is_set(filing, "form3HoldingsReported")))
        boxes.append(("Form 4 Transactions Reported.", is_set(filing, "form4TransactionsReported")))
    elif style.plan_box:
        boxes.append((captions.PLAN, is_set(filing, "aff10b5One")))
    return boxes


def _boxes(filing: ET.Element, number: str) -> str:
    annual = number.startswith("5")
    earliest = "3. Statement for Issuer's Fiscal Year Ended" if annual else "3. Date of Earliest Transaction"
    owners = filing.findall("reportingOwner")
    return (
        '<table width="100%" border="1" cellspacing="0" cellpadding="4"><tr>'
        f'<td rowspan="3" width="35%" valign="top">{_owner_box(owners[0])}</td>'
        f'<td width="35%" valign="top">{_issuer(filing, 2)}</td>'
        f'<td rowspan="2" valign="top">{_relationship(owners[0], 5)}</td></tr>'
        f'<tr><td valign="top"><span class="m">{earliest} (Month/Day/Year)</span><br>'
        f'<span class="d">{date(text(filing, "periodOfReport"))}</span></td></tr>'
        f'<tr><td valign="top">{_original(filing, 4)}</td><td valign="top">{_joint(len(owners))}</td></tr></table>'
    )


def _boxes_form_3(filing: ET.Element) -> str:
    owners = filing.findall("reportingOwner")
    return (
        '<table width="100%" border="1" cellspacing="0" cellpadding="4"><tr>'
        f'<td rowspan="3" width="30%" valign="top">{_owner_box(owners[0])}</td>'
        '<td rowspan="3" width="15%" valign="top"><span class="m">2. Date of Event Requiring Statement '
        f'(Month/Day/Year)</span><br><span class="d">{date(text(filing, "periodOfReport"))}</span></td>'
        f'<td valign="top" colspan="2">{_issuer(filing, 3)}</td></tr>'
        f'<tr><td rowspan="2" width="30%" valign="top">{_relationship(owners[0], 4)}</td>'
        f'<td valign="top">{_original(filing, 5)}</td></tr>'
        f'<tr><td valign="top">{_joint(len(owners))}</td></tr></table>'
    )


def _issuer(filing: ET.Element, box: int) -> str:
    name, symbol = text(filing, "issuer/issuerName"), text(filing, "issuer/issuerTradingSymbol")
    return (
        f'<span class="m">{box}. Issuer Name <b>and</b> Ticker or Trading Symbol</span><br>'
        f'<a>{escape(name)}</a> [ <span class="d">{escape(symbol)}</span> ]'
    )


def _original(filing: ET.Element, box: int) -> str:
    return (
        f'<span class="m">{box}. If Amendment, Date of Original Filed (Month/Day/Year)</span><br>'
        f'<span class="d">{date(text(filing, "dateOfOriginalSubmission"))}</span>'
    )


def _owner_box(owner: ET.Element) -> str:
    address = "reportingOwnerAddress/rptOwner"
    name = escape(text(owner, "reportingOwnerId/rptOwnerName"))
    place = "".join(
        f'<td width="33%"><span class="d">{escape(text(owner, address + part))}</span></td>'
        for part in ("City", "State", "ZipCode")
    )
    streets = "".join(
        f'<tr><td><span class="d">{escape(text(owner, address + part)) or "&nbsp;"}</span></td></tr>'
        for part in ("Street1", "Street2")
    )
    return (
        '<span class="m">1. Name and Address of Reporting Person<sup>*</sup></span>'
        f'<table border="0" width="100%"><tr><td><a>{name}</a></td></tr></table>'
        f'<hr width="98%">{_under("(Last)", "(First)", "(Middle)")}'
        f'<table border="0" width="100%">{streets}</table><hr width="98%"><span class="m">(Street)</span>'
        f'<table border="0" width="100%"><tr>{place}</tr></table><hr width="98%">{_under("(City)", "(State)", "(Zip)")}'
    )


def _under(*words: str) -> str:
    cells = "".join(f'<td width="33%" class="m">{word}</td>' for word in words)
    return f'<table border="0" width="100%"><tr>{cells}</tr></table>'


def _relationship(owner: ET.Element, box: int) -> str:
    relationship = owner.find("reportingOwnerRelationship")

    def mark(tag: str) -> str:
        return '<span class="d">X</span>' if is_set(relationship, tag) else ""

    title, other = (escape(text(relationship, t)) for t in ("officerTitle", "otherText"))
    return (
        f'<span class="m">{box}. Relationship of Reporting Person(s) to Issuer</span><br>'
        '<span class="m">(Check all applicable)</span><table border="0" width="100%">'
        f'<tr><td width="15%" align="center">{mark("isDirector")}</td><td width="35%" class="m">Director</td>'
        f'<td width="15%" align="center">{mark("isTenPercentOwner")}</td><td width="35%" class="m">10% Owner</td></tr>'
        f'<tr><td align="center">{mark("isOfficer")}</td><td class="m">Officer (give title below)</td>'
        f'<td align="center">{mark("isOther")}</td><td class="m">Other (specify below)</td></tr>'
        f'<tr><td></td><td align="left"><a style="text-decoration:none">{title}</a></td>'
        f'<td></td><td align="left"><a style="text-decoration:none">{other}</a></td></tr></table>'
    )


def _joint(owners: int) -> str:
    one, more = ('<span class="d">X</span>', "") if owners == 1 else ("", '<span class="d">X</span>')
    return (
        '<span class="m">6. Individual or Joint/Group Filing (Check Applicable Line)</span>'
        f'<table border="0" width="100%"><tr><td width="15%" align="center">{one}</td>'
        '<td width="85%" class="m">Form filed by One Reporting Person</td></tr>'
        f'<tr><td align="center">{more}</td><td class="m">Form filed by More than One Reporting Person</td></tr>'
        "</table>"
    )


def _table(
    body: Sequence[ET.Element],
    head: str,
    cells: Cells,
    small: bool,
    how: str,
) -> str:
    lines = []
    for index, row in enumerate(body):
        printed = "".join(_cell(c, small, how if index == 0 and i == 5 else "") for i, c in enumerate(cells(row)))
        lines.append(f"<tr>{printed}</tr>")
    return (
        f'<table width="100%" border="1" cellspacing="0" cellpadding="4"><thead>{head}</thead>'
        f"<tbody>{''.join(lines)}</tbody></table>"
    )


def _cell(cell: PrintedCell, small: bool, how: str) -> str:
    size = "ds" if small else "d"
    value = escape(cell.value)
    if how and value:
        value = corrected(value, how)
    marks = "".join(f'<span class="fn"><sup>({m})</sup></span>' for m in cell.marks)
    shown = f'<span class="{size}">{value}</span>' if value else ""
    return f'<td align="{"left" if cell.left else "center"}">{shown}{marks}</td>'


def _further_owners(filing: ET.Element) -> str:
    owners = filing.findall("reportingOwner")
    if len(owners) == 1:
        return ""
    boxes = "".join(f'<tr><td valign="top">{_owner_box(owner)}</td></tr>' for owner in owners)
    return f'<table width="40%" border="1" cellspacing="0" cellpadding="4">{boxes}</table>'


def _notes(filing: ET.Element) -> str:
    lines = ['<tr><td class="m"><b>Explanation of Responses:</b></td></tr>']
    if is_set(filing, "noSecuritiesOwned"):
        lines.append('<tr><td class="m"><b>No securities are beneficially owned.</b></td></tr>')
    for note in filing.findall("footnotes/footnote"):
        number = note.get("id", "").removeprefix("F")
        lines.append(f'<tr><td class="fn">{number}. {escape(" ".join("".join(note.itertext()).split()))}</td></tr>')
    if filing.find("remarks") is not None:
        lines.append('<tr><td class="t"><b>Remarks:</b></td></tr>')
        lines.append(f'<tr><td class="fn">{escape(text(filing, "remarks"))}</td></tr>')
    return f'<table border="0" width="100%">{"".join(lines)}</table>'


def _signatures(filing: ET.Element) -> str:
    lines = "".join(
        '<tr><td width="60%"></td>'
        f'<td width="20%"><u><span class="d">{escape(text(s, "signatureName"))}</span></u></td>'
        f'<td width="20%"><u><span class="d">{date(text(s, "signatureDate"))}</span></u></td></tr>'
        for s in filing.findall("ownerSignature")
    )
    reminders = "".join(f'<tr><td colspan="3" class="m">{line}</td></tr>' for line in captions.REMINDERS)
    return (
        f'<table width="100%" border="0">{lines}<tr><td></td><td class="m">** Signature of Reporting Person</td>'
        f'<td class="m">Date</td></tr>{reminders}</table>'
    )
