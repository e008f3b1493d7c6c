"""PP-OCR's recogniser, from the model file that the rapidocr package carries, run in OpenVINO.

rapidocr's own call pads every crop to 320 pixels and chooses among 18,710 characters. Here a crop is no wider than it
needs to be, and the last layer is cut down to the characters that can stand on the form: faster, and "4" never
becomes a Chinese numeral. Source of the network: PP-OCR (PaddleOCR), https://github.com/PaddlePaddle/PaddleOCR.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr_form4.errors import MissingProgram
from ocr_form4_models.page import Gray
from ocr_form4_models.reading import Reading

HEIGHT = 48
WIDTHS = (48, 80, 112, 160, 224, 320, 448, 640, 896, 1280, 1600)
"""Few fixed widths: OpenVINO keeps memory for every shape it meets."""
BATCHES = ((224, 8), (640, 4), (WIDTHS[-1], 2))
"""How many crops go to the network at once, by their width at most."""
LONGEST = 1100
"""Width at HEIGHT beyond which a line is cut at a gap between words: squeezed print is misread."""
CHARACTERS = "".join(chr(c) for c in range(33, 127)) + "§©®™°–—‘’“”•½¼¾"


class PaddleReader:
    """One network, warm; one per process, as it keeps a thread of its own busy."""

    name = "paddle"

    def __init__(self) -> None:
        import openvino as ov

        path = _model_path()
        core = ov.Core()
        model = core.read_model(path)
        alphabet = str(model.get_rt_info(["framework", "character"]).value).split("\n")
        classes = ["", *alphabet, " "]  # CTC blank first, the space last, as PP-OCR trains it
        keep = [0] + [k for k, c in enumerate(classes) if c and c in CHARACTERS] + [len(classes) - 1]
        head = next(op for op in reversed(model.get_ordered_ops()) if op.get_type_name() == "MatMul")
        weights = head.input_value(1).get_node().get_data()
        bias_add = next(iter(head.output(0).get_target_inputs())).get_node()
        bias = bias_add.input_value(1).get_node().get_data()
        self._weights = np.ascontiguousarray(weights[:, keep], dtype=np.float32)
        self._bias = np.asarray(bias[keep], dtype=np.float32)
        self._classes = [classes[k] for k in keep]
        features = ov.Model([head.input_value(0)], model.get_parameters(), "features")
        settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"}
        # twice as fast where the processor has it; OpenVINO stays with single precision where not
        settings["INFERENCE_PRECISION_HINT"] = "bf16"
        self._network: Any = core.compile_model(features, "CPU", settings)
        self._request: Any = self._network.create_infer_request()

    def read(self, crops: Sequence[Gray]) -> list[Reading]:
        parts = [(k, part) for k, crop in enumerate(crops) for part in _cut(crop)]
        said: list[list[Reading]] = [[] for _ in crops]
        for (k, _), reading in zip(parts, self._read_all([part for _, part in parts]), strict=True):
            said[k].append(reading)
        return [_joined(self.name, readings) for readings in said]

    def _read_all(self, crops: Sequence[Gray]) -> list[Reading]:
        """Crops by width in batches of fixed size, what is left over one by one: a call costs more than a crop.

        A page's crops are always the same and come in the same order, so that their batches are too.
        """
        answers: list[Reading] = [Reading(self.name, "", 0.0)] * len(crops)
        by_width: dict[int, list[int]] = {}
        lines = {k: _prepare(crop) for k, crop in enumerate(crops) if crop.shape[0] >= 4 and crop.shape[1] >= 2}
        for k, line in lines.items():
            by_width.setdefault(line.shape[1], []).append(k)
        for width, members in sorted(by_width.items()):
            size = next(n for w, n in BATCHES if width <= w)
            full = len(members) - len(members) % size
            batches = [members[a : a + size] for a in range(0, full, size)] + [[k] for k in members[full:]]
            for batch in batches:
                tensor = np.stack([np.broadcast_to(lines[k], (3, HEIGHT, width)) for k in batch])
                features = self._request.infer([tensor])[0]
                for k, row in zip(batch, features, strict=True):
                    wide = min(width, max(8, round(crops[k].shape[1] * HEIGHT / crops[k].shape[0])))
                    answers[k] = self._decode(self._probabilities(row), width / wide)
        return answers

    def _probabilities(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        logits = features @ self._weights + self._bias
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def _decode(self, probabilities: NDArray[np.float32], stretch: float) -> Reading:
        """Best path through the CTC output, shape (time, class); ``stretch`` is its width in widths of the crop."""
        best = probabilities.argmax(axis=1)
        sure = probabilities[np.arange(len(best)), best]
        text, scores, ends = [], [], []
        last = 0
        for t, (k, score) in enumerate(zip(best.tolist(), sure.tolist(), strict=True), 1):
            if k and k != last:
                text.append(self._classes[k])
                scores.append(score)
                ends.append(t)
            elif k and scores:
                scores[-1] = max(scores[-1], score)
                ends[-1] = t
            last = k
        joined = "".join(text)
        lead = len(joined) - len(joined.lstrip())
        stripped = joined.strip()
        kept = scores[lead : lead + len(stripped)]
        # the least certain character is what a wrong value turns on
        confidence = min(kept) if kept else 0.0
        at = [round(min(1.0, t / len(best) * stretch), 3) for t in ends[lead : lead + len(stripped)]]
        return Reading(self.name, stripped, round(confidence, 3), tuple(at), _by_word(stripped, kept))


def _by_word(text: str, scores: Sequence[float]) -> tuple[float, ...]:
    """The least score of each word's characters."""
    words, start = [], 0
    for word in text.split(" "):
        if word:
            words.append(round(min(scores[start : start + len(word)]), 3))
        start += len(word) + 1
    return tuple(words)


def _cut(crop: Gray) -> list[Gray]:
    """A long line in parts that are no wider than LONGEST when scaled, cut in the emptiest gaps near even parts."""
    height, width = crop.shape
    parts = -(-width * HEIGHT // (max(4, height) * LONGEST))
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


def _prepare(crop: Gray) -> NDArray[np.float32]:
    """A crop as the network wants it: (HEIGHT, one of WIDTHS), -1 ink ... 1 paper."""
    import cv2

    height, width = crop.shape
    wide = max(8, round(width * HEIGHT / height))
    fitting = next((w for w in WIDTHS if w >= wide), WIDTHS[-1])
    wide = min(wide, fitting)
    how = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
    scaled = cv2.resize(crop, (wide, HEIGHT), interpolation=how).astype(np.float32) / 127.5 - 1
    line = np.zeros((HEIGHT, fitting), np.float32)
    line[:, :wide] = scaled
    return line


def _model_path() -> Path:
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise MissingProgram("the Python package rapidocr", "python3-pip, then pip install rapidocr")
    found = sorted((Path(spec.origin).parent / "models").glob("*_rec_*.onnx"))
    if not found:
        raise MissingProgram("rapidocr's recognition model", "python3-pip, then pip install 'rapidocr>=3.10,<4'")
    return found[0]
