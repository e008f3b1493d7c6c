"""Make ``fixtures/``: scans of real filings in every edition with their truth, and bad input.

    python scripts/make_fixtures.py --filings DIR [--out fixtures] [--only NAME]

``--filings`` holds the filings' XML, by the names in ``FIXTURES``. The same filings and fonts give
the same fixtures.
"""

from __future__ import annotations

import argparse
import sys
import xml.etree.ElementTree as ET
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from formprint import filing_xml, foreign_pages
from formprint.chromium import Printer, printer
from formprint.documents import (
    EDITIONS,
    Document,
    draw,
    make_document,
    scanned,
    write_document,
    write_truths,
)
from formprint.files import ScannedPage, write_image, write_pdf, write_tiff
from formprint.readme import fixtures_readme
from formprint.scanner import Scanner

SEED = 4


@dataclass(frozen=True, slots=True)
class Fixture:
    """A scan of the fixtures: where it goes, how it is made, the filings it is made of."""

    path: str
    edition: str
    kind: str
    sources: tuple[str, ...]
    shows: str
    quality: int | None = 45
    bilevel: bool = False
    """Black and white: a tenth of the bytes, where gray shows nothing more."""

    @property
    def name(self) -> str:
        return Path(self.path).stem


FIXTURES = (
    Fixture("scan/as-filed.pdf", "x05", "clean300",
        ("4_2025-04-30_SCWO_Melkote_Rajesh_Ramaswamy_f68d39",),
            "the filer's own slip: 757,576 options acquired, 757,756 owned"),
    Fixture("scan/sales.pdf", "x05", "office300", ("4_2025-03-14_DKNG_Dodge_R_Stanton_",),
            "sales under a Rule 10b5-1 plan, box marked; a running balance"),
    Fixture("scan/exercise.pdf", "x03", "gray200", ("4_2011-04-25_INTC_BRYANT_ANDY_D_",),
            "exercise in Table II with its shares in Table I"),
    Fixture("scan/fax.tif", "x03", "fax204", ("4_2022-06-28_MDB_BOTHA_ROELOF_",),
            "two pages of 204 x 196 dpi, V marks"),
    Fixture("scan/copy.pdf", "x03", "copy200", ("4_2015-05-18_SYRG_Scaff_William_E_JR_",),
            "photocopy of a photocopy"),
    Fixture("scan/web-page.pdf", "ir", "gray200", ("4_2025-10-15_BAC_MOYNIHAN_BRIAN_T_",),
            "an investor-relations site's print of EDGAR's page"),
    Fixture("scan/paper-2002.pdf", "sec1474", "office300", ("4_2012-11-23_YELP_Rabois_Keith_",),
            "the paper form of 9-02 and its back"),
    Fixture("scan/week-before.pdf", "x03", "office300", ("4_2012-11-19_YELP_Rabois_Keith_",),
            "what the person of paper-2002.pdf filed the week before: balances go on"),
    Fixture("scan/paper-1996.pdf", "old1996", "gray200", ("4_2014-07-23_INTC_HOLT_WILLIAM_M_",),
            "the paper form of 7-96: month and year, holdings at the end of the month"),
    Fixture("scan/sideways.jpg", "x05", "rot90", ("4_2025-09-30_WMT_Friar_Sarah_",),
            "lay sideways on the glass"),
    Fixture("scan/black-and-white.png", "x05", "threshold300", ("4_2025-10-01_C_HENNES_DUNCAN_P_",),
            "one bit per pixel at 300 dpi"),
    Fixture("more/low-resolution.pdf", "x05", "gray150", ("4_2025-10-23_WMT_McMillon_C_Douglas_",),
            "150 dpi; seven holdings beside one sale", 60),
    Fixture("more/coarse-fax.pdf", "x03", "fax98", ("4_2020-07-13_EB_BOTHA_ROELOF_",),
            "204 x 98 dpi: pixels twice as high as wide"),
    Fixture("more/stamped.pdf", "x03", "stamped", ("4_2018-02-01_AAPL_IGER_ROBERT_A_",),
            "rubber stamps over the form"),
    Fixture("more/penned.pdf", "x03", "penned", ("4_2013-04-16_LNKD_Hoffman_Reid_",),
            "strokes of a pen over the tables", bilevel=True),
    Fixture("more/whited.pdf", "x03", "whited", ("4_2021-01-15_AFRM_Rabois_Keith_",),
            "correction fluid, and a number typed on it", bilevel=True),
    Fixture("more/overwritten.pdf", "sec1474", "overwritten", ("4_2012-10-01_LNKD_Hoffman_Reid_",),
            "correction fluid, and a number written on it by hand", bilevel=True),
    Fixture("more/cut-off.pdf", "x05", "cutoff", ("4_2022-12-01_AFRM_Rabois_Keith_",),
            "the scan ends within the form", bilevel=True),
    Fixture("more/missing-rulings.pdf", "ir", "missingrules", ("4_2019-05-28_MSFT_Hoffman_Reid_",),
            "some of the rulings are not there at all", bilevel=True),
    Fixture("more/doubled-rulings.pdf", "x03", "doubledrules",
        ("4_2019-05-03_AAPL_LEVINSON_ARTHUR_D_",),
            "every ruling twice; where two tables meet they run together", bilevel=True),
    Fixture("more/copy-of-copies.pdf", "sec1474", "copy300", ("4_2012-06-01_LNKD_Hoffman_Reid_",),
            "a copy of a copy of a copy"),
    Fixture("more/ten-owners.pdf", "x05", "threshold300", ("4_2021-11-19_FRSH_CapitalG_2014_LP_",),
            "ten reporting persons and ten signatures"),
    Fixture("more/bowed.pdf", "ir", "bowed", ("4_2024-06-28_NTRA_BOTHA_ROELOF_",),
            "the sheet bulged"),
    Fixture("more/folded.pdf", "x03", "folded", ("4_2019-02-01_AAPL_WAGNER_SUSAN_",),
            "creases across the sheet"),
    Fixture("more/creased.pdf", "x05", "creased", ("4_2025-10-15_WMT_Bartlett_Daniel_J_",),
            "folds that stand up from the glass: print is displaced beside them", bilevel=True),
    Fixture("more/perspective.pdf", "x05", "perspective", ("4_2025-10-01_C_James_Renee_Jo_",),
            "photographed at an angle"),
    Fixture("more/askew.pdf", "x03", "skew5", ("4_2013-04-08_TSLA_Musk_Elon_",),
            "up to five degrees askew"),
    Fixture("more/faint-rulings.pdf", "x03", "faintrules", ("4_2023-05-11_TXG_Mammen_Mathai_",),
            "the rulings hardly visible"),
    Fixture("more/broken-rulings.pdf", "old1996", "brokenrules", ("4_2018-09-14_NTRA_BOTHA_ROELOF_",
        ),
            "gaps in the rulings"),
    Fixture("more/thirty-rows.pdf", "x03", "threshold300", ("4_2020-09-30_PLTR_THIEL_PETER_",),
            "thirty rows over several pages, twenty-one footnotes"),
    Fixture("more/handwritten.pdf", "sec1474", "handwritten",
        ("4_2006-10-18_CMN_DORNBUSH_DARWIN_C_",),
            "filled in with a typeface drawn after handwriting"),
    Fixture("more/corrected.pdf", "sec1474", "struck", ("4_2014-04-23_WARM_Spirit_Bear_Ltd_",),
            "one number struck out and written anew"),
    Fixture("more/two-filings.pdf", "x05", "two",
            ("4_2025-09-30_WMT_Conde_Cesar_", "4_2025-09-30_WMT_Harris_Carla_A_"),
            "two filings in one file", bilevel=True),
    Fixture("more/with-letters.pdf", "x03", "foreignpages",
        ("4_2014-04-24_HBNC_SWINEHART_ROBERT_E_",),
            "a cover letter before and a power of attorney behind the form", 35),
    Fixture("more/blank-backs.pdf", "x05", "blankpages", ("4_2025-11-05_JPM_Erdoes_Mary_E_",),
            "an empty page after the page"),
    Fixture("more/group.pdf", "x03", "owners", ("4_2018-03-19_RCUS_GV_2017_GP_L_L_C_",),
            "four reporting persons and their signatures", 40),
    Fixture("more/colour.pdf", "ir", "colourjp2", ("4_2025-08-15_BAC_Schimpf_Eric_A_",),
            "colour, JPEG 2000", 60),
    Fixture("more/rotate-flag.pdf", "x03", "rotflag", ("4_2020-04-28_AAPL_JUNG_ANDREA_",),
            "stored sideways, with the PDF's own /Rotate"),
    Fixture("more/text-layer.pdf", "x03", "textlayer", ("4_2014-04-17_EAC_Rizzuti_Edward_",),
            "somebody's OCR under the picture, one character in 25 wrong"),
    Fixture("more/born-digital.pdf", "x05", "digital", ("4_2025-08-19_GS_SOLOMON_DAVID_M_",),
            "never was paper: a browser's PDF of the page"),
    Fixture("more/form-3.pdf", "form3", "gray200", ("3_2011-05-18_LNKD_Hoffman_Reid_",), "Form 3"),
    Fixture("more/form-3-nothing.pdf", "form3", "office300", ("3_2018-08-23_MFACU_Hurley_Chad_",),
            "Form 3 that says that no securities are owned"),
    Fixture("more/form-5.pdf", "form5", "gray200", ("4_2019-12-27_AAPL_COOK_TIMOTHY_D_",),
            "Form 5, made of a Form 4's content"),
    Fixture("more/page-2026.pdf", "x06", "office300", ("4_2026-08-03_RARE_Horn_Howard_",),
            "EDGAR's page since March 2026: a foreign symbol's box, and the country", bilevel=True),
    Fixture("more/page-2003.pdf", "x01", "gray200", ("4_2006-10-18_APKT_DOBBINS_",),
            "EDGAR's first page: owners in a table of their own, notes behind the signatures",
            bilevel=True),
    Fixture("more/set-by-a-printer.pdf", "printer", "office300",
        ("4_2023-07-28_NTRA_BOTHA_ROELOF_",),
            "a financial printer's setting: rules between rows, squares, Table II in halves",
            bilevel=True),
    Fixture("more/typed.pdf", "ascii", "fax204", ("4_2025-08-13_GS_VINIAR_DAVID_A_",),
            "typed before XML: columns of bars, rows between dashes"),
    Fixture("more/amendment.pdf", "4a", "gray200", ("4A_2025-10-22_C_Fraser_Jane_Nind_",),
        "Form 4/A"),
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--filings", type=Path, required=True, help="folder of real filings as XML")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1] / "fixtures")
    parser.add_argument("--only", help="make this one scan, and leave index and README alone")
    arguments = parser.parse_args()
    index, sources = [], []
    with printer() as browser:
        for fixture in FIXTURES:
            if arguments.only not in (None, fixture.name):
                continue
            filings = [
                filing_xml.load(_source(arguments.filings, name)) for name in fixture.sources
            ]
            # By its path: another fixture more or less leaves it as it is.
            rng = np.random.default_rng([SEED, zlib.crc32(fixture.path.encode())])
            document = _make(fixture, filings, browser, rng)
            write_document(document, arguments.out / fixture.path)
            for name in write_truths(document, fixture.name, arguments.out / "truth"):
                index.append(f"{name}\t{fixture.edition}\t{fixture.kind}\t{len(document.pages)}\n")
            sources.append((fixture.path, fixture.edition, fixture.kind, fixture.shows, filings))
            print(f"{fixture.path}: {len(document.pages)} pages", file=sys.stderr)
        if arguments.only is None:
            write_bad(arguments.out / "bad", browser)
            (arguments.out / "index.tsv").write_text("".join(index))
            (arguments.out / "README.md").write_text(fixtures_readme(sources, SEED))
    return 0


def _make(
    fixture: Fixture, filings: list[ET.Element], browser: Printer, rng: np.random.Generator
) -> Document:
    form = EDITIONS[fixture.edition][1]
    if form == "4/A" and filing_xml.text(filings[0], "documentType") != "4/A":
        raise ValueError(f"{fixture.path}: the source is no amendment")
    return make_document(
        filings, fixture.edition, fixture.kind, browser, rng, fixture.quality, fixture.bilevel
    )


def _source(folder: Path, prefix: str) -> Path:
    found = sorted(folder.glob(f"{prefix}*.xml"))
    if not found:
        raise FileNotFoundError(f"{folder}: no filing named {prefix}*.xml")
    return found[0]


def write_bad(folder: Path, browser: Printer) -> None:
    """Input that cannot be read, or is read and is no Form 4; each a few kilobytes."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng([SEED, 1000])
    scanner = Scanner(dpi=(150, 150), bilevel="threshold", codec="g4")
    invoice, blank = (
        scanned(draw(browser.print(html), 300)[0], 300, scanner, 0, rng)
        for html in (foreign_pages.invoice(), foreign_pages.blank())
    )
    write_pdf([invoice], folder / "invoice.pdf")
    write_pdf([blank], folder / "blank.pdf")
    # every encryption differs: no new bytes without need
    if not (folder / "password.pdf").exists():
        write_pdf([invoice], folder / "password.pdf", password="secret")
    whole = (folder / "invoice.pdf").read_bytes()
    (folder / "truncated.pdf").write_bytes(whole[: len(whole) // 2])
    (folder / "not-a-pdf.pdf").write_text("This is a text file that somebody named a PDF.\n")
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "not-an-image.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    write_tiff([invoice], folder / "truncated.tif")
    tiff = (folder / "truncated.tif").read_bytes()
    (folder / "truncated.tif").write_bytes(tiff[: len(tiff) // 2])
    tiny = ScannedPage(np.full((8, 8), 255, np.uint8), (300, 300))
    write_image(tiny, folder / "tiny.png")
    write_pdf([], folder / "no-pages.pdf")


if __name__ == "__main__":
    sys.exit(main())
