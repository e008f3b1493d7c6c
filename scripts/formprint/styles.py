"""How a page of an edition may look. What is printed on it is told by the edition's own file."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ocr_form4_models.editions import Edition, Marks, Ruled, editions
from ocr_form4_models.form4 import Column, Table

FILES = {
    "ir": "edgar-x05",
    "sec1474": "sec1474-2002",
    "old1996": "sec1474-1996",
    "printer": "printer-2002",
    "ascii": "ascii-1996",
}
"""The editions' files for those of an index' names that are not the file's own, ``edgar-`` left
off: ``ir`` is EDGAR's page as a company's own site shows it.
"""
SANS = "'Liberation Sans', Arial, sans-serif"
SERIF = "'Liberation Serif', 'Times New Roman', serif"
WEB_FONTS = (
    SANS,
    "'DejaVu Sans', Verdana, sans-serif",
    "'C059', Georgia, serif",
    "'URW Gothic', sans-serif",
    "'Nimbus Sans Narrow', 'Arial Narrow', sans-serif",
    "'DejaVu Serif', serif",
    "'P052', Palatino, serif",
)
TYPED_FONTS = (
    "'Liberation Mono', monospace",
    "'DejaVu Sans Mono', monospace",
    "'Courier Prime', monospace",
    "'FreeMono', monospace",
    "'Nimbus Mono PS', monospace",
)
HAND_FONTS = ("'Breip'", "'Klee One'", "'DkgHandwriting'", "'Steve'", "'Z003'")
FOREIGN_SYMBOLS = ("2330.TW", "SHEL.L", "ASML.AS", "7203.T", "NESN.SW", "RY.TO", "BHP.AX", "SAP.DE")
COLOURS = ("blue", "#00008b", "#0b3d91", "#8b0000", "#1a5c2a", "black")


@dataclass(frozen=True, slots=True)
class Style:
    """How one document is set. ``scale`` is of EDGAR's page (1 = 100 %); ``margin`` in inches."""

    edition: str
    """As an index names it."""
    plan_box: bool = True
    """The check box of Rule 10b5-1(c)."""
    scale: float = 0.93
    margin: float = 0.3
    form_font: str = SANS
    data_font: str = SERIF
    data_colour: str = "blue"
    repeat_captions: bool = True
    landscape: bool = False
    footer: str = ""
    empty_rows: int = 4
    remarks_label: bool = False
    paper: str = "white"
    """The colour of the page's own ground."""
    corrected: str = ""
    """How the first number of Table I was corrected, if it was: struck, white (correction fluid) or
    penned.
    """

    foreign_symbol: str = ""
    """What stands in box 2a, where the edition has one; of the filing's own there is none."""

    def template(self, form: str = "4") -> Edition:
        """What is printed: the edition's own file for Form 3, 4 or 5, or that of EDGAR's first."""
        found = {one.name: one for one in editions()}
        name = FILES.get(self.edition, f"edgar-{self.edition}")
        name = name if name in found else self.edition
        if form == "4":
            return found[name]
        return found.get(f"{name}-form{form}") or found[f"edgar-form{form}"]

    @property
    def on_paper(self) -> bool:
        """Whether the edition was a form on paper, and no page of EDGAR's."""
        return not is_edgars(self.template())

    @property
    def is_of_1996(self) -> bool:
        """Whether the form asks for a month, and for no deemed date."""
        columns = self.template().columns[Table.I]
        return Column.DEEMED_DATE not in {leaf.column for leaf in columns}


def is_edgars(edition: Edition) -> bool:
    """Whether an edition is a page of EDGAR's: marks in cells, or its owners in a table."""
    return edition.marks is Marks.CELL or edition.owners_in_table


def edition_names() -> list[str]:
    """Every edition of Form 4 by the name that an index has for it; one that is added needs none of
    its own here.
    """
    other = {file: name for name, file in FILES.items() if name != "ir"}
    files = [one.name for one in editions() if one.form == "4"]
    return ["ir", *(other.get(file, file.removeprefix("edgar-")) for file in files)]


def style_for(edition: str, rng: np.random.Generator) -> Style:
    """A style such as the edition, by an index' name, is met with."""
    base = Style(edition, repeat_captions=bool(rng.random() < 0.8))
    printed = base.template()
    base = replace(base, plan_box=printed.has_10b5)
    if edition == "ir":
        font = WEB_FONTS[int(rng.integers(len(WEB_FONTS)))]
        footer = (
            "Source: investor relations web site    Page 1",
            "Powered by a filings service | Section 16 filings",
        )
        return replace(
            base,
            plan_box=bool(rng.random() < 0.6),
            scale=round(float(rng.uniform(0.76, 0.96)), 2),
            margin=round(float(rng.uniform(0.3, 0.6)), 2),
            form_font=font,
            data_font=font if rng.random() < 0.6 else WEB_FONTS[int(rng.integers(len(WEB_FONTS)))],
            data_colour=COLOURS[int(rng.integers(len(COLOURS)))],
            footer=footer[int(rng.integers(2))],
        )
    if printed.ruled is Ruled.ROWS:
        return replace(
            base, form_font=SERIF, data_colour="black", plan_box=bool(rng.random() < 0.5)
        )
    if printed.ruled is Ruled.TYPED:
        font = TYPED_FONTS[int(rng.integers(len(TYPED_FONTS)))]
        return replace(base, form_font=font, data_colour="black", landscape=True, plan_box=False)
    if base.on_paper:
        return replace(
            base,
            scale=round(float(rng.uniform(0.94, 1.04)), 2),
            form_font=SERIF,
            data_font=TYPED_FONTS[int(rng.integers(len(TYPED_FONTS)))],
            data_colour="black",
            landscape=True,
            empty_rows=int(rng.integers(0, 6)),
            remarks_label=bool(rng.random() < 0.5),
        )
    scale, margin = (
        round(float(rng.uniform(0.88, 0.97)), 2),
        round(float(rng.uniform(0.25, 0.45)), 2),
    )
    if "foreign" in printed.boxes and rng.random() < 0.3:
        base = replace(base, foreign_symbol=str(rng.choice(FOREIGN_SYMBOLS)))
    if printed.owners_in_table:
        grey = bool(rng.random() < 0.5)
        base = replace(
            base, form_font=SERIF, data_colour="black", paper="#dcdcdc" if grey else "white"
        )
        scale = round(float(rng.uniform(0.8, 1.0)), 2)
    return replace(base, scale=scale, margin=margin)
