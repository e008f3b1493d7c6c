"""Check marks: read by the ink in the mark's own place, not by a reader."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from statistics import median_low

import numpy as np
from rapidfuzz import fuzz

from ocr_form4.pixels.blobs import Mask, find_blobs, has_core
from ocr_form4.pixels.crops import crop, ink_share
from ocr_form4.pixels.ink import below
from ocr_form4.stages.segment.textlines import inside
from ocr_form4.text import captions as cap
from ocr_form4_models.geometry import Box, Upright, union
from ocr_form4_models.layout import Glyph
from ocr_form4_models.page_text import PageText
from ocr_form4_models.reading import Reading, Run
from ocr_form4_models.reason import Code, Reason


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What a mark, a check box and their captions may be like: in upright pixels, in heights of the
    caption's capitals (``caps``), as shares.

    What is said of marks and boxes was counted over the fixtures: 100 marks before captions and 37
    boxes seen whole, four of them crossed.
    """

    mark_reach_px: float = 135.0
    """A mark stands 38 to 87 left of its caption."""
    mark_least_caps: float = 0.55
    mark_most_caps: float = 2.6
    """A mark is 0.92 to 1.42 high: as capitals are, typed or of another font."""
    mark_narrowest_caps: float = 0.3
    mark_narrowest_heights: float = 0.5
    """Of its own height: a parenthesis is narrower; a mark is 0.78 capitals broad at least."""
    mark_widest_caps: float = 3.2
    """A mark is 2.96 broad at most, where it has run together with the line under it."""
    lined_widest_caps: float = 8.0
    """With the line that it stands on, if that was read as such."""
    small_caption_px: float = 12.0
    """No caption's capitals are taken for lower."""
    over_line_caps: float = 0.25
    under_line_caps: float = 0.6
    """How far the place of a mark goes beyond its caption's line."""
    other_line_caps: float = 0.8
    """What stands that much higher or lower is on another line."""
    gap_px: float = 2.0
    """Between a mark's place and its caption."""
    box_edge_px: float = 6.0
    """Of the box in the header that a caption stands in."""
    behind_caption_px: float = 10.0
    place_least_px: float = 12.0
    """A mark's place begins so far behind the caption on its left, and is at least so broad."""
    caption_like: float = 76.0
    """How much of a caption has to be in a line (rapidfuzz, of 100), and of how many of its letters
    ...
    """
    caption_share: float = 0.6
    wrapped_caps: float = 3.0
    """The second line of a caption begins so far below the first."""
    odd_weight: float = 0.2
    """Of the other value where a mark does not look like an X: two of the 100."""
    dark_marked: float = 20.0
    dark_empty: float = 25.0
    """The reading "ink" has this many times the dark share of the place as its score, and one less
    this many times.
    """
    beside_px: float = 130.0
    """A box begins 60 to 90 left of its caption."""
    outline_least_px: float = 24.0
    outline_most_px: float = 90.0
    """The sides of an outline are 30 to 69."""
    outline_lean: float = 2.2
    """An outline's longer side is 1 to 1.7 times the other."""
    outline_least_caps: float = 1.6
    """An outline is 1.8 to 4.8 high, but for one of 1.5."""
    outline_square: float = 1.4
    square_reach_caps: float = 2.0
    square_least_caps: float = 1.0
    square_apart_caps: float = 0.3
    """A square that is typed before a caption is no further off, and as high as the capitals of a
    line that it is in itself; it stands apart from them as a word does.
    """
    small_box_caps: float = 1.3
    small_wide_caps: float = 0.8
    small_apart_caps: float = 0.4
    """A box that is hardly higher than its caption's letters, 1.4 of them, and stands 0.5 before
    them is taken for the first one; one side of it may be lost.
    """
    small_print_px: float = 26.0
    """No caption's capitals are higher (12 to 22); a line that an outline is in may be measured by
    that.
    """
    zone_over_px: float = 12.0
    zone_under_px: float = 8.0
    zone_most_px: float = 170.0
    """Where a box is looked for: from over the caption's first line (boxes begin 7 above to 96
    below it) to under the last, and no farther than this from the first.
    """
    first_letter_px: float = 100.0
    """An outline may be taken for the first letter of its line; it is looked for so far into that.
    """
    side_px: float = 14.0
    """Pieces of an outline that are so long or high are its sides."""
    inside_share: float = 0.24
    """Of an outline's sides is left out all around: its strokes, and crosses that stand out of it.
    """
    dark_share: float = 0.55
    """Ink in a box is darker than such a share of the paper around it: a page lies in a shadow."""
    around_sides: float = 0.5
    paper_percent: float = 90.0
    """The paper is the level that so many hundredths of what is around, within such a part of the
    box's side, do not pass.
    """
    core_share: float = 0.35
    core_most_px: float = 60.0
    """A blot covers the inside of a box where it is as thick as that share of its side, up to so
    long a one.
    """
    crossed_share: float = 0.07
    """Dark inside of a box from which it is crossed: 0.00 in 33 empty ones, 0.22 to 0.56 in four
    crossed ones.
    """
    stroke_share: float = 0.5
    """Of the inside of a box, the length of the longest piece of a cross at least."""
    doubtful_share: tuple[float, float] = (0.03, 0.12)
    doubtful_weight: float = 0.3
    unseen_weight: float = 0.45
    """Of the other value where the dark share lies between, and where no outline is seen or a blot
    covers it.
    """
    line_like: float = 84.0
    line_letters: int = 12
    """A line is of a box's caption that is so like it (of 100) and has so many letters."""
    step_caps: tuple[float, float] = (0.5, 2.4)
    """From line to line of a caption."""
    words_apart_caps: float = 1.5
    """The words of a line of print stand no farther apart."""


T = Tolerances()


def _is_level(one: Box[Upright], other: Box[Upright]) -> bool:
    """Whether two boxes overlap by more than half the height of the lower one."""
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    return overlap > 0.5 * min(one.height, other.height)


@dataclass(frozen=True, slots=True)
class CheckMark:
    """What a mark's place shows: ``box`` in upright pixels of page ``page``, the ink as the first
    of the readings.

    ``doubt``, 0 ... 1, is the weight of the other value; ``overlaid`` says that foreign ink lies
    there.
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
    """A caption found: the run it is in and the x at which it begins (a mark may be in the same
    run).
    """

    run: Run
    x: float


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
            if not re.search(r"[A-Za-z]{3,}|[Xx×]", run.text[:at]):
                at = 0  # a misread beginning of the caption itself
            at = at or _lead_of(run.text, opening)
            ends = run.readings[0].ends if run.readings else ()
            share = ends[at - 1] if 0 < at <= len(ends) else at / max(1, len(run.text))
            best, score = (
                Caption(run, run.box.x0 + (share if at else 0.0) * run.box.width),
                found.score,
            )
    return best or _wrapped(runs, opening)


def _lead_of(line: str, caption: str) -> int:
    """Where behind a mark the last words of a caption begin, whose first ones stand on the line
    above; 0 where a line is not so.
    """
    mark = _MARK_FIRST.match(line)
    if mark is None or not cap.is_the(line[mark.end() :], caption[mark.end() - len(line) :], 95):
        return 0
    return mark.end()


_MARK_FIRST = re.compile(r"\W*[Xx×][\W_]+(?=[A-Za-z0-9])")


def _wrapped(runs: Sequence[Run], text: str) -> Caption | None:
    """A caption that stands on two lines, one right under the other, as one run."""
    words = text.split()
    for k in range(1, len(words)):
        heads = [r for r in runs if cap.is_the(r.text, " ".join(words[:k]), T.caption_like)]
        ends = [r for r in runs if cap.is_the(r.text, " ".join(words[k:]), T.caption_like)]
        for head, end in product(heads, ends):
            under = 0 < end.box.y0 - head.box.y0 < T.wrapped_caps * head.cap_height
            if under and abs(end.box.x0 - head.box.x0) < head.cap_height:
                said = tuple(replace(r, text=text, ends=(), words=()) for r in head.readings)
                run = replace(head, box=union((head.box, end.box)), readings=said)
                return Caption(run, run.box.x0)
    return None


def mark_before(
    page: PageText, runs: Sequence[Run], caption: Caption | None, all_: Iterable[Caption | None]
) -> CheckMark | None:
    """Whether the place before a caption is marked: a letter-high piece of ink stands there. None
    without a caption.

    The zone ends where the caption begins and starts where another caption on its left ends.
    """
    if caption is None:
        return None
    run = caption.run
    height = max(run.cap_height, T.small_caption_px)
    left = _begins(page, caption, all_)
    top, bottom = run.box.y0 - T.over_line_caps * height, run.box.y1 + T.under_line_caps * height
    zone: Box[Upright] = Box(left, top, caption.x - T.gap_px, bottom)
    apart = T.other_line_caps * height
    lines = [
        o.box for o in runs if len(o.text) > 3 and abs(o.box.center[1] - run.box.center[1]) > apart
    ]
    in_run = run.text[: _character_at(run, caption.x)]
    crossed = re.search(r"(?:^|[\W_a-z])[X×][\W_]*$|(?:^|[\W_])x[\W_]*$", in_run) is not None
    # with the line under it, a mark may be one piece of ink as long as that
    widest = T.lined_widest_caps if crossed and "_" in in_run else T.mark_widest_caps
    glyphs = [g for g in inside(page.layout.glyphs, zone) if _is_mark(g, height, widest)]
    # a letter within what is filled in on the next line is no mark on this one; the first of a line
    # may be
    glyphs = [
        g
        for g in glyphs
        if not any(b.contains(*g.box.center) and b.x0 < g.box.x0 - height for b in lines)
    ]
    # nor is the mark of the caption above that hangs into this one's zone
    glyphs = [g for g in glyphs if not any(_stands_beside(g.box, b, run.box) for b in lines)]
    said = tuple(
        r
        for o in runs
        if o is not run and zone.contains(*o.box.center) and len(o.text) <= 3
        for r in o.readings
    )
    if crossed:
        said = (*said, Reading(run.readings[0].reader, "X", run.readings[0].confidence))
    return _told(bool(glyphs), said, page, zone)


def _begins(page: PageText, caption: Caption, all_: Iterable[Caption | None]) -> float:
    """The x at which a mark's place begins: within the caption's own box, behind the caption on its
    left.
    """
    run = caption.run
    around = [b for b in page.layout.header if b.contains(*run.box.center)]
    left = max([caption.x - T.mark_reach_px, *(b.x0 + T.box_edge_px for b in around)])
    for other in all_:
        if other is None or other is caption:
            continue
        # runs of two lines may touch: the line under a mark reaches into the next
        if _is_level(other.run.box, run.box) and other.x < caption.x:
            end = other.run.box.x1 if other.run is not run else _last_word_before(run, caption.x)
            left = max(left, min(end + T.behind_caption_px, caption.x - T.place_least_px))
    return left


def _stands_beside(mark: Box[Upright], line: Box[Upright], than: Box[Upright]) -> bool:
    """Whether a mark opens a line above another one, and is level with it by far more than with
    that one.
    """
    near = (
        line.x0 <= mark.x0 + 2 * T.gap_px
        and line.x1 > mark.x1 + mark.height
        and line.y1 < than.center[1]
    )

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
    score = min(1.0, T.dark_marked * share) if value else max(0.0, 1 - T.dark_empty * share)
    ink = Reading("ink", "X" if value else "", round(score, 3))
    # a mark is an X as a rule: ink that no reader takes for one may be a stroke of the pen or a
    # speck
    looks = any(re.fullmatch(r"\W*[Xx×✓vV]+\W*", r.text) for r in said)
    odd = value and not looks
    overlaid = page.layout.is_overlaid(zone)
    notes = (ODD_MARK,) if odd else ()
    return CheckMark(
        value, T.odd_weight if odd else 0.0, (ink, *said), page.layout.number, zone, notes, overlaid
    )


def _is_outline(glyph: Glyph, height: float) -> bool:
    """Whether a piece of ink is as high as a check box, twice its caption's letters, and about as
    broad.
    """
    box = glyph.box
    square = 1 / T.outline_square < box.width / box.height < T.outline_square
    return square and box.height >= T.outline_least_caps * height


def _is_mark(glyph: Glyph, height: float, widest: float = T.mark_widest_caps) -> bool:
    """Whether a glyph is as large as a mark beside letters of this height, and as broad as an X: no
    parenthesis.
    """
    box = glyph.box
    high = T.mark_least_caps * height <= box.height <= T.mark_most_caps * height
    broad = (
        max(T.mark_narrowest_caps * height, T.mark_narrowest_heights * box.height)
        <= box.width
        <= widest * height
    )
    return high and broad


_OPENINGS = {
    "notSubjectToSection16": r"no longer sub|Check this box if",
    "aff10b5One": r"indicate that a",
    "form3HoldingsReported": r"Form ?3 ?Hold",
    "form4TransactionsReported": r"Form ?4 ?Trans",
}
"""By element: how the caption of each check box at the top left begins, or the first words of it
that no other has.
"""
COVERED = Reason(Code.COVERED_BOX, "a blot or a hole covers the box")
NO_OUTLINE = Reason(Code.NO_OUTLINE, "the mark does not stand in a box that is seen whole")
ODD_MARK = Reason(Code.ODD_MARK, "the mark does not look like an X")


def mark_in_box(page: PageText, name: str, caption: str) -> CheckMark | None:
    """Whether one of the square boxes at the top left is checked; None where its caption is not
    found.

    The box stands left of its caption, halfway up its lines. What counts is the ink well inside of
    its outline. Where no outline is seen whole nobody can say where inside is: what is found then
    says so.
    """
    lines = [_behind_mark(r, page) for r in _caption_lines(page.above, name, caption)]
    if not lines:
        return None
    # a line may have the box in it, or begin with a word of its own that stands apart
    x, top, bottom = (
        median_low(r.box.x0 for r in lines),
        lines[0].box.y0,
        max(r.box.y1 for r in lines),
    )
    height = min(r.cap_height for r in lines)
    foot = min(bottom + T.zone_under_px, top + T.zone_most_px)
    zone: Box[Upright] = Box(max(0, x - T.beside_px), top - T.zone_over_px, x - T.box_edge_px, foot)
    # an outline near its caption is taken for the first letter of it at times
    begins: Box[Upright] = replace(lines[0].box, x1=lines[0].box.x0 + T.first_letter_px).inset(-1)
    taken = [g for g in inside(page.layout.glyphs, begins) if g.box.x0 < x + 2 * T.gap_px]
    taken = [g for g in taken if _is_outline(g, min(height, T.small_print_px))]
    glyphs = inside(page.layout.glyphs, zone)
    outlines = [g.box for g in taken] or [g.box for g in glyphs if _is_box(g.box)]
    whole = bool(outlines)
    if not outlines:  # its sides may stand apart, or all that is left of it is what is filled in
        pieces = [g.box for g in glyphs if max(g.box.height, g.box.width) >= T.side_px]
        outlines = [b for b in ([union(pieces)] if pieces else []) if _is_box(b)]
    # below it may be the box of the next caption
    box = min(outlines, key=lambda b: b.y0) if outlines else zone
    within = box.inset(T.inside_share * box.width, T.inside_share * box.height) if outlines else box
    dark, share, covered = _dark_within(page, box, within)
    dirty = bool(outlines) and share > T.crossed_share and not _has_stroke(dark)
    value = not covered and (
        share > T.crossed_share and not dirty
        if outlines
        else any(_is_mark(g, height) for g in glyphs)
    )
    doubt = T.unseen_weight if covered or dirty or not whole else _doubt_of(share)
    ink = Reading("ink", "X" if value else "", round(1 - doubt, 3))
    notes = (
        *((COVERED,) if covered else ()),
        *((ODD_MARK,) if dirty else ()),
        *(() if whole else (NO_OUTLINE,)),
    )
    return CheckMark(
        value, doubt, (ink,), page.layout.number, box, notes, page.layout.is_overlaid(box)
    )


def _dark_within(
    page: PageText, box: Box[Upright], within: Box[Upright]
) -> tuple[Mask, float, bool]:
    """What is dark of a box within its outline, told from the paper around it; which share of it
    that is; and whether a blot covers it.
    """
    side = min(box.width, box.height)
    part = crop(page.layout.clean, within, 0)
    around = crop(page.layout.clean, box.inset(-T.around_sides * side), 0)
    paper = float(np.percentile(around, T.paper_percent)) if around.size else 255.0
    dark = below(part, T.dark_share * paper)
    share = float((dark > 0).mean()) if part.size else 0.0
    covered = part.size > 0 and has_core(dark, T.core_share * min(side, T.core_most_px))
    return dark, share, covered


def mark_in_square(page: PageText, caption: Caption | None) -> CheckMark | None:
    """Whether the square before a caption is crossed; it is as a letter of its line to a reader,
    and higher than any. None without a caption.
    """
    if caption is None:
        return None
    run = caption.run
    height = max(run.cap_height, T.small_caption_px)
    reach = T.square_reach_caps * height
    place: Box[Upright] = Box(caption.x - reach, run.box.y0, caption.x + reach, run.box.y1)
    squares = [
        g.box
        for g in page.layout.glyphs
        if place.inset(-height / 2).contains(*g.box.center)
        and _is_level(g.box, run.box)
        and T.square_least_caps * height <= g.box.height <= T.mark_most_caps * height
        and 1 / T.outline_square < g.box.width / g.box.height < T.outline_square
        and g.box.height >= T.outline_least_px
        and _stands_apart(g.box, page, T.square_apart_caps * height)
    ]
    if not squares:
        return CheckMark(
            False, T.unseen_weight, (), page.layout.number, place, (NO_OUTLINE,), False
        )
    box = min(squares, key=lambda b: abs(b.x0 - caption.x))
    inner = box.inset(T.inside_share * box.width, T.inside_share * box.height)
    dark, share, covered = _dark_within(page, box, inner)
    dirty = share > T.crossed_share and not _has_stroke(dark)
    value = share > T.crossed_share and not dirty and not covered
    doubt = T.unseen_weight if covered or dirty else _doubt_of(share)
    notes = (*((COVERED,) if covered else ()), *((ODD_MARK,) if dirty else ()))
    ink = Reading("ink", "X" if value else "", round(1 - doubt, 3))
    overlaid = page.layout.is_overlaid(box)
    return CheckMark(value, doubt, (ink,), page.layout.number, box, notes, overlaid)


def _stands_apart(box: Box[Upright], page: PageText, least: float) -> bool:
    """Whether no other ink of its line stands nearer behind a box."""
    place = replace(box, x0=box.x1, x1=box.x1 + least)
    return not any(
        place.contains(g.box.x0, box.center[1])
        for g in page.layout.glyphs
        if _is_level(g.box, box) and g.box != box
    )


def _has_stroke(dark: Mask) -> bool:
    """Whether a piece of what is dark within a box is as long as a stroke of a cross; grain and the
    dots that feign gray are not.
    """
    blobs = find_blobs(dark)
    longest = np.maximum(blobs.w, blobs.h).max(initial=0)
    return bool(longest >= T.stroke_share * min(dark.shape))


def _doubt_of(share: float) -> float:
    """The weight of the other value, by how dark a box is inside."""
    least, most = T.doubtful_share
    return T.doubtful_weight if least < share < most else 0.0


def _behind_mark(run: Run, page: PageText) -> Run:
    """A caption's line without the mark in the box before it, which stands apart by more than a
    word's space, or the small box itself, which need not.
    """
    glyphs = sorted(inside(page.layout.glyphs, run.box.inset(-1)), key=lambda g: g.box.x0)
    if not glyphs:
        return run
    first, height = glyphs[0].box, run.cap_height
    behind = [g.box.x0 for g in glyphs[1:] if g.box.x0 >= first.x1]
    if not behind:
        return run
    small = first.height >= T.small_box_caps * height and first.width >= T.small_wide_caps * height
    least = T.small_apart_caps if small else 1.0 if _is_mark(glyphs[0], height) else np.inf
    apart = behind[0] - first.x1 > least * height
    return replace(run, box=replace(run.box, x0=behind[0])) if apart else run


def _is_box(box: Box[Upright]) -> bool:
    """Whether this may be the outline of a check box: it is as large as one, and not much higher
    than broad.
    """
    small, large = sorted((box.width, box.height))
    return small >= T.outline_least_px and large <= min(T.outline_most_px, T.outline_lean * small)


def _caption_lines(above: Sequence[Run], name: str, caption: str) -> list[Run]:
    """The runs of a check box's caption that stand under each other at its left, the one that opens
    it first.

    A line may be in several runs, and one that was misread goes on all the same: what stands at the
    same x right below is the caption's, until that of another box opens.
    """
    opening = re.compile(_OPENINGS[name])
    others = re.compile("|".join(o for n, o in _OPENINGS.items() if n != name))

    def is_of_caption(run: Run) -> bool:
        return len(run.text) >= T.line_letters and cap.likeness(run.text, caption) >= T.line_like

    said = [r for r in above if is_of_caption(r) or opening.search(r.text)]
    start = [r for r in said if opening.search(r.text)] or said[:1]
    if not start:
        return []
    lines = [_line_begins(min(start, key=lambda r: r.box.y0), above)]
    for run in sorted(above, key=lambda r: r.box.center[1]):
        last = lines[-1]
        step = run.box.center[1] - last.box.center[1]
        least, most = T.step_caps
        below = least * last.cap_height < step < most * max(last.cap_height, lines[0].cap_height)
        # the box itself may stand so near that it begins a line of the caption
        begins = lines[0].box.x0
        if below and abs(run.box.x0 - begins) < T.beside_px and run.box.x1 > begins + T.beside_px:
            if others.search(run.text) or run.text.startswith("("):
                break
            lines.append(run)
    return lines


def _line_begins(run: Run, runs: Sequence[Run]) -> Run:
    """The run that begins the line of print that a run is in: the words of a line may stand
    apart.
    """
    for other in runs:
        same = _is_level(other.box, run.box) and re.search(r"[A-Za-z]{2}", other.text)
        if same and 0 < run.box.x0 - other.box.x1 < T.words_apart_caps * run.cap_height:
            return _line_begins(other, runs)
    return run
