"""What is printed on the blank form, as HTML: taken from the editions' own files, so that page and
reader are one.
"""

from __future__ import annotations

import re

from ocr_form4.text.captions import own_print
from ocr_form4_models.editions import Edition, print_of_the_form
from ocr_form4_models.form4 import Table

REMINDERS = (
    "Reminder: Report on a separate line for each class of securities beneficially owned directly "
    "or indirectly.",
    "* If the form is filed by more than one reporting person, <i>see</i> Instruction 4 (b)(v).",
    "** Intentional misstatements or omissions of facts constitute Federal Criminal Violations "
    "<i>See</i> "
    "18 U.S.C. 1001 and 15 U.S.C. 78ff(a).",
    "Note: File three copies of this Form, one of which must be manually signed. If space is "
    "insufficient, <i>see</i> "
    "Instruction 6 for procedure.",
    "<b>Persons who respond to the collection of information contained in this form are not "
    "required to respond unless "
    "the form displays a currently valid OMB Number.</b>",
)


def head(edition: Edition, table: Table, size: str = "s", first: str = "") -> str:
    """Three rows of captions as EDGAR's HTML writes them: the title over all, the columns, the leaf
    columns.

    ``size`` is the class of the columns' captions, ``first`` that of the first one's, if it is
    another.
    """
    headings = edition.headings[table]
    total = len(edition.columns[table])
    divided = any(h.is_divided for h in headings)
    upper = lower = ""
    for k, heading in enumerate(headings):
        span = len(heading.leaves)
        upper += (
            f'<th width="{heading.width}%" valign="top" align="left" '
            f'class="{(first or size) if k == 0 else size}" '
            + (f'colspan="{span}"' if heading.is_divided else f'rowspan="{2 if divided else 1}"')
            + f">{heading.caption}</th>"
        )
        for caption, width, _ in heading.leaves if heading.is_divided else ():
            lower += f'<th width="{width}%" valign="bottom" align="center" class="s">{caption}</th>'
    return (
        f'<tr><th colspan="{total}" valign="top" align="center" '
        f'class="tc">{title(edition, table)}</th></tr>'
        f"<tr>{upper}</tr>" + (f"<tr>{lower}</tr>" if divided else "")
    )


def title(edition: Edition, table: Table) -> str:
    """A table's title: bold on EDGAR's pages, with Latin in italics on the others."""
    lines = edition.titles[table]
    if edition.name.startswith("edgar") and not edition.owners_in_table:
        return "<br>".join(f"<b>{line}</b>" for line in lines)
    return "<br>".join(line.replace("e.g.", "<i>e.g.</i>") for line in lines)


def check_box(edition: Edition, name: str) -> str:
    """The caption of a check box over the header."""
    return edition.check_boxes[name].replace("continue. See", "continue. <i>See</i>")


def box(edition: Edition, name: str) -> str:
    """The caption of a box of the header."""
    return edition.boxes[name].caption.replace("Name and Ticker", "Name <b>and</b> Ticker")


def texts() -> list[str]:
    """Every text of every edition, once, without tags."""
    reminders = (text.strip() for line in REMINDERS for text in re.split(r"<[^>]+>", line))
    return list(dict.fromkeys([*print_of_the_form(), *(text for text in reminders if text)]))


def everything() -> list[str]:
    """Every text of every edition, and what the reader knows besides as the form's own print."""
    return list(dict.fromkeys([*texts(), *own_print()]))
