"""A lean line reader: plain convolutions that fold their normalisation and run with their ReLU, so
that any processor runs them near its peak.

Two-dimensional while height matters (16, 8, 4 rows), then the rows are folded into channels and the
rest goes along the line; one step for four pixels, as ``LineNetwork`` has it. 0.3 million
multiplications a column of pixels; ``LineNetwork`` needs 1.9.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from linereader.network import ALPHABET, HEIGHT

ROWS = (24, 48, 80)
"""Channels at 16, 8 and 4 rows."""
MORE = (0, 1, 1)
"""Further convolutions there."""
WIDTH = 192
"""Channels along the line."""
ALONG = 4
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
