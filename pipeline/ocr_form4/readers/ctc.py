"""What the networks that read lines have in common: crops by width in batches, and the best path through the answer.

A network answers for each step along a line which character stands there, or none (connectionist temporal
classification): Graves et al., 2006.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr_form4.readers.engine import openvino
from ocr_form4.readers.spelling import Character, Word, mended, respelt, spelt, words_of
from ocr_form4.versions import precision
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading


@dataclass(frozen=True, slots=True)
class LineShape:
    """How a network wants its lines. Lengths are pixels at the network's ``height``."""

    height: int
    widths: tuple[int, ...]
    """Few fixed widths: OpenVINO prepares every shape it meets, and keeps memory for it."""
    batch_columns: int
    """How many columns at most go to the network at once. Many short crops in a call cost half of many calls; long
    ones gain nothing by company."""
    longest: int
    """Width beyond which a line is cut at a gap between words: squeezed print is misread."""
    beyond: float
    """What stands right of a crop in its line, where -1 is ink and 1 paper."""
    channels: int


class CtcReader:
    """One network, warm; one per process, as it keeps a thread of its own busy."""

    def __init__(self, name: str, model: Any, classes: Sequence[str], shape: LineShape) -> None:
        self.name = name
        self._classes, self._shape = classes, shape
        settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"}
        settings["INFERENCE_PRECISION_HINT"] = precision()
        self._network: Any = openvino().Core().compile_model(model, "CPU", settings)
        self._request: Any = self._network.create_infer_request()

    def read(self, crops: Sequence[Gray]) -> list[Reading]:
        parts = [(k, part) for k, crop in enumerate(crops) for part in self._cut(crop)]
        said: list[list[Reading]] = [[] for _ in crops]
        for (k, _), reading in zip(parts, self._read_all([part for _, part in parts]), strict=True):
            said[k].append(reading)
        return [_joined(self.name, readings) for readings in said]

    def _read_all(self, crops: Sequence[Gray]) -> list[Reading]:
        """Crops by width, in batches. A page's crops are always the same and come in the same order: so do these."""
        shape = self._shape
        answers: list[Reading] = [Reading(self.name, "", 0.0)] * len(crops)
        by_width: dict[int, list[int]] = {}
        lines = {k: self._prepare(crop) for k, crop in enumerate(crops) if _may_hold_print(crop)}
        for k, line in lines.items():
            by_width.setdefault(line.shape[1], []).append(k)
        for width, members in sorted(by_width.items()):
            for batch in _batches(members, max(1, shape.batch_columns // width)):
                tensor = np.stack([np.broadcast_to(lines[k], (shape.channels, shape.height, width)) for k in batch])
                for k, logits in zip(batch, self._request.infer([tensor])[0], strict=True):
                    wide = min(width, max(8, round(crops[k].shape[1] * shape.height / crops[k].shape[0])))
                    steps = min(len(logits), len(logits) * wide // width + 2)  # nothing is read far right of a crop
                    answers[k] = self._decode(logits[:steps], width / wide * steps / len(logits))
        return answers

    def _decode(self, logits: NDArray[np.float32], stretch: float) -> Reading:
        """What the output says, shape (steps, classes); ``stretch`` is its width in widths of the crop.

        The best path, word by word; weak and strange words are read in the way that makes most sense.
        """
        best = logits.argmax(axis=1)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        sure = 1 / odds.sum(axis=1)
        found = [Character(self._classes[k], score, a, b) for k, score, a, b in _runs(best, sure) if k]
        probabilities = odds * sure[:, None]
        words = respelt(mended(words_of(found), odds, self._classes), probabilities, self._classes)
        said = [c for word in words for c in word]
        text = " ".join(spelt(word) for word in words)
        # the least certain character is what a wrong value turns on
        confidence = min((c.score for c in said), default=0.0)
        at = tuple(round(min(1.0, t / len(best) * stretch), 3) for t in _ends(words))
        return Reading(
            self.name, text, round(confidence, 5), at, tuple(round(min(c.score for c in w), 5) for w in words)
        )

    def _cut(self, crop: Gray) -> list[Gray]:
        """A long line in parts no wider than ``longest`` when scaled, cut in the widest gaps near even parts."""
        height, width = crop.shape
        parts = -(-width * self._shape.height // (max(4, height) * self._shape.longest))
        if parts < 2:
            return [crop]
        paper = np.percentile(crop, 90)
        ink = np.clip(paper - 20 - crop[: int(0.9 * height)].astype(np.float32), 0, None).sum(axis=0)
        cuts = [0]
        for k in range(1, parts):
            around, reach = width * k // parts, width // (4 * parts)
            start = max(cuts[-1] + 8, around - reach)
            cuts.append(start + _widest_gap(ink[start : around + reach], max(3, round(0.3 * height))))
        cuts.append(width)
        return [crop[:, a:b] for a, b in pairwise(cuts)]

    def _prepare(self, crop: Gray) -> NDArray[np.float32]:
        """A crop as the network wants it: (height, one of the widths), -1 ink ... 1 paper."""
        import cv2

        height, width = crop.shape
        wide = max(8, round(width * self._shape.height / height))
        fitting = next((w for w in self._shape.widths if w >= wide), self._shape.widths[-1])
        wide = min(wide, fitting)
        how = cv2.INTER_AREA if height > self._shape.height else cv2.INTER_CUBIC
        scaled = cv2.resize(crop, (wide, self._shape.height), interpolation=how).astype(np.float32) / 127.5 - 1
        line = np.full((self._shape.height, fitting), self._shape.beyond, np.float32)
        line[:, :wide] = scaled
        return line


def _runs(best: NDArray[np.intp], sure: NDArray[np.float32]) -> list[tuple[int, float, int, int]]:
    """The steps at which the same class is the best: the class, its highest score, from which step, up to which."""
    starts = np.flatnonzero(np.diff(best, prepend=-1))
    ends, highest = np.append(starts[1:], len(best)), np.maximum.reduceat(sure, starts)
    return list(zip(best[starts].tolist(), highest.tolist(), starts.tolist(), ends.tolist(), strict=True))


def _widest_gap(ink: NDArray[np.float32], least: int) -> int:
    """The middle of the widest stretch of empty columns: between words, not behind a point within an amount.

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
    """The members in batches of powers of two, none larger than ``most``: few shapes, and few calls."""
    batches, start = [], 0
    while start < len(members):
        size = 1 << (min(most, len(members) - start).bit_length() - 1)
        batches.append(members[start : start + size])
        start += size
    return batches


def _joined(name: str, parts: Sequence[Reading]) -> Reading:
    """The readings of a line's parts as one; character places are lost for a line of several parts."""
    if len(parts) == 1:
        return parts[0]
    said = [p for p in parts if p.text]
    return Reading(
        name,
        " ".join(p.text for p in said),
        min((p.confidence for p in said), default=0.0),
        words=tuple(w for p in said for w in p.words),
    )
