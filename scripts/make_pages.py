"""Print pages with pixel-true labels, for training the page network.

    python scripts/make_pages.py --filings DIR --out DIR --count 400 --seed 1

Half are filings that may be learned from (``formprint.choose``), their figures changed, in every
edition and in other settings; the others are made-up forms, letters that stand alone, typewritten
pages and letters. One page is NAME.npy: coverage with ink at 150 dpi, shape (height, width, 6), of
the layers of ``pagenet/labels.py``.
"""

from __future__ import annotations

import argparse
import copy
import random
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from formprint import choose, filing_xml, foreign_pages
from formprint.chromium import printer
from formprint.documents import EDITIONS, _as_form, page_html
from formprint.styles import style_for
from pagenet import madeup
from pagenet.labels import layers, page_count

MOST_PAGES = 2
"""Pages of a document that are taken."""


def main() -> None:
    arguments = _arguments()
    filings = [filing for _, filing in choose.to_learn_from(arguments.filings)]
    arguments.out.mkdir(parents=True, exist_ok=True)
    with printer() as browser:
        for name, html in _sources(filings, arguments.count, arguments.seed):
            try:
                document = browser.print(html)
                for page in range(min(MOST_PAGES, page_count(document))):
                    drawn = layers(document, page)
                    if drawn[..., 0].mean() > 0.5:  # not a blank one
                        np.save(arguments.out / f"{name}-{page}.npy", drawn)
            except (ValueError, RuntimeError) as error:
                print(f"{name}: {error}", file=sys.stderr)
            print(name, flush=True)


def _sources(filings: Sequence[ET.Element], count: int, seed: int) -> Iterator[tuple[str, str]]:
    """(name, HTML) of the documents."""
    editions = list(EDITIONS)
    typed = [name for name in editions if name.startswith("ascii")]
    for number in range(count):
        own = 100_000 * seed + number
        r, rng = random.Random(own), np.random.default_rng(own)
        how = number % 10
        if how < 5:
            of = typed if how == 4 else editions  # few have columns of typed bars
            name = of[(number // 10 * 5 - how) % len(of)]
            edition, form = EDITIONS[name]
            style = style_for(edition, rng)
            candidates = [f for f in filings if choose.fits(f, form, "office300")]
            filing = with_other_figures(r.choice(candidates), r)
            try:
                html = page_html(filing_xml.as_printed(_as_form(filing, form), style), style)
            except ValueError:
                continue  # a filing that has no place for what the form wants
            html = (
                madeup.restyled(html, own)
                if how < 3
                else html.replace("</style>", "*{color:#000!important}</style>", 1)
            )
            yield f"{seed:02d}-{number:04d}-{name.replace('/', '')}", html
        elif how < 7:
            yield f"{seed:02d}-{number:04d}-form", madeup.form(own)
        elif how == 7:
            yield f"{seed:02d}-{number:04d}-codes", madeup.codes(own)
        elif how == 8:
            yield f"{seed:02d}-{number:04d}-typed", madeup.typed(own)
        else:
            foreign = (
                foreign_pages.power_of_attorney("Acme", "Doe")
                if r.random() < 0.2
                else madeup.letter(own)
            )
            yield f"{seed:02d}-{number:04d}-letter", foreign


def with_other_figures(filing: ET.Element, r: random.Random) -> ET.Element:
    """A copy whose numbers have other digits; codes, dates and marks stay what they can be."""
    changed = copy.deepcopy(filing)
    for element in changed.iter("value"):
        text = (element.text or "").strip()
        if text.replace(".", "", 1).isdigit():
            element.text = "".join(str(r.randrange(1, 10)) if c.isdigit() else c for c in text)
    return changed


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--filings", type=Path, required=True, help="folder of real filings as XML")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--count", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    main()
