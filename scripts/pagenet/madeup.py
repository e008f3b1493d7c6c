"""HTML of made-up forms, tables, typewritten pages and letters: rulings are to be learned as such,
not one form's.
"""

from __future__ import annotations

import random

_WORDS = [
    "amount",
    "total",
    "date",
    "name",
    "of",
    "the",
    "address",
    "number",
    "report",
    "security",
    "issuer",
    "director",
    "officer",
    "title",
    "common",
    "stock",
    "price",
    "code",
    "shares",
    "owned",
    "indirect",
    "direct",
    "transaction",
    "form",
    "section",
    "act",
    "exchange",
    "commission",
    "check",
    "box",
    "if",
    "no",
    "longer",
    "subject",
    "see",
    "instruction",
    "explanation",
    "responses",
    "remarks",
    "signature",
    "person",
    "filed",
    "pursuant",
    "account",
    "balance",
    "item",
    "description",
    "quantity",
    "unit",
    "tax",
    "invoice",
    "ship",
    "to",
    "bill",
    "phone",
    "fax",
    "received",
    "approved",
    "by",
    "department",
    "city",
    "state",
    "zip",
    "street",
    "trust",
    "family",
    "children",
    "spouse",
    "option",
    "grant",
    "vesting",
    "schedule",
    "exercise",
    "price",
    "expiration",
    "underlying",
    "derivative",
    "plan",
    "agreement",
    "terms",
    "conditions",
    "notice",
    "period",
    "quarter",
]
_FONTS = (
    "Liberation Sans", "Liberation Serif", "Liberation Mono", "DejaVu Sans", "DejaVu Serif",
    "DejaVu Sans Mono",
    "Nimbus Sans Narrow", "DejaVu Sans Condensed", "GNUTypewriter", "C059", "P052", "URW Gothic",
    "Courier Prime",
    "FreeMono", "Carlito", "TeX Gyre Heros",
)  # fmt: skip
_TYPED = (
    "Courier Prime",
    "FreeMono",
    "Liberation Mono",
    "GNUTypewriter",
    "DejaVu Sans Mono",
    "Nimbus Mono PS",
)


def words(r: random.Random, n: int) -> str:
    said = []
    for _ in range(n):
        word, how = r.choice(_WORDS), r.random()
        said.append(word.upper() if how < 0.12 else word.capitalize() if how < 0.4 else word)
    return " ".join(said) + r.choice(["", "", ".", ":", "*"])


def value(r: random.Random) -> str:
    how = r.random()
    if how < 0.25:
        return f"{r.randrange(1, 13):02d}/{r.randrange(1, 29):02d}/{r.randrange(1996, 2026)}"
    if how < 0.5:
        return (
            r.choice(["", "$"])
            + f"{r.randrange(10 ** r.randrange(1, 8)):,}"
            + r.choice(["", f".{r.randrange(100)}"])
        )
    if how < 0.62:
        return r.choice("ADIPSMFGXVJ")
    if how < 0.75:
        return words(r, r.randrange(1, 5))
    return (
        f"{r.randrange(1000):03d}-{r.randrange(10000):04d}<sup>({r.randrange(1, 20)})</sup>"
        if how < 0.8
        else ""
    )


def border(r: random.Random) -> str:
    style = r.choice(["solid"] * 8 + ["inset", "outset", "double", "dashed", "dotted", "ridge"])
    width = (
        r.choice([3, 4])
        if style == "double"
        else r.choice([0.4, 0.6, 0.8, 1, 1, 1, 1, 1.3, 1.6, 2, 2.5, 3])
    )
    return f"{width}px {style} {r.choice(['#000', '#000', '#000', '#222', '#444', '#555'])}"


def form(seed: int) -> str:
    """A page of tables, boxes, fields, titles and text in no order, upright or across."""
    r = random.Random(seed)
    width, height = (11, 8.5) if r.random() < 0.3 else (8.5, 11)
    kinds = (
        [_table] * 4 + [_text] * 3 + [_fields] * 2 + [_boxes] * 3 + [_small_table, _title, _title]
    )
    if r.random() < 0.2:
        kinds = [_text, _text, _text, _fields, _title]
    body = "".join(r.choice(kinds)(r) for _ in range(r.randrange(4, 14)))
    return _page(width, height, r.uniform(3, 22), f"body{{zoom:{r.uniform(0.8, 1.15):.2f}}}", body)


def typed(seed: int) -> str:
    """A page typed in one width: a form drawn with dashes, bars and underscores, as of before the
    web.
    """
    r = random.Random(seed)
    wide = r.choice([78, 96, 132])
    rows: list[str] = []
    while len(rows) < r.randrange(40, 72):
        how = r.random()
        if how < 0.15:
            rows.append(r.choice("-=_") * wide)
        elif how < 0.45:
            columns = r.randrange(3, 9)
            cell = wide // columns
            bar = r.choice(["|", " ", "|"])
            for _ in range(r.randrange(1, 7)):
                rows.append(
                    bar.join(_plain(value(r))[: cell - 1].ljust(cell - 1) for _ in range(columns))
                )
                if r.random() < 0.3:
                    rows.append(bar.join("-" * (cell - 1) for _ in range(columns)))
        elif how < 0.7:
            rows += [words(r, wide // 7)[:wide] for _ in range(r.randrange(1, 6))]
        elif how < 0.85:
            rows.append(
                f"{words(r, 2)} {'_' * r.randrange(5, 40)} [{r.choice(' X')}] {words(r, 3)}"[:wide]
            )
        else:
            rows.append("")
    size = {78: 13.0, 96: 10.5, 132: 8.6}[wide] * r.uniform(0.85, 1.0)
    across = wide == 132 and r.random() < 0.7
    page = (11, 8.5) if across else (8.5, 11)
    style = f"pre{{font:{size:.1f}px/{r.uniform(1.0, 1.5):.2f} '{r.choice(_TYPED)}',monospace;margin:0}}"
    return _page(*page, r.uniform(8, 18), style, f"<pre>{'<br>'.join(rows)}</pre>")


def letter(seed: int) -> str:
    r = random.Random(seed)
    body = (
        _title(r)
        + "".join(_text(r) for _ in range(r.randrange(4, 9)))
        + r.choice([_fields, _small_table])(r)
    )
    return _page(8.5, 11, r.uniform(15, 30), "", body)


def codes(seed: int) -> str:
    """A page on which letters and figures stand alone, free or in cells, with a word beside some:
    codes, check marks, short numbers.
    """
    r = random.Random(seed)
    rows = []
    for _ in range(r.randrange(24, 52)):
        size, font = r.uniform(8, 15), r.choice(_FONTS)
        line = border(r) if r.random() < 0.3 else ""
        columns = r.randrange(2, 14)
        cells = []
        for _ in range(columns):
            alone = r.choice("XXXADIPSMFGCVJOU10")
            said = r.choice([alone, alone, alone, "", "", words(r, 1), f"{alone} {words(r, 2)}"])
            cells.append(
                f'<td style="border:{line or "none"};width:{100 / columns:.1f}%">{said}</td>'
            )
        style = f"width:100%;border-collapse:collapse;font:{size:.1f}px '{font}'"
        align = r.choice(["left", "center", "center", "right"])
        rows.append(
            f'<table style="{style};text-align:{align};margin:{r.randrange(0, 14)}px 0">'
            f"<tr>{''.join(cells)}</tr></table>"
        )
    return _page(8.5, 11, r.uniform(5, 25), "", "".join(rows))


def restyled(html: str, seed: int) -> str:
    """The same page otherwise: other borders, fonts, paddings and size, in black."""
    r = random.Random(seed)
    css = ""
    if r.random() < 0.6:
        line = border(r)
        css += "".join(f"table[border='1']>{part}>tr>td," for part in ("tbody", "thead"))
        css += f"table[border='1']>thead>tr>th{{border:{line}!important}}"
    if r.random() < 0.3:
        css += "table[border='1']{border-collapse:collapse!important}"
    if r.random() < 0.4:
        css += f"*{{font-family:'{r.choice(_FONTS)}'!important}}"
    if r.random() < 0.3:
        css += f"td,th{{padding:{r.choice([0, 1, 2, 6, 8])}px!important}}"
    if r.random() < 0.4:
        css += f"body{{zoom:{r.uniform(0.74, 1.06):.2f}!important}}"
    return html.replace("</style>", css + "*{color:#000!important}</style>", 1)


def _page(width: float, height: float, margin: float, style: str, body: str) -> str:
    return (
        f"<html><head><meta charset=utf-8><style>@page{{size:{width}in "
        f"{height}in;margin:{margin:.1f}mm}}"
        f"body{{margin:0}}{style}*{{color:#000}}</style></head><body>{body}</body></html>"
    )


def _plain(text: str) -> str:
    return text.replace("<sup>", "").replace("</sup>", "")


def _small_table(r: random.Random) -> str:
    return _table(r, wide=False)


def _table(r: random.Random, wide: bool = True) -> str:
    columns = r.choice([2, 3, 4, 5, 6, 8, 10, 11, 12, 14, 16]) if wide else r.randrange(1, 4)
    rows = r.choice([1, 2, 3, 4, 5, 8, 12, 18]) if wide else r.randrange(1, 5)
    line, outer = border(r), border(r)
    cell = {
        "all": f"border:{line}",
        "level": f"border-top:{line};border-bottom:{line}",
        "plumb": f"border-left:{line};border-right:{line}",
        "foot": f"border-bottom:{line}",
    }[r.choice(["all"] * 6 + ["level", "plumb", "foot"])]
    frame = r.choice(
        [f"border:{outer}", f"border:{outer}", "", f"border-top:{outer};border-bottom:{outer}"]
    )
    collapse = r.choice(
        ["collapse", "collapse", "separate;border-spacing:0", "separate;border-spacing:2px"]
    )
    size, padding = r.uniform(7, 14), r.choice([0, 1, 2, 4, 6])
    size = min(size, 10) if columns > 9 else size
    width = r.choice([100, 100, 100, 85, 60]) if wide else r.randrange(15, 50)
    html = (
        f'<table style="width:{width}%;border-collapse:{collapse};{frame};'
        f"font:{size:.1f}px '{r.choice(_FONTS)}';margin:{r.randrange(0, 14)}px 0\">"
    )
    if r.random() < 0.5:
        html += f'<tr><th colspan={columns} style="{cell};padding:{padding}px">{words(r, r.randrange(2, 12))}</th></tr>'
    high = r.choice(["", "", f"height:{r.randrange(14, 40)}px;"])
    align = f"text-align:{r.choice(['left', 'center', 'right'])};vertical-align:{r.choice(['top', 'middle', 'bottom'])}"
    for row in range(rows):
        html += "<tr>"
        column = 0
        while column < columns:
            span = min(columns - column, r.choice([1] * 9 + [2, 3])) if row < 2 else 1
            head = row == 0 and r.random() < 0.8
            tag, text = ("th", words(r, r.randrange(1, 7))) if head else ("td", value(r))
            html += f'<{tag} colspan={span} style="{cell};{high}padding:{padding}px;{align}">{text}</{tag}>'
            column += span
        html += "</tr>"
    return html + "</table>"


def _text(r: random.Random) -> str:
    style = (
        f"{r.choice(['', 'bold', 'italic'])} {r.uniform(7, 15):.1f}px/{r.uniform(1.0, 1.8):.2f} "
        f"'{r.choice(_FONTS)}'"
    )
    line = r.choice([""] * 5 + ["text-decoration:underline;"])
    align = r.choice(["left", "left", "center", "justify", "right"])
    margin = r.randrange(2, 16)
    said = words(r, r.randrange(2, 110))
    return f'<p style="font:{style};{line}margin:{margin}px 0;text-align:{align}">{said}</p>'


def _title(r: random.Random) -> str:
    """Large print, as of letterheads and headings: it is text, and not what a stamp leaves."""
    style = (
        f"{r.choice(['', 'bold', 'bold', '900'])} {r.uniform(18, 56):.0f}px '{r.choice(_FONTS)}'"
    )
    said = words(r, r.randrange(1, 5))
    said = said.upper() if r.random() < 0.5 else said
    return f'<div style="font:{style};text-align:{r.choice(["left", "center", "right"])};margin:6px 0">{said}</div>'


def _fields(r: random.Random) -> str:
    line = border(r)
    html = f"<div style=\"font:{r.uniform(8, 14):.1f}px '{r.choice(_FONTS)}'\">"
    for _ in range(r.randrange(2, 7)):
        how = r.random()
        if how < 0.4:
            said = f"{words(r, r.randrange(1, 4))} {value(r)}"
            wide = f"width:{r.randrange(20, 90)}%"
            html += f'<div style="display:inline-block;{wide};border-bottom:{line};margin:4px">{said}</div>'
        elif how < 0.6:
            box = f"border:{line};display:inline-block;width:11px;height:12px;margin:3px"
            html += f'<span style="{box}">{r.choice(["", "X", "&nbsp;"])}</span>{words(r, r.randrange(1, 9))}<br>'
        elif how < 0.75:
            html += f"{words(r, 2)} {'_' * r.randrange(3, 40)} {words(r, 1)}<br>"
        elif how < 0.85:
            html += f"<u>{words(r, r.randrange(1, 5))}</u><br>"
        else:
            html += f"<hr style='border:none;border-top:{line}'>"
    return html + "</div>"


def _boxes(r: random.Random) -> str:
    """Boxes side by side, unevenly divided: a form's header."""
    line, columns = border(r), []
    for _ in range(r.randrange(2, 5)):
        parts = "".join(
            f'<div style="flex:{r.uniform(0.5, 3):.2f};border-bottom:{line if i else "none"};padding:3px;'
            f'min-height:{r.randrange(10, 50)}px">{words(r, r.randrange(1, 9))}<br>{value(r)}</div>'
            for i in range(r.randrange(1, 5))
        )
        flow = "display:flex;flex-direction:column-reverse"
        columns.append(
            f'<div style="flex:{r.uniform(1, 3):.2f};border-right:{line};{flow}">{parts}</div>'
        )
    font = f"font:{r.uniform(8, 13):.1f}px '{r.choice(_FONTS)}'"
    return (
        f'<div style="display:flex;border:{line};border-right:none;{font}">{"".join(columns)}</div>'
    )
