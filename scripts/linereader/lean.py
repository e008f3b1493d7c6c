"""A lean line reader: plain convolutions that fold their normalisation and run with their ReLU, so
that any processor runs them near its peak.

Two-dimensional while height matters (16, 8, 4 rows), then the rows are folded into channels and the
rest goes along the line; one step for four pixels, as ``LineNetwork`` has it. 0.3 million
multiplications a column of pixels; ``LineNetwork`` needs 1.9.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from linereader.network import ALPHABET, HEIGHT, UNLIKELY, constants_of

ROWS = (24, 48, 80)
"""Channels at 16, 8 and 4 rows."""
MORE = (0, 1, 1)
"""Further convolutions there."""
WIDTH = 192
"""Channels along the line."""
ALONG = 6
"""Convolutions along the line; one sees three steps."""


class _Unit(nn.Module):
    """Convolution, batch normalisation, ReLU; with ``skip`` what came in is added before the
    ReLU.
    """

    def __init__(
        self,
        inner: int,
        outer: int,
        kernel: tuple[int, int] = (3, 3),
        stride: tuple[int, int] = (1, 1),
        *,
        pad: bool = True,
        skip: bool = False,
    ) -> None:
        super().__init__()
        padding = (kernel[0] // 2, kernel[1] // 2) if pad else (0, 0)
        self.conv = nn.Conv2d(inner, outer, kernel, stride, padding, bias=False)
        self.norm = nn.BatchNorm2d(outer)
        self.skip = skip

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(self.conv(x))
        return functional.relu(y + x if self.skip else y)


class LeanNetwork(nn.Module):
    """Lines, float (n, 1, HEIGHT, width), -1 ink ... 1 paper, to logits (n, width / 4, 1 +
    len(ALPHABET)).
    """

    def __init__(self) -> None:
        super().__init__()
        units: list[nn.Module] = []
        inner = 1
        for k, (channels, more) in enumerate(zip(ROWS, MORE, strict=True)):
            units.append(_Unit(inner, channels, stride=(2, 2) if k < 2 else (2, 1)))
            units += [_Unit(channels, channels, skip=True) for _ in range(more)]
            inner = channels
        self.rows = nn.Sequential(*units)
        self.fold = _Unit(inner, WIDTH, (HEIGHT >> len(ROWS), 1), pad=False)
        self.along = nn.Sequential(*[_Unit(WIDTH, WIDTH, (1, 3), skip=True) for _ in range(ALONG)])
        self.head = nn.Conv2d(WIDTH, 1 + len(ALPHABET), 1)

    def forward(self, lines: Tensor) -> Tensor:
        seen = self.along(self.fold(self.rows(lines)))
        logits: Tensor = self.head(seen).squeeze(2).transpose(1, 2)
        return logits


@torch.no_grad()
def shipped_lean(path: Path) -> LeanNetwork:
    """The network with the weights of a captions.xml that ``train_lean.py`` wrote.

    The normalisations stand in the convolutions before them, in the file, and become none. Where
    the file has fewer convolutions along the line, the last ones begin by changing nothing.
    """
    constants, rows, unknown = constants_of(path)
    network = LeanNetwork()
    for name, unit in network.named_modules():
        if not isinstance(unit, _Unit):
            continue
        if f"{name}.conv.weight" not in constants:
            nn.init.zeros_(unit.norm.weight)
            continue
        weight, bias = (constants[f"{name}.conv.{k}"] for k in ("weight", "weight_bias"))
        unit.conv.weight.copy_(torch.from_numpy(weight))
        unit.norm.weight.fill_((1 + unit.norm.eps) ** 0.5)
        unit.norm.bias.copy_(torch.from_numpy(bias.reshape(-1)))
    network.head.weight.copy_(torch.from_numpy(constants["head.weight"][rows]))
    bias = torch.from_numpy(constants["head.bias"].reshape(-1)[rows])
    bias[unknown] -= UNLIKELY
    network.head.bias = nn.Parameter(bias)
    return network
