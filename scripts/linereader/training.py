"""What the line reader and the lean one are trained with: lines, batches of them, the running mean
of the weights, and how well lines are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from linereader.network import ACCENTED, ALPHABET, HEIGHT, STEP
from ocr_form4.readers.ctc import seen
from ocr_form4.readers.engine import openvino
from ocr_form4.readers.spelling import spelt, words_of
from ocr_form4.text.lexicon import is_known

BATCH_COLUMNS = 9000
"""Columns of pixels in a batch: many short lines or few long ones."""
LONGEST = 800
"""Columns of pixels of a line that is learned from, at most."""
LONGEST_ON_PAGES = 2560
"""Columns of a line of a page that is learned from, at most: no line is longer on a page."""
SHARPER = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 6.0)
"""By what logits are multiplied, in turn."""
Line = tuple[NDArray[np.uint8], str, str]
"""Its pixels, what it says, and what befell it."""


def batches_of(lines: list[Line], rng: np.random.Generator) -> Iterator[list[Line]]:
    """The lines in batches of like width, in random order."""
    lines = sorted(lines, key=lambda n: n[0].shape[1] + rng.uniform(0, 24))
    batches, start = [], 0
    while start < len(lines):
        count = max(4, BATCH_COLUMNS // max(64, lines[start][0].shape[1]))
        batches.append(lines[start : start + count])
        start += count
    for b in rng.permutation(len(batches)):
        yield batches[b]


def lines_of_pages(folder: Path | None) -> list[Line]:
    """The lines of pages in a folder of shards; none without a folder."""
    shards = sorted(folder.glob("*.npz")) if folder else []
    return [n for p in shards for n in load(p, LONGEST_ON_PAGES)]


def again_and_again(folder: Path, rng: np.random.Generator) -> Iterator[list[Line]]:
    """Batches of the lines of pages in a folder without end, each time a little otherwise; shards
    that appear meanwhile are taken in.
    """
    if not any(folder.glob("*.npz")):
        raise SystemExit(f"no lines of pages in {folder}")
    while True:
        for batch in batches_of(lines_of_pages(folder), rng):
            yield [(_otherwise(pixels, rng), *said) for pixels, *said in batch]


def _otherwise(pixels: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """A line as another scan of the page might have it: somewhat broader or narrower, higher or
    lower, paler, softer, with other grain.
    """
    import cv2

    height, width = pixels.shape
    wide = max(8, round(width * rng.uniform(0.9, 1.1)))
    line = cv2.resize(pixels, (wide, height), interpolation=cv2.INTER_LINEAR)
    shift = np.float32([[1, 0, 0], [0, 1, rng.uniform(-1, 1)]])
    line = cv2.warpAffine(line, shift, (wide, height), borderMode=cv2.BORDER_REPLICATE)
    if rng.random() < 0.5:
        line = cv2.GaussianBlur(line, (0, 0), rng.uniform(0.3, 0.9))
    shade = 255 - (255 - line.astype(np.float32)) * rng.uniform(0.6, 1.15)
    shade += rng.normal(0, rng.uniform(0, 10), shade.shape)
    return np.clip(shade, 0, 255).astype(np.uint8)


@torch.no_grad()
def follow(mean: nn.Module, network: nn.Module, keep: float) -> None:
    """Moves the running mean of a network's weights: ``keep`` of it stays."""
    for own, new in zip(mean.state_dict().values(), network.state_dict().values(), strict=True):
        if own.is_floating_point():
            own.lerp_(new, 1 - keep)


def load(path: Path, longest: int = LONGEST) -> list[Line]:
    """The lines of a shard of ``make_lines.py`` that are not too long."""
    with np.load(path) as shard:
        pixels, ends = shard["pixels"], np.cumsum(shard["widths"])
        said = zip(shard["texts"].tolist(), shard["kinds"].tolist(), strict=True)
    starts = [0, *ends.tolist()]
    return [
        (pixels[:, a:b], t, k)
        for (a, b), (t, k) in zip(pairwise(starts), said, strict=True)
        if b - a <= longest
    ]


def tensors(batch: list[Line]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Lines side by side, padded with paper to a multiple of 32 columns; their classes; how many
    these are.
    """
    widest = -(-max(p.shape[1] for p, _, _ in batch) // 32) * 32
    lines = np.full((len(batch), 1, HEIGHT, widest), 255, np.uint8)
    for k, (pixels, _, _) in enumerate(batch):
        lines[k, 0, :, : pixels.shape[1]] = pixels
    classes = [[ALPHABET.index(c) + 1 for c in text] for _, text, _ in batch]
    tensor = (
        torch.from_numpy(lines).float().div_(127.5).sub_(1).to(memory_format=torch.channels_last)
    )
    flat = torch.tensor([k for line in classes for k in line])
    return tensor, flat, torch.tensor([len(c) for c in classes])


@torch.no_grad()
def measure(network: nn.Module, lines: list[Line]) -> str:
    """The share of kept lines without an error, and of characters that are wrong: of all, and by
    what befell them.
    """
    from rapidfuzz.distance import Levenshtein

    network.eval()
    ordered = sorted(lines, key=lambda n: n[0].shape[1])
    found: dict[str, list[tuple[bool, int, int]]] = {}
    for start in range(0, len(ordered), 24):
        batch = ordered[start : start + 24]
        best = network(tensors(batch)[0]).argmax(2).numpy()
        for row, (pixels, text, kind) in zip(best, batch, strict=True):
            row = row[: pixels.shape[1] // STEP + 2]
            said = "".join(
                ALPHABET[k - 1]
                for k, before in zip(row, [0, *row[:-1]], strict=True)
                if k and k != before
            )
            result = (said.strip() == text, Levenshtein.distance(said.strip(), text), len(text))
            for group in ("all", kind, *(["accented"] if set(text) & set(ACCENTED) else [])):
                found.setdefault(group, []).append(result)
    return "\n".join(
        f"  {group:13}{len(of):6} lines, right {np.mean([r for r, _, _ in of]):.4f}, "
        f"character errors {sum(e for _, e, _ in of) / sum(n for _, _, n in of):.5f}"
        for group, of in sorted(found.items())
    )


@torch.no_grad()
def sharpened(network: nn.Module, lines: list[Line]) -> float:
    """Makes a network as sure of the words that it reads as it is right about those that the
    lexicon has, and tells by what its logits were multiplied.

    One that learns from another's doubts, and from lines spoilt worse than most, is less sure than
    it is right.
    """
    network.eval()
    head = network.get_submodule("head")
    said = [(network(tensors([line])[0])[0].numpy(), line) for line in lines]
    best, least = 1.0, float("inf")
    for times in SHARPER:
        words = [w for logits, line in said for w in _words(times * logits, line)]
        scores, right = np.clip([s for s, _ in words], 1e-6, 1 - 1e-6), [r for _, r in words]
        loss = -float(np.log(np.where(right, scores, 1 - scores)).mean())
        if loss < least:
            best, least = times, loss
    for parameter in head.parameters():
        parameter.mul_(best)
    return best


def _words(logits: NDArray[np.float32], line: Line) -> Iterator[tuple[float, bool]]:
    """The words read in a line that the lexicon has, by their scores, and which are right."""
    pixels, text, _ = line
    _, found = seen(logits[: pixels.shape[1] // STEP + 2], ("", *ALPHABET))
    words = words_of(found)
    said = [spelt(w) for w in words]
    same = SequenceMatcher(None, said, text.split(" "), autojunk=False).get_matching_blocks()
    right = {k for start, _, count in same for k in range(start, start + count)}
    for k, word in enumerate(words):
        if is_known(said[k]):
            yield min(c.score for c in word), k in right


def write(network: nn.Module, target: Path) -> None:
    """The network as OpenVINO reads it, in half precision, with its characters."""
    ov = openvino()

    network.eval()
    example = torch.zeros(2, 1, HEIGHT, 128)
    shapes = {
        "lines": {
            0: torch.export.Dim("n", min=1, max=64),
            3: 32 * torch.export.Dim("w", min=1, max=64),
        }
    }
    onnx = target.with_suffix(".onnx")
    torch.onnx.export(network, (example,), onnx, dynamo=True, input_names=["lines"],
        output_names=["logits"],
                      dynamic_shapes=shapes, external_data=False, verbose=False)  # fmt: skip
    model = ov.Core().read_model(onnx)
    model.set_rt_info(ALPHABET, ["ocr_form4", "characters"])
    ov.save_model(model, target, compress_to_fp16=True)
