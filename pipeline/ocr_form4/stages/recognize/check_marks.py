"""Check marks: read by the ink in the mark's own place, not by a reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median_low

import numpy as np
from rapidfuzz import fuzz

from ocr_form4.pixels.blobs import has_core
from ocr_form4.pixels.crops import crop, ink_share
from ocr_form4.stages.segment.textlines import inside
from ocr_form4.text import captions as cap
from ocr_form4_models.geometry import Box, Upright, union
from ocr_form4_models.layout import Glyph
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Reading, Run
from ocr_form4_models.reason import Code, Reason

_REACH = 135.0
"""How far left of its caption a mark may stand, in upright pixels."""


@dataclass(frozen=True, slots=True)
class CheckMark:
    """What a mark's place shows: ``box`` in upright pixels of page ``page``, the ink as the first of the readings.

    ``doubt``, 0 ... 1, is the weight of the other value; ``overlaid`` says that foreign ink lies there.
    """

    value: bool
    doubt: float
    readings: tuple[Reading, ...]
    page: int
    box: Box[Upright]
    notes: tuple[Reason, ...]
    overlaid: bool


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


def mark_before(
    page: PageText, runs: Sequence[Run], caption: Caption | None, all_: Iterable[Caption | None]
) -> CheckMark | None:
    """Whether the place before a caption is marked: a letter-high piece of ink stands there. None without a caption.

    The zone ends where the caption begins and starts where another caption on its left ends.
    """
    if caption is None:
        return None
    run = caption.run
    height = max(run.cap_height, 12.0)
    left = _begins(page, caption, all_)
    zone: Box[Upright] = Box(left, run.box.y0 - 0.25 * height, caption.x - 2, run.box.y1 + 0.6 * height)
    lines = [o.box for o in runs if len(o.text) > 3 and abs(o.box.center[1] - run.box.center[1]) > 0.8 * height]
    in_run = run.text[: _character_at(run, caption.x)]
    crossed = re.search(r"(?:^|[\W_a-z])[X×][\W_]*$|(?:^|[\W_])x[\W_]*$", in_run) is not None
    # with the line under it, a mark may be one piece of ink as long as that
    widest = _LINED if crossed and "_" in in_run else _WIDEST
    glyphs = [g for g in inside(page.layout.glyphs, zone) if _is_mark(g, height, widest)]
    # a letter within what is filled in on the next line is no mark on this one; the first of a line may be
    glyphs = [g for g in glyphs if not any(b.contains(*g.box.center) and b.x0 < g.box.x0 - height for b in lines)]
    # nor is the mark of the caption above that hangs into this one's zone
    glyphs = [g for g in glyphs if not any(_stands_beside(g.box, b, run.box) for b in lines)]
    said = tuple(
        r for o in runs if o is not run and zone.contains(*o.box.center) and len(o.text) <= 3 for r in o.readings
    )
    if crossed:
        said = (*said, Reading(run.readings[0].reader, "X", run.readings[0].confidence))
    return _told(bool(glyphs), said, page, zone)


def _begins(page: PageText, caption: Caption, all_: Iterable[Caption | None]) -> float:
    """The x at which a mark's place begins: within the caption's own box, behind the caption on its left."""
    run = caption.run
    around = [b for b in page.layout.header if b.contains(*run.box.center)]
    left = max([caption.x - _REACH, *(b.x0 + 6 for b in around)])
    for other in all_:
        if other is None or other is caption:
            continue
        # runs of two lines may touch: the line under a mark reaches into the next
        overlap = min(other.run.box.y1, run.box.y1) - max(other.run.box.y0, run.box.y0)
        if overlap > 0.5 * min(other.run.box.height, run.box.height) and other.x < caption.x:
            end = other.run.box.x1 if other.run is not run else _last_word_before(run, caption.x)
            left = max(left, min(end + 10, caption.x - 12))
    return left


def _stands_beside(mark: Box[Upright], line: Box[Upright], than: Box[Upright]) -> bool:
    """Whether a mark opens a line above another one, and is level with it by far more than with that one."""
    near = line.x0 <= mark.x0 + 4 and line.x1 > mark.x1 + mark.height and line.y1 < than.center[1]

    def shared(other: Box[Upright]) -> float:
        return min(mark.y1, other.y1) - max(mark.y0, other.y0)

    return near and shared(line) > 2 * max(0.0, shared(than))


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


def _told(value: bool, said: Sequence[Reading], page: PageText, zone: Box[Upright]) -> CheckMark:
    share = ink_share(page.layout.clean, zone)
    ink = Reading("ink", "X" if value else "", round(min(1.0, 20 * share) if value else max(0.0, 1 - 25 * share), 3))
    # a mark is an X as a rule: ink that no reader takes for one may be a stroke of the pen or a speck
    looks = any(re.fullmatch(r"\W*[Xx×✓vV]+\W*", r.text) for r in said)
    odd = value and not looks
    overlaid = page.layout.is_overlaid(zone)
    notes = (ODD_MARK,) if odd else ()
    return CheckMark(value, 0.2 if odd else 0.0, (ink, *said), page.layout.number, zone, notes, overlaid)


def _is_outline(glyph: Glyph, height: float) -> bool:
    """Whether a piece of ink is as high as a check box, twice its caption's letters, and about as broad."""
    box = glyph.box
    return box.height >= 1.6 * height and 0.7 < box.width / box.height < 1.4


_WIDEST, _LINED = 3.2, 8.0
"""No mark is broader than that, in heights of its caption's capitals: by itself, or with the line that it stands on."""


def _is_mark(glyph: Glyph, height: float, widest: float = _WIDEST) -> bool:
    """Whether a glyph is as large as a mark beside letters of this height, and as broad as an X: no parenthesis."""
    box = glyph.box
    high = 0.55 * height <= box.height <= 2.6 * height
    broad = max(0.3 * height, 0.5 * box.height) <= box.width <= widest * height
    return high and broad


_OPENINGS = {
    "notSubjectToSection16": r"no longer sub|Check this box if",
    "aff10b5One": r"indicate that a",
    "form3HoldingsReported": r"Form ?3 ?Hold",
    "form4TransactionsReported": r"Form ?4 ?Trans",
}
"""By element: how the caption of each check box at the top left begins, or the first words of it that no other has."""


_BESIDE = 130.0
"""How far left of its caption a check box may begin, in upright pixels."""
_BOX_LEAST, _BOX_MOST = 24.0, 90.0
"""The sides of a check box's outline, in upright pixels."""
_SMALL_PRINT = 26.0
"""No caption's capitals are higher; a line that an outline is in may be measured by that."""
COVERED = Reason(Code.COVERED_BOX, "a blot or a hole covers the box")
NO_OUTLINE = Reason(Code.NO_OUTLINE, "the mark does not stand in a box that is seen whole")
ODD_MARK = Reason(Code.ODD_MARK, "the mark does not look like an X")


def mark_in_box(page: PageText, name: str, caption: str) -> CheckMark | None:
    """Whether one of the square boxes at the top left is checked; None where its caption is not found.

    The box stands left of its caption, halfway up its lines. What counts is the ink well inside of its outline. Where
    no outline is seen whole nobody can say where inside is: what is found then says so.
    """
    lines = [_behind_mark(r, page) for r in _caption_lines(page.above, name, caption)]
    if not lines:
        return None
    # a line may have the box in it, or begin with a word of its own that stands apart
    x, top, bottom = median_low(r.box.x0 for r in lines), lines[0].box.y0, max(r.box.y1 for r in lines)
    height = min(r.cap_height for r in lines)
    zone: Box[Upright] = Box(max(0, x - _BESIDE), top - 12, x - 6, min(bottom + 8, top + 170))
    # an outline near its caption is taken for the first letter of it at times
    begins: Box[Upright] = replace(lines[0].box, x1=lines[0].box.x0 + 100).inset(-1)
    taken = [g for g in inside(page.layout.glyphs, begins) if g.box.x0 < x + 4]
    taken = [g for g in taken if _is_outline(g, min(height, _SMALL_PRINT))]
    glyphs = inside(page.layout.glyphs, zone)
    outlines = [g.box for g in taken] or [g.box for g in glyphs if _is_box(g.box)]
    whole = bool(outlines)
    if not outlines:  # its sides may stand apart, or all that is left of it is what is filled in
        pieces = [g.box for g in glyphs if g.box.height >= 14 or g.box.width >= 14]
        outlines = [b for b in ([union(pieces)] if pieces else []) if _is_box(b)]
    box = min(outlines, key=lambda b: b.y0) if outlines else zone  # below it may be the box of the next caption
    side = min(box.width, box.height)
    part = crop(page.layout.clean, box.inset(0.24 * box.width, 0.24 * box.height) if outlines else box, 0)
    dark = np.where(part < 140, 255, 0).astype(np.uint8)
    share = float((dark > 0).mean()) if part.size else 0.0
    covered = part.size > 0 and has_core(dark, 0.35 * min(side, 60.0))
    value = not covered and (share > 0.07 if outlines else any(_is_mark(g, height) for g in glyphs))
    doubt = 0.45 if covered or not whole else 0.3 if 0.03 < share < 0.12 else 0.0
    ink = Reading("ink", "X" if value else "", round(1 - doubt, 3))
    notes = (*((COVERED,) if covered else ()), *(() if whole else (NO_OUTLINE,)))
    return CheckMark(value, doubt, (ink,), page.layout.number, box, notes, page.layout.is_overlaid(box))


def _behind_mark(run: Run, page: PageText) -> Run:
    """A caption's line without the mark in the box before it, which stands apart by more than a word's space."""
    glyphs = sorted(inside(page.layout.glyphs, run.box.inset(-1)), key=lambda g: g.box.x0)
    if len(glyphs) < 2 or not _is_mark(glyphs[0], run.cap_height):
        return run
    apart = glyphs[1].box.x0 - glyphs[0].box.x1 > run.cap_height
    return replace(run, box=replace(run.box, x0=glyphs[1].box.x0)) if apart else run


def _is_box(box: Box[Upright]) -> bool:
    """Whether this may be the outline of a check box: it is as large as one, and not much higher than broad."""
    small, large = sorted((box.width, box.height))
    return small >= _BOX_LEAST and large <= min(_BOX_MOST, 2.2 * small)


def _caption_lines(above: Sequence[Run], name: str, caption: str) -> list[Run]:
    """The runs of a check box's caption that stand under each other at its left, the one that opens it first.

    A line may be in several runs, and one that was misread goes on all the same: what stands at the same x right
    below is the caption's, until that of another box opens.
    """
    opening = re.compile(_OPENINGS[name])
    others = re.compile("|".join(o for n, o in _OPENINGS.items() if n != name))
    said = [r for r in above if (cap.likeness(r.text, caption) >= 84 and len(r.text) >= 12) or opening.search(r.text)]
    start = [r for r in said if opening.search(r.text)] or said[:1]
    if not start:
        return []
    lines = [_line_begins(min(start, key=lambda r: r.box.y0), above)]
    for run in sorted(above, key=lambda r: r.box.center[1]):
        last = lines[-1]
        step = run.box.center[1] - last.box.center[1]
        below = 0.5 * last.cap_height < step < 2.4 * max(last.cap_height, lines[0].cap_height)
        # the box itself may stand so near that it begins a line of the caption
        if below and -_BESIDE < run.box.x0 - lines[0].box.x0 < _BESIDE and run.box.x1 > lines[0].box.x0 + _BESIDE:
            if others.search(run.text) or run.text.startswith("("):
                break
            lines.append(run)
    return lines


def _line_begins(run: Run, runs: Sequence[Run]) -> Run:
    """The run that begins the line of print that a run is in: the words of a line may stand apart."""
    for other in runs:
        overlap = min(other.box.y1, run.box.y1) - max(other.box.y0, run.box.y0)
        same = overlap > 0.5 * min(other.box.height, run.box.height) and bool(re.search(r"[A-Za-z]{2}", other.text))
        if same and 0 < run.box.x0 - other.box.x1 < 1.5 * run.cap_height:
            return _line_begins(other, runs)
    return run
