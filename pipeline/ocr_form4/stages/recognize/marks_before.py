"""Check marks before their captions: read by the ink in the mark's own place, not by a reader.
Those in boxes that are drawn: ``check_boxes.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ocr_form4.pixels.crops import MARGIN, crop, ink_share
from ocr_form4.stages.recognize.crosses import is_cross
from ocr_form4_models.check_mark import Caption, CheckMark
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.layout import Glyph, PageLayout, inside
from ocr_form4_models.reading import INK, Reading, Run
from ocr_form4_models.reason import Code, Reason


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What a mark may be like, and where it stands: in upright pixels, in heights of the caption's
    capitals (``caps``), as shares.

    What is said of marks was counted over the fixtures: 100 marks before captions.
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
    small_caption_px: float = 12.0
    """No caption's capitals are taken for lower: they are 12 to 22 (``box_outlines``)."""
    over_line_caps: float = 0.25
    under_line_caps: float = 0.6
    """How far the place of a mark goes beyond its caption's line. With 0.5 and with 2 times both
    twelve fixtures are read the same.
    """
    other_line_caps: float = 0.8
    """What stands that much higher or lower is on another line. With 0.4 and with 1.6 twelve
    fixtures are read the same; with 0 a mark on one of 26 scans by other hands is lost.
    """
    gap_px: float = 2.0
    """Between a mark's place and its caption, in upright pixels: of 2,766 marks and lines beside
    them on 280 scans 1,193 lines begin no further right than twice this, the others 23 or more.
    """
    behind_caption_px: float = 10.0
    place_least_px: float = 12.0
    """How far behind the caption on its left a mark's place begins, and how broad it is at least.
    With 0.5 and with 2 times both twelve fixtures are read the same; where it begins right behind,
    six more fields of six of 25 scans by hands to learn from are looked at.
    """
    odd_weight: float = 0.2
    """Of a mark where ink is there that is no X: of 22 such pieces on 445 scans five were marks."""
    dark_marked: float = 20.0
    """The reading "ink" has this many times the dark share of the place as its score: it is sure
    from 0.05 on.
    """
    dark_empty: float = 25.0
    """And one less this many times where it is empty: nothing from 0.04 on."""


T = Tolerances()
ODD_MARK = Reason(Code.ODD_MARK, "the mark does not look like an X")
BY_SHAPE = Reason(
    Code.ODD_MARK, "its shape alone says that it is an X: nothing else sees print there"
)
_ROUNDED = 1e-6
"""Of a line's width, by which a share of it may be off: 2e-15 at most on 280 scans, and two
characters' ends are 0.014 or more apart.
"""


def is_level(one: Box[Upright], other: Box[Upright]) -> bool:
    """Whether two boxes overlap by more than half the height of the lower one."""
    overlap = min(one.y1, other.y1) - max(one.y0, other.y0)
    return overlap > 0.5 * min(one.height, other.height)


def mark_before(
    layout: PageLayout, runs: Sequence[Run], caption: Caption, all_: Iterable[Caption]
) -> CheckMark:
    """Whether the place before a caption, one of all that stand in the same box, ``runs``, is
    marked: a letter-high piece of ink stands there.

    The zone ends where the caption begins and starts where another caption on its left ends.
    """
    run = caption.run
    height = max(run.cap_height, T.small_caption_px)
    left = _begins(layout, caption, all_)
    top, bottom = run.box.y0 - T.over_line_caps * height, run.box.y1 + T.under_line_caps * height
    zone: Box[Upright] = Box(left, top, caption.x - T.gap_px, bottom)
    apart = T.other_line_caps * height
    lines = [
        o.box for o in runs if len(o.text) > 3 and abs(o.box.center[1] - run.box.center[1]) > apart
    ]
    in_run = run.text[: _character_at(run, caption.x)]
    crossed = re.search(r"(?:^|[\W_a-z])[X×][\W_]*$|(?:^|[\W_])x[\W_]*$", in_run) is not None
    glyphs = [g for g in inside(layout.glyphs, zone) if _may_be_mark(layout, g, height)]
    # a letter within what is filled in on the next line is no mark on this one; the first of a line
    # may be
    glyphs = [
        g
        for g in glyphs
        if not any(b.contains(*g.box.center) and b.x0 < g.box.x0 - height for b in lines)
    ]
    # nor is one within the caption on its left
    words = [o.box for o in runs if o is not run and re.search(r"[A-Za-z]{3}", o.text)]
    glyphs = [g for g in glyphs if not any(_is_within(g.box, b, height) for b in words)]
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
    empty = re.search(r"[(\[]\s?[)\]]\s*$", in_run) is not None  # with dirt in between, at most
    return _told([] if empty else glyphs, said, layout, zone)


def _begins(layout: PageLayout, caption: Caption, all_: Iterable[Caption]) -> float:
    """The x at which a mark's place begins: within the caption's own box, behind the caption on its
    left.
    """
    run = caption.run
    # a caption right behind a side of its box has a box of its own, and its mark another
    last = caption.x - T.place_least_px - MARGIN
    around = [b for b in layout.header if b.contains(*run.box.center) and b.x0 <= last]
    left = max([caption.x - T.mark_reach_px, *(b.x0 + MARGIN for b in around)])
    for other in all_:
        if other is caption:
            continue
        # runs of two lines may touch: the line under a mark reaches into the next
        if is_level(other.run.box, run.box) and other.x < caption.x:
            end = _last_word_before(other.run, caption.x)
            left = max(left, min(end + T.behind_caption_px, caption.x - T.place_least_px))
    return left


def _is_within(mark: Box[Upright], line: Box[Upright], height: float) -> bool:
    """Whether something stands within a line of words, neither first nor last on it."""
    behind = line.x1 - mark.x1 > T.mark_narrowest_caps * height
    return line.contains(*mark.center) and mark.x0 - line.x0 > height and behind


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
    found = re.finditer(r"[A-Za-z%)]{2,}|\w+\)", before)
    words = [w for w in found if not re.fullmatch(r"[Xx×]\)", w[0])]
    ends = run.readings[0].ends if run.readings else ()
    if not words or not ends:
        return run.box.x0 if run.box.x1 > x else run.box.x1
    last = words[-1].end() - 1
    if re.search(r"[a-z]X$", words[-1][0]):  # "DirectorX": the next caption's mark
        last -= 1
    return run.box.x0 + ends[last] * run.box.width


def _character_at(run: Run, x: float) -> int:
    """Index of the character of a run that begins at x."""
    share = (x - run.box.x0) / max(1.0, run.box.width)
    return sum(end <= share + _ROUNDED for end in (run.readings[0].ends if run.readings else ()))


def _told(
    glyphs: Sequence[Glyph], said: Sequence[Reading], layout: PageLayout, zone: Box[Upright]
) -> CheckMark:
    """What the glyphs in a mark's place are: a mark is an X as a rule, to a reader or by its shape.
    Ink that is neither may be a stroke of the pen, but mostly is a speck or a letter of something
    else; and what the page network does not see, nor any reader in a line, has its shape alone to
    tell it, as a piece of a drum's dirt had.
    """
    read = any(re.fullmatch(r"\W*[Xx×✓vV]+\W*", r.text) for r in said)
    value = bool(glyphs) and (read or any(is_drawn_across(layout, g) for g in glyphs))
    odd = bool(glyphs) and not value
    share = ink_share(layout.clean, zone)
    score = min(1.0, T.dark_marked * share) if value else max(0.0, 1 - T.dark_empty * share)
    ink = Reading(INK, "X" if value else "", round(score, 3))
    unseen = not said and not any(g.seen for g in glyphs)
    notes = (ODD_MARK,) if odd else (BY_SHAPE,) if value and unseen else ()
    doubt = T.odd_weight if odd else 0.0
    overlaid = layout.is_overlaid(zone)
    return CheckMark(value, doubt, (ink, *said), layout.number, zone, notes, overlaid)


def is_drawn_across(layout: PageLayout, glyph: Glyph) -> bool:
    """Whether a glyph is an X by its shape."""
    return is_cross(crop(layout.clean, glyph.box))


def is_mark(glyph: Glyph, height: float) -> bool:
    """Whether a glyph is as large as a mark beside letters of this height, and as broad as an X: no
    parenthesis.
    """
    return _is_high(glyph, height) and glyph.box.width <= T.mark_widest_caps * height


def _may_be_mark(layout: PageLayout, glyph: Glyph, height: float) -> bool:
    """Whether a glyph is as large as a mark, or an X that has run together with a longer line."""
    lined = _is_high(glyph, height) and is_drawn_across(layout, glyph)
    return is_mark(glyph, height) or lined


def _is_high(glyph: Glyph, height: float) -> bool:
    """Whether a glyph is as high as a mark beside letters of this height, and broad enough."""
    box = glyph.box
    high = T.mark_least_caps * height <= box.height <= T.mark_most_caps * height
    narrowest = max(T.mark_narrowest_caps * height, T.mark_narrowest_heights * box.height)
    return high and box.width >= narrowest
