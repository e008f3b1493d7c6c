"""The editions of the form and how a page of one may look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from ocr_form4_models.editions import Edition as Template
from ocr_form4_models.editions import edition as template


class Edition(StrEnum):
    """Values are the names used in a corpus' index."""

    X05 = "x05"
    X03 = "x03"
    IR = "ir"
    PAPER_2002 = "sec1474"
    PAPER_1996 = "old1996"
    X06 = "x06"
    X01 = "x01"
    PRINTER = "printer"
    ASCII = "ascii"

    @property
    def on_paper(self) -> bool:
        return self in (Edition.PAPER_2002, Edition.PAPER_1996, Edition.PRINTER, Edition.ASCII)

    @property
    def is_of_1996(self) -> bool:
        """Whether the form asks for a month, and for no deemed date."""
        return self in (Edition.PAPER_1996, Edition.ASCII)


_TEMPLATES = {
    Edition.PAPER_2002: "sec1474-2002",
    Edition.PAPER_1996: "sec1474-1996",
    Edition.IR: "edgar-x05",
    Edition.PRINTER: "printer-2002",
    Edition.ASCII: "ascii-1996",
}
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

    edition: Edition
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

    def template(self, form: str = "4") -> Template:
        """What is printed: the edition's own file for Form 3, 4 or 5."""
        name = _TEMPLATES.get(self.edition, f"edgar-{self.edition.value}")
        if form != "4":
            name = {"edgar-x03": "edgar", "edgar-x05": "edgar" if form == "3" else "edgar-x05"}.get(
                name, name
            )
            name += f"-form{form}"
        return template(name)


def style_for(edition: Edition, rng: np.random.Generator) -> Style:
    """A style such as the edition is met with."""
    base = Style(
        edition,
        plan_box=edition in (Edition.X05, Edition.X06),
        repeat_captions=bool(rng.random() < 0.8),
    )
    if edition is Edition.IR:
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
    if edition is Edition.PRINTER:
        return replace(
            base, form_font=SERIF, data_colour="black", plan_box=bool(rng.random() < 0.5)
        )
    if edition is Edition.ASCII:
        font = TYPED_FONTS[int(rng.integers(len(TYPED_FONTS)))]
        return replace(base, form_font=font, data_colour="black", landscape=True, plan_box=False)
    if edition.on_paper:
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
    if edition is Edition.X06 and rng.random() < 0.3:
        base = replace(base, foreign_symbol=str(rng.choice(FOREIGN_SYMBOLS)))
    if edition is Edition.X01:
        grey = bool(rng.random() < 0.5)
        base = replace(
            base, form_font=SERIF, data_colour="black", paper="#dcdcdc" if grey else "white"
        )
        scale = round(float(rng.uniform(0.8, 1.0)), 2)
    return replace(base, scale=scale, margin=margin)
