"""Check marks: read by the ink in the mark's own place, not by a reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from rapidfuzz import fuzz

from ocr_form4.stages import captions as cap
from ocr_form4.stages.blobs import has_core
from ocr_form4.stages.parse.fields import STRUCK, Draft
from ocr_form4.stages.recognize import PageText, crop, ink_share
from ocr_form4.stages.textlines import inside
from ocr_form4_models.field import Candidate, Field, Kind
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph
from ocr_form4_models.reading import Reading, Run

_REACH = 135.0
"""How far left of its caption a mark may stand, in upright pixels."""


@dataclass(frozen=True, slots=True)
class Caption:
    """A caption found: the run it is in and the x at which it begins (a mark may be in the same run)."""

    run: Run
    x: float


def find_caption(runs: Sequence[Run], text: str) -> Caption | None:
    """Where a caption stands: the run that holds it best, and the x at which it begins in that run.

    A run may hold a mark and a caption, or several captions; a wrapped caption is found by its first words.
    """
    opening = text.split(" (")[0]
    best: Caption | None = None
    score = 76.0
    for run in runs:
        for sought in {text, opening}:
            found = fuzz.partial_ratio_alignment(sought.lower(), run.text.lower(), score_cutoff=score)
            if found is None or len(run.text) < 0.6 * len(sought) or found.score <= score:
                continue
            at = found.dest_start
            while at < len(run.text) and not run.text[at].isalnum():
                at += 1
            if not re.search(r"[A-Za-z]{3,}|[Xx×]", run.text[:at]):
                at = 0  # a misread beginning of the caption itself
            ends = run.readings[0].ends if run.readings else ()
            share = ends[at - 1] if 0 < at <= len(ends) else at / max(1, len(run.text))
            best, score = Caption(run, run.box.x0 + (share if at else 0.0) * run.box.width), found.score
    return best


def marked(
    draft: Draft, page: PageText, runs: Sequence[Run], caption: Caption | None, all_: Iterable[Caption | None]
) -> Field:
    """Whether the place before a caption is marked: a letter-high piece of ink stands there.

    The zone ends where the caption begins and starts where another caption on its left ends.
    """
    if caption is None:
        return Field(Kind.FLAG, None)
    run = caption.run
    around = [b for b in page.layout.header if b.contains(*run.box.center)]
    left = max([caption.x - _REACH, *(b.x0 + 6 for b in around)])  # what stands in the next box is none of it
    for other in all_:
        if other is None or other is caption:
            continue
        same_line = other.run.box.y0 < run.box.y1 and other.run.box.y1 > run.box.y0
        if same_line and other.x < caption.x:
            end = other.run.box.x1 if other.run is not run else _last_word_before(run, caption.x)
            left = max(left, min(end + 10, caption.x - 12))
    height = max(run.cap_height, 12.0)
    zone: Box[Upright] = Box(left, run.box.y0 - 0.25 * height, caption.x - 2, run.box.y1 + 0.6 * height)
    glyphs = [g for g in inside(page.layout.glyphs, zone) if _is_mark(g, height)]
    said = tuple(
        r for o in runs if o is not run and zone.contains(*o.box.center) and len(o.text) <= 3 for r in o.readings
    )
    in_run = run.text[: _character_at(run, caption.x)]
    if re.search(r"(?:^|[\W_a-z])[X×][\W_]*$|(?:^|[\W_])x[\W_]*$", in_run):
        said = (*said, Reading(run.readings[0].reader, "X", run.readings[0].confidence))
    return _flag(bool(glyphs), glyphs, said, draft, page, zone)


def _last_word_before(run: Run, x: float) -> float:
    """Where the last word before x ends within a run, a lone X not counted."""
    before = run.text[: _character_at(run, x)]
    words = list(re.finditer(r"[A-Za-z%)]{2,}|\w+\)", before))
    ends = run.readings[0].ends if run.readings else ()
    if not words or not ends:
        return run.box.x0
    last = words[-1].end() - 1
    if re.search(r"[a-z]X$", words[-1][0]):  # "DirectorX": the next caption's mark
        last -= 1
    return run.box.x0 + ends[last] * run.box.width


def _character_at(run: Run, x: float) -> int:
    """Index of the character of a run that begins at x."""
    share = (x - run.box.x0) / max(1.0, run.box.width)
    return sum(end <= share + 1e-6 for end in (run.readings[0].ends if run.readings else ()))


def _flag(
    value: bool, glyphs: Sequence[Glyph], said: Sequence[Reading], draft: Draft, page: PageText, zone: Box[Upright]
) -> Field:
    share = ink_share(page.layout.clean, zone)
    ink = Reading("ink", "X" if value else "", round(min(1.0, 20 * share) if value else max(0.0, 1 - 25 * share), 3))
    # a mark is an X as a rule: ink that no reader takes for one may be a stroke of the pen or a speck
    looks = any(re.fullmatch(r"\W*[Xx×✓vV]+\W*", r.text) for r in said)
    notes = (STRUCK,) if page.layout.is_overlaid(zone) else ()
    notes = ("the mark does not look like an X", *notes) if value and not looks else notes
    other = 0.0 if looks or not value else 0.2
    found = (Candidate(value, 1 - other), *((Candidate(not value, other),) if other else ()))
    return Field(Kind.FLAG, value, (ink, *said), found, draft.place(page.layout.number, zone), notes=notes)


def _is_outline(glyph: Glyph, height: float) -> bool:
    """Whether a piece of ink is as high as a check box, twice its caption's letters, and about as broad."""
    box = glyph.box
    return box.height >= 1.6 * height and 0.7 < box.width / box.height < 1.4


def _is_mark(glyph: Glyph, height: float) -> bool:
    """Whether a glyph is as large as a mark beside letters of this height, and as broad as an X: no parenthesis."""
    box = glyph.box
    high = 0.55 * height <= box.height <= 2.6 * height
    broad = max(0.3 * height, 0.5 * box.height) <= box.width <= 3.2 * height
    return high and broad


_OPENINGS = {
    cap.NO_LONGER: r"no longer sub|Check this box if",
    cap.RULE_10B5: r"indicate that a",
    cap.FORM_3_HOLDINGS: r"Form ?3 ?Hold",
    cap.FORM_4_TRANSACTIONS: r"Form ?4 ?Trans",
}
"""How the caption of each check box at the top left begins, or the first words of it that no other has."""


def checked_box(draft: Draft, page: PageText, caption: str) -> Field:
    """Whether one of the square boxes at the top left is checked.

    The box stands left of the first lines of its caption. Its outline may be broken; what counts is the ink well
    inside of it.
    """
    opening = re.compile(_OPENINGS[caption])
    lines = [
        r for r in page.above if (cap.likeness(r.text, caption) >= 84 and len(r.text) >= 12) or opening.search(r.text)
    ]
    start = [r for r in lines if opening.search(r.text)] or lines[:1]
    if not start:
        return Field(Kind.FLAG, None)
    first = min(start, key=lambda r: r.box.y0)
    near = [r for r in lines if abs(r.box.x0 - first.box.x0) < 40 and 0 <= r.box.y0 - first.box.y0 < 200]
    bottom = max(r.box.y1 for r in near)
    zone: Box[Upright] = Box(
        max(0, first.box.x0 - 130), first.box.y0 - 12, first.box.x0 - 6, min(bottom + 8, first.box.y0 + 170)
    )
    # an outline near its caption is taken for the first letter of it at times
    height = min(r.cap_height for r in near)
    begins: Box[Upright] = replace(first.box, x1=first.box.x0 + 100).inset(-1)
    taken = [g for g in inside(page.layout.glyphs, begins) if _is_outline(g, height) and g.box.x0 < first.box.x0 + 4]
    glyphs = inside(page.layout.glyphs, zone)
    outlines = taken or [g for g in glyphs if g.box.height >= 26 and g.box.width >= 24]
    if outlines:
        box = max(outlines, key=lambda g: g.box.width * g.box.height).box
    else:
        letters = [g for g in glyphs if g.box.height >= 14 and g.box.width >= 8]
        box = letters[0].box if letters else Box(zone.x0 + 40, zone.y0, zone.x1, min(zone.y1, zone.y0 + 60))
    side = min(box.width, box.height)
    inner = box.inset(0.24 * box.width, 0.24 * box.height) if side > 20 else box
    part = crop(page.layout.clean, inner, 0)
    share = float((part < 140).mean()) if part.size else 0.0
    covered = part.size > 0 and has_core(np.where(part < 140, 255, 0).astype(np.uint8), 0.35 * side)
    value = share > 0.07 and not covered
    doubt = 0.45 if covered else 0.3 if 0.03 < share < 0.12 else 0.0
    ink = Reading("ink", "X" if value else "", round(1 - doubt, 3))
    found = (Candidate(value, 1 - doubt), *((Candidate(not value, doubt),) if doubt else ()))
    notes = (STRUCK,) if page.layout.is_overlaid(box) else ()
    notes = ("a blot or a hole covers the box", *notes) if covered else notes
    return Field(Kind.FLAG, value, (ink,), found, draft.place(page.layout.number, box), notes=notes)
