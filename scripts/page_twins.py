"""Cut lines from damaged pages as the line reader gets them, with what they say.

    python scripts/page_twins.py --filings DIR --out DIR --pages 200 --seed 1

Every page is printed once and scanned twice: cleanly, and damaged by hands of our own drawing
(``formprint/damage.py``), one or two of them. Both are straightened and divided as any page is. A
line of the damaged page says what the shipped reader reads at the same place of the clean one,
where it is sure of that. Writes shards like those of ``make_lines.py``. Filings that are set aside
to judge by lend no page.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import Levenshtein

sys.path.insert(0, str(Path(__file__).parent))

from formprint import choose, damage, filing_xml
from formprint.augraphy_hands import gray_of
from formprint.chromium import Printer, printer
from formprint.documents import draw, page_html
from formprint.files import ScannedPage, write_pdf
from formprint.kinds import KINDS
from formprint.scanner import scan
from formprint.settings import any_setting
from formprint.styles import style_for
from linereader.network import ALPHABET
from linereader.sheet import scaled
from make_lines import save
from ocr_form4.errors import Form4Error
from ocr_form4.filing import DividedPage, divide_pages
from ocr_form4.pixels.crops import MARGIN, crop
from ocr_form4.readers import Readers, make_readers
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4.stages.recognize import recognize
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.page import Gray
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Reading, Run

Rng = np.random.Generator
Pixels = NDArray[np.uint8]
EDITIONS = ("x05", "x06", "ir", "x01", "sec1474", "old1996", "printer", "ascii", "x03")
DPI = 300
SURE = 0.97
"""The least score of the words of a line that is taken: its reader is sure of all of them."""
LETTERS_WRONG, FIGURES_WRONG = 0.5, 0.34
"""Of a line's characters, how many the shipped reader may read otherwise on the damaged page."""
PAGES = 40
"""Pages whose lines make a shard."""
_HANDS = {
    "drum": 7, "sprayed": 8, "streaks": 2, "bleed": 2, "lowink": 2.5, "blotches": 2, "unsharp": 1,
    "mouldy": 1.5, "stained": 0.7, "shaded": 0.7, "mottled": 1.5, "lines": 1.5,
    "thin": 1.5, "fat": 1.5,
}  # fmt: skip
"""How often what befalls the paper."""
_SCANS = {"clean300": 6, "office300": 4, "gray200": 3, "threshold300": 3, "copy300": 1, "fax204": 2}
"""How often a page is scanned in which way."""
_FILES = {"": 10, "lostrows": 1.2, "dithered": 1.5, "jpeg": 1.5}
"""How often what befalls the file."""


def main() -> None:
    arguments = _arguments()
    arguments.out.mkdir(parents=True, exist_ok=True)
    readers = make_readers(Settings(readers=("form",)))
    readers = replace(readers, captions=None)
    filings = [f for _, f in choose.to_learn_from(arguments.filings)]
    filings = [f for f in filings if choose.fits(f, "4", "")]
    with printer() as browser:
        for start in range(0, arguments.pages, PAGES):
            found: list[tuple[Pixels, str, str]] = []
            for number in range(start, min(start + PAGES, arguments.pages)):
                rng = np.random.default_rng((arguments.seed, number))
                filing = filings[int(rng.integers(len(filings)))]
                edition = EDITIONS[number % len(EDITIONS)]
                for sheet in _sheets(filing, edition, browser, rng):
                    found += _lines(sheet, readers, rng)
            target = arguments.out / f"t{arguments.seed:03d}-{start // PAGES:04d}.npz"
            save(target, found)
            print(f"{target.name}: {len(found)} lines", flush=True)


def _sheets(filing: Element, edition: str, browser: Printer, rng: Rng) -> list[Pixels]:
    """At most two sheets of a filing printed."""
    style = style_for(edition, rng)
    html = page_html(filing_xml.as_printed(filing, style), style)
    setting = any_setting(rng) if rng.random() < 0.5 else ""
    html = html.replace("</head>", f"<style>{setting}</style></head>")
    return draw(browser.print(html), DPI)[:2]


def _lines(sheet: Pixels, readers: Readers, rng: Rng) -> list[tuple[Pixels, str, str]]:
    clean = ScannedPage(scan(sheet, DPI, KINDS["clean300"](rng), rng), (DPI, DPI), "jpeg", 92)
    spoilt, name = _damaged(sheet, rng)
    first, second = _divided(clean, readers), _divided(spoilt, readers)
    if first is None or second is None:
        return []
    after = second.layout
    if first.report.rotation != second.report.rotation:
        return []
    try:
        text = recognize(after, second.readers, ())
    except Form4Error as error:
        print(error, file=sys.stderr)
        return []
    boxes = [_jittered(run.box, rng) for run in _runs(text)]
    pairs = [(crop(after.clean, b, MARGIN), _at(b, second, first)) for b in boxes]
    pairs = [(a, b) for a, b in pairs if a.size and b.size and a.shape[0] > 9 and b.shape[0] > 9]
    said = readers.first.read([b for _, b in pairs])
    seen = readers.first.read([a for a, _ in pairs])
    return [
        (scaled(np.ascontiguousarray(a)), r.text, name)
        for (a, _), r, s in zip(pairs, said, seen, strict=True)
        if _is_sure(r) and _is_readable(r.text, s.text)
    ]


def _is_sure(said: Reading) -> bool:
    scores = said.words or (said.confidence,)
    return bool(said.text) and min(scores) >= SURE and set(said.text) <= set(ALPHABET)


def _is_readable(truth: str, seen: str) -> bool:
    """Whether enough of a line is to be seen. What cannot be read is not learned: it would teach to
    guess, figures above all.
    """
    share = Levenshtein.distance(truth, seen) / len(truth)
    return share <= (FIGURES_WRONG if any(c.isdigit() for c in truth) else LETTERS_WRONG)


def _divided(page: ScannedPage, readers: Readers) -> DividedPage | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.pdf"
        write_pdf([page], path)
        try:
            with open_document(path, Settings()) as document:
                pages = list(divide_pages(document, readers))
        except Form4Error as error:
            print(error, file=sys.stderr)
            return None
    return pages[0] if len(pages) == 1 and isinstance(pages[0], DividedPage) else None


def _damaged(sheet: Pixels, rng: Rng) -> tuple[ScannedPage, str]:
    gray = np.ascontiguousarray(gray_of(sheet)[:, :, 0])
    count = int(rng.choice([0, 1, 2, 3], p=[0.04, 0.3, 0.4, 0.26]))
    hands = [_drawn(_HANDS, rng) for _ in range(count)]
    for hand in hands:
        gray = (
            _struck(gray, hand, rng)
            if hand in ("thin", "fat")
            else damage.ON_PAPER[hand](gray, DPI, rng)
        )
    kind, in_file = _drawn(_SCANS, rng), _drawn(_FILES, rng)
    how = replace(KINDS[kind](rng), skew=0.0, dark_edge=False, holes=False, turn=0)
    gray = scan(np.repeat(gray[:, :, None], 3, axis=2), DPI, how, rng)
    if in_file:
        gray = damage.IN_THE_FILE[in_file](gray, how.dpi[1], rng)
    codec = "g4" if how.bilevel or in_file in ("lostrows", "dithered") else "jpeg"
    page = ScannedPage(gray, how.dpi, codec, int(rng.integers(40, 92)))
    return page, (hands or [in_file or kind])[-1]


def _struck(gray: Pixels, how: str, rng: Rng) -> Pixels:
    """Print whose strokes are thinner or broader than they were set."""
    size = int(rng.choice([2, 2, 3]))
    form = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    struck = (cv2.dilate if how == "thin" else cv2.erode)(gray, form)
    return np.asarray(cv2.GaussianBlur(struck, (0, 0), float(rng.uniform(0.3, 0.8))), np.uint8)


def _runs(text: PageText) -> Iterator[Run]:
    yield from text.above
    yield from text.below
    for box in text.header:
        yield from box
    for cell in text.cells.values():
        for line in cell.lines:
            yield line.whole


def _jittered(box: Box[Upright], rng: Rng) -> Box[Upright]:
    """A little more or less paper about a line than the pipeline leaves."""
    left, top, right, bottom = rng.uniform(-2, 2, 4)
    return Box(box.x0 + left, box.y0 + top, box.x1 + right, box.y1 + bottom)


def _at(box: Box[Upright], of: DividedPage, there: DividedPage) -> Gray:
    """The same place on the other scan of the page."""
    grown = box.inset(-MARGIN)
    corners = np.array([[grown.x0, grown.y0], [grown.x1, grown.y1]])
    scale = np.array([there.report.width / of.report.width, there.report.height / of.report.height])
    on_scan = of.layout.rectification.to_scan(corners) * scale
    (x0, y0), (x1, y1) = there.layout.rectification.to_upright(on_scan)
    return crop(there.layout.clean, Box(float(x0), float(y0), float(x1), float(y1)), 0)


def _drawn(chances: Mapping[str, float], rng: Rng) -> str:
    odds = np.array(list(chances.values()))
    return str(rng.choice(list(chances), p=odds / odds.sum()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--filings", type=Path, required=True, help="folder of ownership XML files")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--pages", type=int, default=200, help="filings that are printed")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
