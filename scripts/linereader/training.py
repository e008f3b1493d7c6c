"""What the line reader and the lean one are trained with: lines, batches of them, the running mean
of the weights, and how well lines are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from linereader.network import ACCENTED, ALPHABET, HEIGHT, STEP
from ocr_form4.readers.engine import openvino

BATCH_COLUMNS = 9000
"""Columns of pixels in a batch: many short lines or few long ones."""
LONGEST = 800
"""Columns of pixels of a line that is learned from, at most."""
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
