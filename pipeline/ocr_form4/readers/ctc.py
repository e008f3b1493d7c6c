"""What the networks that read lines have in common: crops by width in batches, and the best path
through the answer.

A network answers for each step along a line which character stands there, or none (connectionist
temporal classification): Graves et al., 2006.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr_form4.pixels.crops import PAPER_SHARE
from ocr_form4.pixels.levels import level_at
from ocr_form4.readers.engine import answer, network
from ocr_form4.readers.spelling import Character, Word, mended, respelt, spelt, words_of
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading

_FOUR = 4
"""Lines that go to a network at once: of 64 to 192 columns each takes half to two thirds of its
time so, and eight at once gain no more than a tenth beside four.
"""


@dataclass(frozen=True, slots=True)
class LineShape:
    """How a network wants its lines. Lengths are pixels at the network's ``height``."""

    height: int
    widths: tuple[int, ...]
    """Few fixed widths: OpenVINO prepares every shape it meets, and keeps memory for it."""
    batch_columns: int
    """How many columns at most go to the network at once; 0 where lines go one by one. The form's
    reader takes 0.04 less time for lines in fours; others gain nothing by company.
    """
    longest: int
    """Width beyond which a line is cut at a gap between words: squeezed print is misread."""
    beyond: float
    """What stands right of a crop in its line, where -1 is ink and 1 paper."""
    channels: int
    settled: bool = True
    """Whether weak and strange words are settled by what makes most sense."""


class CtcReader:
    """One network, warm; one per process, as it keeps a thread of its own busy."""

    def __init__(self, name: str, file: str, shape: LineShape) -> None:
        """A reader by its name, of a network in ``weights/`` whose file names its characters. The
        network is loaded when something is first to be read.
        """
        self.name = name
        self._file, self._shape = file, shape

    @cached_property
    def _loaded(self) -> tuple[Any, Sequence[str]]:
        """A request to infer by, and the classes that it tells apart: none, then the characters."""
        compiled, characters = network(self._file, "characters")
        return compiled.create_infer_request(), ("", *characters)

    def read(self, crops: Sequence[Gray]) -> list[Reading]:
        parts = [(k, part) for k, crop in enumerate(crops) for part in self._cut(crop)]
        said: list[list[tuple[Reading, float]]] = [[] for _ in crops]
        read = self._read_all([part for _, part in parts])
        for (k, part), reading in zip(parts, read, strict=True):
            said[k].append((reading, part.shape[1] / crops[k].shape[1]))
        return [_joined(self.name, readings) for readings in said]

    def _read_all(self, crops: Sequence[Gray]) -> list[Reading]:
        """Crops by width, in batches. A page's crops are always the same and come in the same
        order: so do these.
        """
        shape, request = self._shape, self._loaded[0]
        answers: list[Reading] = [Reading(self.name, "", 0.0)] * len(crops)
        by_width: dict[int, list[int]] = {}
        lines = {k: _prepare(crop, shape) for k, crop in enumerate(crops) if _may_hold_print(crop)}
        for k, line in lines.items():
            by_width.setdefault(line.shape[1], []).append(k)
        for width, members in sorted(by_width.items()):
            for batch in _batches(members, max(1, shape.batch_columns // width)):
                tensor = _tensor([lines[k] for k in batch], shape)
                for k, logits in zip(batch, answer(request, tensor), strict=True):
                    wide = min(
                        width, max(8, round(crops[k].shape[1] * shape.height / crops[k].shape[0]))
                    )
                    # nothing is read far right of a crop
                    steps = min(len(logits), len(logits) * wide // width + 2)
                    answers[k] = self._decode(logits[:steps], width / wide * steps / len(logits))
        return answers

    def _decode(self, logits: NDArray[np.float32], stretch: float) -> Reading:
        """What the output says, shape (steps, classes); ``stretch`` is its width in widths of the
        crop.

        The best path, word by word; weak and strange words are read in the way that makes most
        sense.
        """
        classes = self._loaded[1]
        odds, found = seen(logits, classes)
        sure = 1 / odds.sum(axis=1)
        words = words_of(found)
        if self._shape.settled:
            words = respelt(mended(words, odds, classes), odds * sure[:, None], classes)
        said = [c for word in words for c in word]
        text = " ".join(spelt(word) for word in words)
        # the least certain character is what a wrong value turns on
        confidence = min((c.score for c in said), default=0.0)
        at = tuple(round(min(1.0, t / len(logits) * stretch), 3) for t in _ends(words))
        return Reading(
            self.name,
            text,
            round(confidence, 5),
            at,
            tuple(round(min(c.score for c in w), 5) for w in words),
        )

    def _cut(self, crop: Gray) -> list[Gray]:
        """A long line in parts no wider than ``longest`` when scaled, cut in the widest gaps near
        even parts.
        """
        height, width = crop.shape
        parts = -(-width * self._shape.height // (max(4, height) * self._shape.longest))
        if parts < 2:
            return [crop]
        paper = level_at(crop, PAPER_SHARE)
        ink = np.clip(paper - 20 - crop[: int(0.9 * height)].astype(np.float32), 0, None).sum(
            axis=0
        )
        cuts = [0]
        for k in range(1, parts):
            around, reach = width * k // parts, width // (4 * parts)
            start = max(cuts[-1] + 8, around - reach)
            cuts.append(
                start + _widest_gap(ink[start : around + reach], max(3, round(0.3 * height)))
            )
        cuts.append(width)
        return [crop[:, a:b] for a, b in pairwise(cuts)]


def seen(
    logits: NDArray[np.float32], classes: Sequence[str]
) -> tuple[NDArray[np.float32], list[Character]]:
    """Of what a network says, shape (steps, classes): the odds of each class beside the likeliest
    one's, and the characters of the best path.
    """
    best = logits.argmax(axis=1)
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    runs = _runs(best, 1 / odds.sum(axis=1))
    return odds, [Character(classes[k], score, a, b) for k, score, a, b in runs if k]


def lines_as_seen(crops: Sequence[Gray], shape: LineShape) -> NDArray[np.float32]:
    """Crops of about one width as a network gets them, (lines, channels, height, width), -1 ink ...
    1 paper.
    """
    return _tensor([_prepare(crop, shape) for crop in crops], shape)


def _tensor(lines: Sequence[NDArray[np.float32]], shape: LineShape) -> NDArray[np.float32]:
    return np.stack([np.broadcast_to(line, (shape.channels, *line.shape)) for line in lines])


def _prepare(crop: Gray, shape: LineShape) -> NDArray[np.float32]:
    """A crop brought to the network's height and one of its widths."""
    import cv2

    height, width = crop.shape
    wide = max(8, round(width * shape.height / height))
    fitting = next((w for w in shape.widths if w >= wide), shape.widths[-1])
    wide = min(wide, fitting)
    how = cv2.INTER_AREA if height > shape.height else cv2.INTER_CUBIC
    scaled = (
        cv2.resize(crop, (wide, shape.height), interpolation=how).astype(np.float32) / 127.5 - 1
    )
    line = np.full((shape.height, fitting), shape.beyond, np.float32)
    line[:, :wide] = scaled
    return line


def _runs(best: NDArray[np.intp], sure: NDArray[np.float32]) -> list[tuple[int, float, int, int]]:
    """The steps at which the same class is the best: the class, its highest score, from which step,
    up to which.
    """
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    ends, highest = np.append(starts[1:], len(best)), np.maximum.reduceat(sure, starts)
    return list(
        zip(best[starts].tolist(), highest.tolist(), starts.tolist(), ends.tolist(), strict=True)
    )


def _widest_gap(ink: NDArray[np.float32], least: int) -> int:
    """The middle of the widest stretch of empty columns: between words, not behind a point within
    an amount.

    Where none is as wide as ``least``, the emptiest place.
    """
    empty = np.flatnonzero(np.diff(np.concatenate([[0], ink <= 0.02 * ink.max(initial=1.0), [0]])))
    starts, ends = empty[::2], empty[1::2]
    if len(starts) and (ends - starts).max() >= least / 2:
        widest = int((ends - starts).argmax())
        return int(starts[widest] + ends[widest]) // 2
    return int(np.convolve(ink, np.ones(least) / least, mode="same").argmin())


def _may_hold_print(crop: Gray) -> bool:
    """Whether a crop has room for print and any contrast: a network sees things in empty paper."""
    return crop.shape[0] >= 4 and crop.shape[1] >= 2 and int(crop.max()) - int(crop.min()) >= 24


def _ends(words: Sequence[Word]) -> list[float]:
    """The steps at which characters end; a space ends midway between those around it."""
    ends: list[float] = []
    for k, word in enumerate(words):
        ends += [(words[k - 1][-1].end + word[0].start) / 2] if k else []
        ends += [float(c.end) for c in word]
    return ends


def _batches(members: Sequence[int], most: int) -> list[Sequence[int]]:
    """The members in fours where ``most`` allows it, else one by one: a shape costs 4 MB and
    17 ms when it is first met, for good; a pair saves a tenth of its time.
    """
    batches, start = [], 0
    while start < len(members):
        size = _FOUR if min(most, len(members) - start) >= _FOUR else 1
        batches.append(members[start : start + size])
        start += size
    return batches


def _joined(name: str, parts: Sequence[tuple[Reading, float]]) -> Reading:
    """The readings of a line's parts, each with its share of the line's width, as one."""
    if len(parts) == 1:
        return parts[0][0]
    said = [reading for reading, _ in parts if reading.text]
    ends: list[float] = []
    start = 0.0
    for reading, share in parts:
        if reading.text:
            ends += [round(start, 3)] if ends else []  # of the space between two parts
            ends += [round(start + share * end, 3) for end in reading.ends]
        start += share
    return Reading(
        name,
        " ".join(r.text for r in said),
        min((r.confidence for r in said), default=0.0),
        tuple(ends),
        tuple(w for r in said for w in r.words),
    )
