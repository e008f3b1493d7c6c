"""Where the caption of a check mark stands in a box of the header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from rapidfuzz import fuzz

from ocr_form4.text import captions as cap
from ocr_form4_models.check_mark import Caption
from ocr_form4_models.geometry import union
from ocr_form4_models.reading import Run


@dataclass(frozen=True, slots=True)
class Tolerances:
    """How a caption is told: as shares, in heights of its capitals (``caps``)."""

    caption_like: float = 76.0
    """How much of a caption has to be in a line (rapidfuzz, of 100), and of how many of its letters
    ...
    """
    caption_share: float = 0.6
    """How much of a caption's letters has to be in a line, as a share: of 3,548 lines on 280 scans
    1,105 have less, nine of ten of them 0.29 or less; of the others nine of ten have 0.73 or more.
    """
    last_words_like: float = 95.0
    """Behind a mark, how much of the last words of a caption has to be there, of 100: one letter of
    20 may be another, as they are short, and like much else.
    """
    wrapped_caps: float = 3.0
    """How far below the first line of a caption the second begins: the five on 280 scans 1.4 to
    1.8.
    """


T = Tolerances()


def find_caption(runs: Sequence[Run], text: str) -> Caption | None:
    """Where a caption stands: the run that holds it best, and the x at which it begins in that run.

    A run may hold a mark and a caption, or several captions; a wrapped caption is found by its
    first words, or by both its lines where these are too short to tell anything.
    """
    opening = text.split(" (")[0]
    best: Caption | None = None
    score = T.caption_like
    for run in runs:
        for sought in {text, opening}:
            found = fuzz.partial_ratio_alignment(
                sought.lower(), run.text.lower(), score_cutoff=score
            )
            if (
                found is None
                or len(run.text) < T.caption_share * len(sought)
                or found.score <= score
            ):
                continue
            at = found.dest_start
            while at < len(run.text) and not run.text[at].isalnum():
                at += 1
            if not (
                re.search(r"[A-Za-z]{3,}|[Xx×]", run.text[:at])
                or _begins(run.text, at, sought.split()[0])
            ):
                at = 0  # a misread beginning of the caption itself
            at = at or _lead_of(run.text, opening)
            ends = run.readings[0].ends if run.readings else ()
            share = ends[at - 1] if 0 < at <= len(ends) else at / max(1, len(run.text))
            best, score = (
                Caption(run, run.box.x0 + (share if at else 0.0) * run.box.width),
                found.score,
            )
    return best or _wrapped(runs, opening)


def _begins(line: str, at: int, word: str) -> bool:
    """Whether the first word of a caption stands at ``at``, apart from what is before it: a mark
    that was read as some letter.
    """
    return line[:at].endswith(" ") and re.match(rf"{re.escape(word)}(?!\w)", line[at:]) is not None


def _lead_of(line: str, caption: str) -> int:
    """Where behind a mark the last words of a caption begin, whose first ones stand on the line
    above; 0 where a line is not so.
    """
    mark = _MARK_FIRST.match(line)
    if mark is None or not cap.is_the(
        line[mark.end() :], caption[mark.end() - len(line) :], T.last_words_like
    ):
        return 0
    return mark.end()


_MARK_FIRST = re.compile(r"\W*[Xx×][\W_]+(?=[A-Za-z0-9])")


def _unmarked(line: str) -> str:
    """A caption's line without the mark on its underline before it."""
    return re.sub(r"^_+[Xx×]?_*\s?(?=[A-Za-z0-9])", "", line)


def _wrapped(runs: Sequence[Run], text: str) -> Caption | None:
    """A caption that stands on two lines, one right under the other, as one run; with a mark before
    it, the run of its first line.
    """
    words = text.split()
    for k in range(1, len(words)):
        heads = [
            r for r in runs if cap.is_the(_unmarked(r.text), " ".join(words[:k]), T.caption_like)
        ]
        ends = [r for r in runs if cap.is_the(r.text, " ".join(words[k:]), T.caption_like)]
        for head, end in product(heads, ends):
            under = 0 < end.box.y0 - head.box.y0 < T.wrapped_caps * head.cap_height
            if under and abs(end.box.x0 - head.box.x0) < head.cap_height:
                at = len(head.text) - len(_unmarked(head.text))
                if at and len(head.readings[0].ends) >= at:
                    return Caption(
                        head, head.box.x0 + head.readings[0].ends[at - 1] * head.box.width
                    )
                said = tuple(replace(r, text=text, ends=(), words=()) for r in head.readings)
                run = replace(head, box=union((head.box, end.box)), readings=said)
                return Caption(run, run.box.x0)
    return None
