"""Forms 3, 4 and 5 as EDGAR's own pages print them, after the HTML that its style sheets write.

Sizes and colours are those of EDGAR's style sheet: captions Arial 10 px and 9 px, data Times 13 px in blue, footnotes
green. Investor-relations sites print the same page in other fonts.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Sequence

from formprint import captions
from formprint.cells import PrintedCell, printed_cells
from formprint.filing_xml import TABLE_I, TABLE_II, is_set, rows, text
from formprint.grid import lines_of, size_of
from formprint.styles import Style
from formprint.values import corrected, date, escape
from ocr_form4_models.codes import country
from ocr_form4_models.editions import Edition
from ocr_form4_models.form4 import Table

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

_DATES = {"original": "dateOfOriginalSubmission"} | dict.fromkeys(
    ("earliest", "event", "fiscal"), "periodOfReport"
)
"""Which date stands in a box of the header; a box that no filing has a value for stays empty."""


def edgar_page(filing: ET.Element, style: Style) -> str:
    """The HTML page of a filing (what ``filing_xml.as_printed`` gives, so that page and truth are one)."""
    kind = text(filing, "documentType")
    edition = style.template(kind[0])
    css = _CSS.format(
        page="11in 8.5in" if style.landscape else "8.5in 11in",
        margin=style.margin,
        scale=style.scale,
        head="table-header-group" if style.repeat_captions else "table-row-group",
        colour=style.data_colour,
        data_font=style.data_font,
        form_font=style.form_font,
    )
    sizes = {"3": [("m",), ("m",)], "4": [("s", "m"), ("s",)]}.get(kind[0], [("s",), ("s",)])
    heads = [captions.head(edition, table, *size) for table, size in zip(Table, sizes, strict=True)]
    leaves = edition.columns
    parts = [
        '<!DOCTYPE html PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" "http://www.w3.org/TR/html4/loose.dtd"><html>'
        f'<head><meta charset="utf-8"><style>{css}</style></head>',
        f"<body>SEC Form {kind}",
        _heading(filing, edition, style),
        _boxes(filing, edition),
        _table(
            [printed_cells(r, leaves[Table.I]) for r in rows(filing, TABLE_I)],
            heads[0],
            False,
            style.corrected,
        ),
        _table(
            [printed_cells(r, leaves[Table.II]) for r in rows(filing, TABLE_II)], heads[1], True, ""
        ),
        _further_owners(filing, edition),
        _notes(filing),
        _signatures(filing),
        f'<div class="footer">{escape(style.footer)}</div>' if style.footer else "",
        "</body></html>",
    ]
    return "".join(parts)


def _heading(filing: ET.Element, edition: Edition, style: Style) -> str:
    names = [n for n in edition.check_boxes if n != "aff10b5One" or style.plan_box]
    boxes = [(captions.check_box(edition, n), is_set(filing, n)) for n in names]
    lines = "".join(
        f'<tr valign="middle"><td>{_BOX.format(mark="X" if checked else "&nbsp;")}</td>'
        f'<td class="s">{caption}</td></tr>'
        for caption, checked in boxes
    )
    span = len(boxes) + 1
    return (
        '<table width="100%" border="0" cellspacing="0" cellpadding="4"><tr>'
        f'<td width="20%" colspan="2" valign="top" align="center" class="name">FORM {text(filing, "documentType")}</td>'
        f'<td rowspan="{span}" width="60%" valign="middle" align="center">'
        '<span class="title">UNITED STATES SECURITIES AND EXCHANGE COMMISSION</span><br>'
        f'<span class="m">Washington, D.C. 20549</span><br><br><span class="title">{edition.title}</span><br><br>'
        '<span class="m">Filed pursuant to Section 16(a) of the Securities Exchange Act of 1934</span><br>'
        '<span class="m">or Section 30(h) of the Investment Company Act of 1940</span></td>'
        f'<td rowspan="{span}" width="20%" valign="top" align="center"><table width="100%" border="1">'
        '<tr><td class="tc">OMB APPROVAL</td></tr><tr><td><table width="100%" border="0">'
        f'<tr><td class="s" colspan="3">OMB Number:</td><td class="sr">{edition.omb[0]}</td></tr>'
        '<tr><td class="s" colspan="4">Estimated average burden</td></tr>'
        f'<tr><td class="s" colspan="3">hours per response:</td><td class="sr">{edition.omb[1]}</td></tr>'
        f"</table></td></tr></table></td></tr>{lines}</table>"
    )


def _boxes(filing: ET.Element, edition: Edition) -> str:
    """The header's boxes, row by row of its grid."""
    lines = lines_of(edition, lambda name: _box(filing, edition, name))
    return f'<table width="100%" border="1" cellspacing="0" cellpadding="4">{lines}</table>'


def _box(filing: ET.Element, edition: Edition, name: str) -> str:
    box = edition.boxes[name]
    return f'<td{size_of(box)} valign="top">{_content(filing, edition, name)}</td>'


def _content(filing: ET.Element, edition: Edition, name: str) -> str:
    owners = filing.findall("reportingOwner")
    caption = captions.box(edition, name)
    if name == "name":
        return _owner_box(owners[0], edition)
    if name == "relationship":
        return _relationship(owners[0], caption)
    if name == "joint":
        return _joint(len(owners), caption)
    if name == "issuer":
        issuer, symbol = (
            text(filing, f"issuer/issuer{part}") for part in ("Name", "TradingSymbol")
        )
        said = f'<a>{escape(issuer)}</a> [ <span class="d">{escape(symbol)}</span> ]'
    elif name == "foreign":
        said = f'<span class="d">{escape(text(filing, "issuer/issuerForeignTradingSymbol"))}</span>'
    else:
        said = (
            f'<span class="d">{date(text(filing, _DATES[name]))}</span>' if name in _DATES else ""
        )
    return f'<span class="m">{caption}</span><br>{said}'


def _owner_box(owner: ET.Element, edition: Edition) -> str:
    address = "reportingOwnerAddress/rptOwner"
    name = escape(text(owner, "reportingOwnerId/rptOwnerName"))
    place = "".join(
        f'<td width="33%"><span class="d">{escape(text(owner, address + part))}</span></td>'
        for part in ("City", _state(owner), "ZipCode")
    )
    streets = "".join(
        f'<tr><td><span class="d">{escape(text(owner, address + part)) or "&nbsp;"}</span></td></tr>'
        for part in ("Street1", "Street2")
    )
    under = ""
    if len(edition.address) > 3:
        under = (
            f'<table border="0" width="100%"><tr><td><span class="d">{escape(_country(owner))}</span></td></tr></table>'
            f'<hr width="98%">{_under(*edition.address[3].captions)}'
        )
    return (
        '<span class="m">1. Name and Address of Reporting Person<sup>*</sup></span>'
        f'<table border="0" width="100%"><tr><td><a>{name}</a></td></tr></table>'
        f'<hr width="98%">{_under("(Last)", "(First)", "(Middle)")}'
        f'<table border="0" width="100%">{streets}</table><hr width="98%"><span class="m">(Street)</span>'
        f'<table border="0" width="100%"><tr>{place}</tr></table><hr width="98%">{_under("(City)", "(State)", "(Zip)")}{under}'
    )


def _state(owner: ET.Element) -> str:
    """Where the state stands: abroad, a province in words."""
    return (
        "NonUSStateTerritory"
        if is_set(owner, "reportingOwnerAddress/rptOwnerNonUSAddressFlag")
        else "State"
    )


def _country(owner: ET.Element) -> str:
    """The country in words: not every page says that an address at home is one."""
    address = "reportingOwnerAddress/rptOwner"
    if is_set(owner, f"{address}NonUSAddressFlag"):
        return country(text(owner, f"{address}Country"))
    return "UNITED STATES" if sum(map(ord, text(owner, f"{address}City"))) % 2 else ""


def _under(*words: str) -> str:
    cells = "".join(f'<td width="33%" class="m">{word}</td>' for word in words)
    return f'<table border="0" width="100%"><tr>{cells}</tr></table>'


def _relationship(owner: ET.Element, caption: str) -> str:
    relationship = owner.find("reportingOwnerRelationship")
    first, _, last = caption.partition(" (Check")
    last = f"Check{last}"

    def mark(tag: str) -> str:
        return '<span class="d">X</span>' if is_set(relationship, tag) else ""

    title, other = (escape(text(relationship, t)) for t in ("officerTitle", "otherText"))
    return (
        f'<span class="m">{first}</span><br><span class="m">({last}</span>'
        '<table border="0" width="100%">'
        f'<tr><td width="15%" align="center">{mark("isDirector")}</td><td width="35%" class="m">Director</td>'
        f'<td width="15%" align="center">{mark("isTenPercentOwner")}</td><td width="35%" class="m">10% Owner</td></tr>'
        f'<tr><td align="center">{mark("isOfficer")}</td><td class="m">Officer (give title below)</td>'
        f'<td align="center">{mark("isOther")}</td><td class="m">Other (specify below)</td></tr>'
        f'<tr><td></td><td align="left"><a style="text-decoration:none">{title}</a></td>'
        f'<td></td><td align="left"><a style="text-decoration:none">{other}</a></td></tr></table>'
    )


def _joint(owners: int, caption: str) -> str:
    one, more = (
        ('<span class="d">X</span>', "") if owners == 1 else ("", '<span class="d">X</span>')
    )
    return (
        f'<span class="m">{caption}</span>'
        f'<table border="0" width="100%"><tr><td width="15%" align="center">{one}</td>'
        '<td width="85%" class="m">Form filed by One Reporting Person</td></tr>'
        f'<tr><td align="center">{more}</td><td class="m">Form filed by More than One Reporting Person</td></tr>'
        "</table>"
    )


def _table(body: Sequence[Sequence[PrintedCell]], head: str, small: bool, how: str) -> str:
    lines = []
    for index, row in enumerate(body):
        printed = "".join(
            _cell(c, small, how if index == 0 and i == 5 else "") for i, c in enumerate(row)
        )
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


def _further_owners(filing: ET.Element, edition: Edition) -> str:
    owners = filing.findall("reportingOwner")
    if len(owners) == 1:
        return ""
    boxes = "".join(
        f'<tr><td valign="top">{_owner_box(owner, edition)}</td></tr>' for owner in owners
    )
    return f'<table width="40%" border="1" cellspacing="0" cellpadding="4">{boxes}</table>'


def _notes(filing: ET.Element) -> str:
    lines = ['<tr><td class="m"><b>Explanation of Responses:</b></td></tr>']
    if is_set(filing, "noSecuritiesOwned"):
        lines.append('<tr><td class="m"><b>No securities are beneficially owned.</b></td></tr>')
    for note in filing.findall("footnotes/footnote"):
        number = note.get("id", "").removeprefix("F")
        lines.append(
            f'<tr><td class="fn">{number}. {escape(" ".join("".join(note.itertext()).split()))}</td></tr>'
        )
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
    reminders = "".join(
        f'<tr><td colspan="3" class="m">{line}</td></tr>' for line in captions.REMINDERS
    )
    return (
        f'<table width="100%" border="0">{lines}<tr><td></td><td class="m">** Signature of Reporting Person</td>'
        f'<td class="m">Date</td></tr>{reminders}</table>'
    )
