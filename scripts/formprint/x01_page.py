"""EDGAR's first page for ownership XML (X01): the paper form's look, boxes drawn by the borders of their cells."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from formprint import captions
from formprint.cells import PrintedCell, printed_cells
from formprint.filing_xml import TABLE_I, TABLE_II, is_set, rows, text
from formprint.grid import lines_of, size_of
from formprint.styles import Style
from formprint.values import corrected, date, escape
from ocr_form4_models.editions import Edition
from ocr_form4_models.form4 import Table

_CSS = """
@page {{ size: 8.5in 11in; margin: {margin}in; }}
body {{ margin: 0; padding: 4px 8px; background: {paper}; font: 16px {data_font}; zoom: {scale}; }}
table {{ border-collapse: separate; border-spacing: 0; font-size: inherit; }}
tr {{ break-inside: avoid; }} thead {{ display: {head}; }}
.g > * > tr > td, .g > * > tr > th {{ border: 1px solid black; border-left-width: 0; border-top-width: 0; padding: 3px; }}
.g > * > tr > .l {{ border-left-width: 1px; }} .g > * > tr > .o {{ border-top-width: 1px; }}
th {{ font-weight: normal; }}
.m, .s, .c {{ font-size: 13px; }} .t {{ font-size: 10px; }} .h {{ font: bold 24px {data_font}; margin: 20px 0; }}
.f {{ font: bold 32px Arial, sans-serif; border: 1px solid black; width: 150px; text-align: center; }}
.a {{ font: 13px Arial, sans-serif; }} .x {{ width: 11px; height: 11px; border: 1px solid #999; font: 11px/11px Arial;
text-align: center; margin: 3px; }}
a {{ text-decoration: underline; }} sup {{ font-size: 13px; line-height: 1; }} .n td {{ vertical-align: top; padding: 3px; }}
"""


def x01_page(filing: ET.Element, style: Style) -> str:
    """The HTML page of a filing (what ``filing_xml.as_printed`` gives)."""
    edition = style.template(text(filing, "documentType")[0])
    css = _CSS.format(
        margin=style.margin,
        paper=style.paper,
        scale=style.scale,
        data_font=style.data_font,
        head="table-header-group" if style.repeat_captions else "table-row-group",
    )
    return "".join(
        [
            f'<!DOCTYPE html><html><head><meta charset="utf-8"><style>{css}</style></head><body>',
            _heading(filing, edition),
            '<div style="font-size: 13px; margin-top: 14px">(Print or Type Responses)</div>',
            _boxes(filing, edition),
            _table(filing, Table.I, edition, style),
            _between(),
            f'<div class="s" style="text-align: center; margin-top: 16px"><b>{captions.title(edition, Table.II)}</b></div>',
            _table(filing, Table.II, edition, style),
            _owners(filing),
            _signatures(filing),
            _notes(filing),
            "</body></html>",
        ]
    )


def _heading(filing: ET.Element, edition: Edition) -> str:
    boxes = "".join(
        f'<tr><td valign="top"><div class="x">{"X" if is_set(filing, name) else "&nbsp;"}</div></td>'
        f'<td class="m">{captions.check_box(edition, name)}</td></tr>'
        for name in edition.check_boxes
    )
    return (
        '<table width="100%"><tr><td width="15%" valign="top">'
        f'<div class="f">FORM {text(filing, "documentType")}</div><table>{boxes}</table></td>'
        '<td width="65%" align="center"><b>UNITED STATES SECURITIES AND EXCHANGE COMMISSION<br>Washington, D.C. 20549'
        f"<br><br>{edition.title}</b><br><br>Filed pursuant to Section 16(a) of the Securities Exchange Act of 1934 or "
        "Section 30(h) of the Investment Company Act of 1940</td>"
        '<td width="20%" valign="top"><table class="g a" width="100%"><tr><td class="l o" align="center">OMB APPROVAL'
        f'</td></tr><tr><td class="l">OMB Number: &nbsp; &nbsp; {edition.omb[0]}<br>Estimated average burden hours per '
        f"response... &nbsp; {edition.omb[1]}</td></tr></table></td></tr></table>"
    )


def _boxes(filing: ET.Element, edition: Edition) -> str:
    lines = lines_of(edition, lambda name: _box(filing, edition, name))
    return f'<table class="g" width="100%">{lines}</table>'


def _box(filing: ET.Element, edition: Edition, name: str) -> str:
    box = edition.boxes[name]
    sides = ("l " if box.column == 1 else "") + ("o" if box.row == 1 else "")
    middle = "middle" if name == "title" else "top"
    return f'<td{size_of(box)} class="{sides}" valign="{middle}">{_content(filing, edition, name)}</td>'


def _content(filing: ET.Element, edition: Edition, name: str) -> str:
    owners = filing.findall("reportingOwner")
    address = "reportingOwnerAddress/rptOwner"
    caption = f'<span class="m">{captions.box(edition, name)}</span>'
    under = {
        k: '<table width="100%"><tr>'
        + "".join(f'<td class="t" align="center" width="33%">{w}</td>' for w in line)
        + "</tr></table>"
        for k, line in zip(
            ("street", "city", "end"), (a.captions for a in edition.address), strict=True
        )
    }
    match name:
        case "name":
            mark = caption.replace("*", " <a><sup>*</sup></a>")
            return f"{mark}<br>{escape(text(owners[0], 'reportingOwnerId/rptOwnerName'))}"
        case "street":
            return under[name] + escape(
                ", ".join(filter(None, (text(owners[0], f"{address}Street{k}") for k in "12")))
            )
        case "city":
            return under[name] + "<br>" + _place(owners[0])
        case "end":
            return under[name]
        case "title":
            return f"<center><b>{caption}</b></center>"
        case "relationship":
            return _relationship(owners[0], captions.box(edition, name))
        case "joint":
            return (
                f'{_small_end(captions.box(edition, name))}<br><span class="t">{"_X_" if len(owners) == 1 else "___"} Form '
                f"filed by One Reporting Person<br>{'_X_' if len(owners) > 1 else '___'} Form filed by More than One "
                "Reporting Person</span>"
            )
        case "issuer":
            issuer, symbol = (
                text(filing, f"issuer/issuer{part}") for part in ("Name", "TradingSymbol")
            )
            return f"&nbsp;{caption}<br>{escape(issuer)} [{escape(symbol)}]"
        case "blank":
            return "&nbsp;"
    path = "dateOfOriginalSubmission" if name == "original" else "periodOfReport"
    return f"{_small_end(captions.box(edition, name))}<br>{date(text(filing, path))}"


def _small_end(caption: str) -> str:
    """A caption whose last words, in parentheses, are smaller."""
    first, _, last = caption.partition(" (")
    return (
        f'<span class="m">{first}</span> <span class="t">({last}</span>'
        if last
        else f'<span class="m">{first}</span>'
    )


def _place(owner: ET.Element) -> str:
    city, state, code = (
        escape(text(owner, f"reportingOwnerAddress/rptOwner{p}"))
        for p in ("City", "State", "ZipCode")
    )
    return f"{city},&nbsp;{state}&nbsp;{code}"


def _relationship(owner: ET.Element, caption: str) -> str:
    relationship = owner.find("reportingOwnerRelationship")

    def line(tag: str, words: str) -> str:
        mark = "__X__" if is_set(relationship, tag) else "_____"
        return f'<td class="t" width="50%">{mark} {words}</td>'

    titles = " &nbsp; ".join(
        escape(t) for tag in ("officerTitle", "otherText") if (t := text(relationship, tag))
    )
    first, _, last = caption.partition(" (")
    return (
        f'<span class="m">{first}<center>({last}</center></span><table width="100%">'
        f"<tr>{line('isDirector', 'Director')}{line('isTenPercentOwner', '10% Owner')}</tr>"
        f"<tr>{line('isOfficer', 'Officer (give title below)')}{line('isOther', 'Other (specify below)')}</tr>"
        f'<tr><td colspan="2" align="center" class="m" style="border-bottom: 1px solid black">{titles}&nbsp;</td></tr></table>'
    )


def _table(filing: ET.Element, table: Table, edition: Edition, style: Style) -> str:
    """A table; the first one joins the header's boxes, the second one is as wide as it needs to be."""
    headings = edition.headings[table]
    over = " o" if table is Table.II else ""
    divided = any(h.is_divided for h in headings)
    upper = lower = ""
    for k, h in enumerate(headings):
        caption = h.caption.replace(" (Instr", "<br>(Instr") if "(Instr" in h.caption else h.caption
        span = f'colspan="{len(h.leaves)}"' if h.is_divided else f'rowspan="{2 if divided else 1}"'
        side = "l" if k == 0 else ""
        upper += f'<th class="s {side}{over}" align="left" width="{h.width}%" valign="top" {span}>{caption}</th>'
        lower += (
            "".join(f'<th class="s" valign="bottom">{c}</th>' for c, _, _ in h.leaves)
            if h.is_divided
            else ""
        )
    source = TABLE_I if table is Table.I else TABLE_II
    lines = "".join(
        "<tr>"
        + "".join(
            _cell(
                c, k, table, style.corrected if index == 0 and k == 5 and table is Table.I else ""
            )
            for k, c in enumerate(printed_cells(row, edition.columns[table]))
        )
        + "</tr>"
        for index, row in enumerate(rows(filing, source))
    )
    width = ' width="100%"' if table is Table.I else ""
    return f'<table class="g"{width}><thead><tr>{upper}</tr><tr>{lower}</tr></thead><tbody>{lines}</tbody></table>'


def _cell(cell: PrintedCell, column: int, table: Table, how: str) -> str:
    value = escape(cell.value)
    value = corrected(value, how) if how and value else value
    marks = "".join(f"<a><sup>({m})</sup></a>" for m in cell.marks)
    align = "left" if column == 0 or (table is Table.I and column not in (3, 4)) else "center"
    return (
        f'<td class="{"l" if column == 0 else ""}" align="{align}">{value}{marks}&nbsp;</td>'
        if not (value or marks)
        else f'<td class="{"l" if column == 0 else ""}" align="{align}">{value}{marks}</td>'
    )


def _between() -> str:
    return (
        f'<table width="100%" style="margin-top: 12px"><tr><td class="m" width="60%" colspan="2">{captions.REMINDERS[0]}</td>'
        '<td></td></tr><tr><td width="50%"></td><td class="a"><b>Persons who respond to the collection of information '
        "contained in this form are not required to respond unless the form displays a currently valid OMB control "
        'number.</b></td><td class="m" width="10%" align="right" valign="top">SEC 1474 (9-02)</td></tr></table>'
    )


def _owners(filing: ET.Element) -> str:
    lines = ""
    for owner in filing.findall("reportingOwner"):
        address = [
            text(owner, f"reportingOwnerAddress/rptOwner{p}") for p in ("Street1", "Street2")
        ]
        name = text(owner, "reportingOwnerId/rptOwnerName")
        who = "<br>".join([*(escape(t) for t in (name, *address) if t), _place(owner)])
        relationship = owner.find("reportingOwnerRelationship")
        director, ten = (
            "X" if is_set(relationship, t) else "&nbsp;"
            for t in ("isDirector", "isTenPercentOwner")
        )
        officer, other = (
            (escape(text(relationship, t)) or "X") if is_set(relationship, mark) else ""
            for mark, t in (("isOfficer", "officerTitle"), ("isOther", "otherText"))
        )
        lines += (
            f'<tr><td class="l">{who}</td><td align="center">{director}</td><td align="center">{ten}</td>'
            f"<td>&nbsp;{officer}</td><td>&nbsp;{other}</td></tr>"
        )
    return (
        '<div class="h">Reporting Owners</div><table class="g"><tr><th class="l o s" rowspan="2"><b>Reporting Owner Name / '
        'Address</b></th><th class="o s" colspan="4"><b>Relationships</b></th></tr><tr>'
        + "".join(
            f'<td class="s">&nbsp;{w}</td>' for w in ("Director", "10% Owner", "Officer", "Other")
        )
        + f"</tr>{lines}</table>"
    )


def _signatures(filing: ET.Element) -> str:
    lines = "".join(
        '<tr><td style="border-bottom: 1px solid black; padding: 3px">&nbsp;'
        f'{escape(text(s, "signatureName"))}</td><td width="50"></td><td style="border-bottom: 1px solid black; padding: 3px">'
        f'&nbsp;{date(text(s, "signatureDate"))}</td></tr><tr><td class="t" align="center"><sup><a>**</a></sup>Signature of '
        'Reporting Person</td><td></td><td class="t" align="center">Date<br>&nbsp;</td></tr>'
        for s in filing.findall("ownerSignature")
    )
    return f'<div class="h">Signatures</div><table style="margin-left: 40px">{lines}</table>'


def _notes(filing: ET.Element) -> str:
    lines = [
        ("*", "If the form is filed by more than one reporting person, <i>see</i> Instruction 4(b)(v)."),
        ("**", "Intentional misstatements or omissions of facts constitute Federal Criminal Violations. <i>See</i> 18 U.S.C. "
               "1001 and 15 U.S.C. 78ff(a)."),
    ]  # fmt: skip
    for note in filing.findall("footnotes/footnote"):
        lines.append(
            (
                f"({note.get('id', '').removeprefix('F')})",
                escape(" ".join("".join(note.itertext()).split())),
            )
        )
    said = "".join(
        f'<tr><td class="m"><b>{m}</b></td><td class="m">{words}</td></tr>' for m, words in lines
    )
    if is_set(filing, "noSecuritiesOwned"):
        said += '<tr><td class="m" colspan="2">No securities are beneficially owned.</td></tr>'
    if remarks := text(filing, "remarks"):
        said += f'<tr><td colspan="2">&nbsp;<br><b>Remarks:</b><br>{escape(remarks)}</td></tr>'
    return (
        f'<div class="h" style="margin-left: 40px">Explanation of Responses:</div><table class="n" style="margin-left: 40px">'
        f'{said}</table><div class="m" style="margin: 16px 40px">Note: File three copies of this Form, one of which must be '
        "manually signed. If space is insufficient, <i>see</i> Instruction 6 for procedure.</div>"
        '<div class="m" style="margin: 16px 40px">Potential persons who are to respond to the collection of information '
        "contained in this form are not required to respond unless the form displays a currently valid OMB number.</div>"
    )
