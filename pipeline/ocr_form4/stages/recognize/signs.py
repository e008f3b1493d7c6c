"""Whether a page is of the form at all, asked of a few of its lines before anything else is read.

Scans of other authorities' forms have boxes and tables, too, and must not become filings: what
counts is the form's own words. Where a document has none of them on any page, it is refused, and
nothing else of it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from rapidfuzz import fuzz

from ocr_form4.pixels.crops import crop
from ocr_form4.readers.base import Reader
from ocr_form4.stages.segment.line_rows import BELOW_APART, WORDS_APART, join_rows
from ocr_form4.stages.segment.textlines import group_lines
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import PageLayout, TextLine, inside

_SIGNS: dict[str, tuple[str, ...]] = {
    "title": ("changes in beneficial ownership", "statement of beneficial ownership of securities"),
    "person": ("name and address of reporting person",),
    "issuer": ("issuer name and ticker or trading symbol", "name and ticker or trading symbol"),
    "relationship": ("relationship of reporting person(s) to issuer",),
    "date": ("date of earliest transaction", "date of event requiring statement",
    "if amendment, date of original"),
    "joint": ("individual or joint/group filing",),
    "table": (
        "title of derivative security", "title of security (instr",
        "non-derivative securities acquired",
        "derivative securities acquired, disposed", "securities beneficially owned",
    ),
    "section 16": ("no longer subject to section 16",
    "section 16(a) of the securities exchange act",
                   "form 4 or form 5 obligations may continue"),
    "signature": ("signature of reporting person",),
    "notes": ("explanation of responses",),
}  # fmt: skip
"""What the form says in print, by what it is a sign of; no two of them stand together on another
form.
"""
_ALONE = {"title", "person", "issuer"}
"""Signs that no other form has: one of them is enough."""
_NUMBER = re.compile(r"\bFORM\s?[345](/A)?\b(?!\s?[-.\d])", re.IGNORECASE)
_LIKE = 85.0
"""How much of a sign has to be in a line, in hundredths. On the fixtures 2,886 of 3,015 are 0.99
times it or less, the others 1.12 or more.
"""
_SHORTENED = 0.8
"""Of a sign's letters, that a line lacks at most. On the fixtures 2,610 of 5,625 are 1.00 times it
or less, the others 1.00 or more.
"""
_LINES = 3
"""Lines that are looked at of a box of the header. With 6 twelve fixtures are read the same."""
_LINES_IN_CAPTIONS = 8
"""And of a table's captions. With 4 twelve fixtures are read the same."""
_LONG = 5.0
"""Times as long as its capitals are high: of 3,600 lines of the fixtures 534 are shorter, which are
figures, codes and dirt.
"""
_AT_ONCE = 6
"""Lines that are read in one go: in the first 6, 151 of 152 documents show the form."""
_MOST = 96
"""Lines of one page that are looked at in all, 16 times as many as show the form in 151 of 152
documents.
"""
_NONE_YET = 24
"""Lines of a page without a sign after which it has none: of 152 documents by fifty hands 151 show
the form in the first 6, and the one that a letter opens in 11. As many over the header are looked
at before its tables.
"""


def shows_the_form(layout: PageLayout, reader: Reader) -> bool:
    """Whether a page has a sign that no other form has, or two of the others."""
    found: set[str] = set()
    lines = islice(_lines(layout), _MOST)
    seen = 0
    while (found or seen < _NONE_YET) and (part := list(islice(lines, _AT_ONCE))):
        seen += len(part)
        found |= signs_in(r.text for r in reader.read([crop(layout.clean, n.box) for n in part]))
        if found & _ALONE or len(found) > 1:
            return True
    return False


def signs_in(texts: Iterable[str]) -> set[str]:
    """What lines of print are signs of."""
    found: set[str] = set()
    for text in texts:
        small = text.lower()
        found |= {"number"} if _NUMBER.search(text) else set()
        for name, signs in _SIGNS.items():
            if any(
                len(small) >= _SHORTENED * len(s) and fuzz.partial_ratio(s, small) >= _LIKE
                for s in signs
            ):
                found.add(name)
    return found


def _lines(layout: PageLayout) -> Iterator[TextLine]:
    """The lines that may hold a sign, the likeliest first: over and in the header, the tables'
    captions, the rest. They are made as they are asked for, as most pages show a sign at once.
    """
    for box in layout.header:
        yield from _wide(_rows_in(layout, box)[:_LINES])
    above = _wide(join_rows(layout.above, WORDS_APART))
    yield from above[:_NONE_YET]
    for piece in layout.pieces:
        if piece.captions:
            yield from _wide(_rows_in(layout, piece.captions)[:_LINES_IN_CAPTIONS])
    yield from _wide(join_rows(layout.below, BELOW_APART))
    yield from above[_NONE_YET:]


def _rows_in(layout: PageLayout, box: Box[Upright]) -> list[TextLine]:
    return join_rows(group_lines(inside(layout.glyphs, box)), WORDS_APART)


def _wide(lines: Sequence[TextLine]) -> list[TextLine]:
    """Lines of words: none of the signs is shorter than ten of its letters are high."""
    return [n for n in lines if n.box.width >= _LONG * n.cap_height]
