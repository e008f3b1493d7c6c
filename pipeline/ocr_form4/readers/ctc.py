"""What the networks that read lines have in common: crops by width in batches, and the best path through the answer.

A network answers for each step along a line which character stands there, or none (connectionist temporal
classification): Graves et al., 2006.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr_form4.lexicon import is_known
from ocr_form4.readers.beam import ways_to_read
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading

WEAK = 0.93
"""The score below which a character is doubted, and a word that the lexicon lacks looked at again."""
WORTH = 0.008
"""How probable a known word must be among all ways to read a doubted one, to be taken."""

TORN = 0.5
"""The score of a comma or point put into a gap."""


@dataclass(frozen=True, slots=True)
class _Character:
    """A character, its score, and the steps from which and up to which it was seen."""

    text: str
    score: float
    start: int
    end: int


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
        import openvino as ov

        self.name = name
        self._classes, self._shape = classes, shape
        settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"}
        settings["INFERENCE_PRECISION_HINT"] = _fastest_precision()
        self._network: Any = ov.Core().compile_model(model, "CPU", settings)
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

        The best path, word by word; a weak word that is none is read in the most probable way that makes one.
        """
        best = logits.argmax(axis=1)
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        sure = 1 / odds.sum(axis=1)
        found: list[_Character] = []
        last = 0
        for t, (k, score) in enumerate(zip(best.tolist(), sure.tolist(), strict=True)):
            if k and k != last:
                found.append(_Character(self._classes[k], score, t, t + 1))
            elif k and found:
                found[-1] = replace(found[-1], score=max(found[-1].score, score), end=t + 1)
            last = k
        words = self._mended(_words(found), odds)
        for w, word in enumerate(words):
            if min(c.score for c in word) < WEAK and not _is_known(word):
                before = words[w - 1][-1].end if w else 0
                after = words[w + 1][0].start if w + 1 < len(words) else len(logits)
                words[w] = self._known_way(odds, sure, word, (before, after))
        said = [c for word in words for c in word]
        text = " ".join("".join(c.text for c in word) for word in words)
        # the least certain character is what a wrong value turns on
        confidence = min((c.score for c in said), default=0.0)
        ends = [c.end for word in words for c in (*word, word[-1])][:-1] if words else []
        at = tuple(round(min(1.0, t / len(best) * stretch), 3) for t in ends)
        return Reading(
            self.name, text, round(confidence, 3), at, tuple(round(min(c.score for c in w), 3) for w in words)
        )

    def _mended(self, words: list[list[_Character]], odds: NDArray[np.float32]) -> list[list[_Character]]:
        """The words, amounts of dollars in one piece whose comma or point is no more than a gap: ``$241 87``.

        No amount has a gap; of the marks that make it one, the more probable at its place is put there, and doubted.
        """
        mended: list[list[_Character]] = []
        for word in words:
            before = mended[-1] if mended else []
            if before and before[0].text == "$" and before[-1].text.isdigit() and word[0].text.isdigit():
                gap = odds[before[-1].start : word[0].end]
                marks = [_Character(c, TORN, before[-1].end, before[-1].end) for c in ",."]
                ways = [[*before, m, *word] for m in marks]
                known = [
                    (float(gap[:, self._classes.index(w[len(before)].text)].max()), w) for w in ways if _is_known(w)
                ]
                if known:
                    mended[-1] = max(known, key=lambda way: way[0])[1]
                    continue
            mended.append(word)
        return mended

    def _known_way(
        self, odds: NDArray[np.float32], sure: NDArray[np.float32], word: list[_Character], between: tuple[int, int]
    ) -> list[_Character]:
        """The word in its most probable known spelling, if that is not much less probable; else as it is."""
        start, end = (between[0] + word[0].start + 1) // 2, (between[1] + word[-1].end) // 2
        steps = odds[start:end] * sure[start:end, None]
        ways = [("".join(self._classes[k] for k in way), p) for way, p in ways_to_read(steps)]
        total = sum(p for _, p in ways)
        for text, p in ways:
            if p < WORTH * total:
                break
            if " " not in text and is_known(text):
                each = np.linspace(word[0].end, word[-1].end, len(text)).round().astype(int).tolist()
                return [_Character(c, min(WEAK, p / total), at, at) for c, at in zip(text, each, strict=True)]
        return word

    def _cut(self, crop: Gray) -> list[Gray]:
        """A long line in parts no wider than ``longest`` when scaled, cut in the emptiest gaps near even parts."""
        height, width = crop.shape
        parts = -(-width * self._shape.height // (max(4, height) * self._shape.longest))
        if parts < 2:
            return [crop]
        paper = np.percentile(crop, 90)
        ink = np.clip(paper - 20 - crop[: int(0.9 * height)].astype(np.float32), 0, None).sum(axis=0)
        gap = max(3, round(0.3 * height))
        profile = np.convolve(ink, np.ones(gap) / gap, mode="same")
        cuts = [0]
        for k in range(1, parts):
            around, reach = width * k // parts, width // (4 * parts)
            start = max(cuts[-1] + 8, around - reach)
            cuts.append(start + int(profile[start : around + reach].argmin()))
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


def _fastest_precision() -> str:
    """Half precision where the processor multiplies matrices of it: twice as fast there, and slower everywhere else.

    OpenVINO takes half precision wherever there is an instruction for it, also where that is the slower way.
    """
    known = Path("/proc/cpuinfo")
    return "bf16" if known.is_file() and "amx_bf16" in known.read_text() else "f32"


def _may_hold_print(crop: Gray) -> bool:
    """Whether a crop has room for print and any contrast: a network sees things in empty paper."""
    return crop.shape[0] >= 4 and crop.shape[1] >= 2 and int(crop.max()) - int(crop.min()) >= 24


def _is_known(word: Sequence[_Character]) -> bool:
    return is_known("".join(c.text for c in word))


def _batches(members: Sequence[int], most: int) -> list[Sequence[int]]:
    """The members in batches of powers of two, none larger than ``most``: few shapes, and few calls."""
    batches, start = [], 0
    while start < len(members):
        size = 1 << (min(most, len(members) - start).bit_length() - 1)
        batches.append(members[start : start + size])
        start += size
    return batches


def _words(characters: Sequence[_Character]) -> list[list[_Character]]:
    """Characters between spaces."""
    words: list[list[_Character]] = [[]]
    for c in characters:
        if c.text == " ":
            words.append([])
        else:
            words[-1].append(c)
    return [w for w in words if w]


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
