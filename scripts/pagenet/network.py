"""The page network: a U-Net of plain 3x3 convolutions over the gray page at 150 dpi.

Nothing is computed above 37.5 dpi: the stem takes 8x8 pixels at stride 4, and the maps, at 75 dpi,
are put together by a pixel shuffle. Plain convolutions train on a processor and are what half
precision is fast at; separable ones are neither. After Ronneberger et al., U-Net, 2015, and Shi et
al., sub-pixel convolution, 2016.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import nn
from torch.nn import functional

from ocr_form4.readers.engine import openvino

MAPS = ("across", "down", "core", "text", "foreign")
"""What the network answers, logits at 75 dpi: rulings across and down, the cores of lines of text
(from the base line to the height of small letters), text ink, ink that is none of the form's.
"""
CHANNELS = (24, 32, 64, 64)
"""At 37.5, 18.75, 9.4 and 4.7 dpi."""


class _Residual(nn.Module):
    def __init__(self, n: int, dilation: int = 1) -> None:
        super().__init__()
        self.c = nn.Sequential(
            nn.Conv2d(n, n, 3, 1, dilation, dilation, bias=False), nn.BatchNorm2d(n)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return functional.relu(x + self.c(x))


class _Up(nn.Module):
    def __init__(self, i: int, o: int) -> None:
        super().__init__()
        self.pre = nn.Sequential(nn.Conv2d(i, o, 1, bias=False), nn.BatchNorm2d(o))
        self.block = _Residual(o)

    def forward(self, x: torch.Tensor, skip: torch.Tensor) -> torch.Tensor:
        grown = functional.interpolate(self.pre(x), scale_factor=2.0, mode="nearest")
        return self.block(functional.relu(grown + skip))


def _down(i: int, o: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(i, o, 3, 2, 1, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True)
    )


class PageNetwork(nn.Module):
    """(n, 1, H, W) in 0 (ink) ... 1 (paper), H and W multiples of 32, to logits (n, len(MAPS), H /
    2, W / 2).
    """

    def __init__(self) -> None:
        super().__init__()
        c = CHANNELS
        self.stem = nn.Sequential(
            nn.Conv2d(1, c[0], 8, 4, 2, bias=False), nn.BatchNorm2d(c[0]), nn.ReLU(inplace=True)
        )
        dilations = ((1,), (1, 2), (1, 2), (1, 2, 4))
        self.e = nn.ModuleList(
            _Residual(n, *d) if len(d) == 1 else nn.Sequential(*(_Residual(n, k) for k in d))
            for n, d in zip(c, dilations, strict=True)
        )
        self.d = nn.ModuleList(_down(c[i], c[i + 1]) for i in range(3))
        self.u = nn.ModuleList(_Up(c[3 - i], c[2 - i]) for i in range(3))
        self.maps = nn.Sequential(nn.Conv2d(c[0], 4 * len(MAPS), 1), nn.PixelShuffle(2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.stem(x)
        skips = []
        for i in range(4):
            x = self.e[i](x)
            if i < 3:
                skips.append(x)
                x = self.d[i](x)
        for i, up in enumerate(self.u):
            x = up(x, skips[2 - i])
        return self.maps(x)


class _Exported(nn.Module):
    """What is shipped takes bytes and gives bytes: gray pages in, maps from 0 (not there) to 255
    (surely) out.
    """

    def __init__(self, network: PageNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(self, page: torch.Tensor) -> torch.Tensor:
        return (self.network(page.float() / 255).sigmoid() * 255 + 0.5).to(torch.uint8)


def load(path: Path) -> PageNetwork:
    """A network with the weights of a checkpoint; what a checkpoint holds besides is left out."""
    network = PageNetwork()
    held = torch.load(path, map_location="cpu", weights_only=True)
    network.load_state_dict({k: held[k] for k in network.state_dict()})
    return network


def export(network: PageNetwork, path: Path) -> None:
    """Write the network for OpenVINO: .xml and .bin, weights in half precision, pages of any
    size.
    """
    ov = openvino()
    example = torch.zeros((1, 1, 1664, 1280), dtype=torch.uint8)
    model = ov.convert_model(_Exported(network.eval()), example_input=example, input=[1, 1, -1, -1])
    model.inputs[0].tensor.set_names({"page"})
    model.outputs[0].tensor.set_names({"maps"})
    model.set_rt_info(" ".join(MAPS), ["ocr_form4", "maps"])
    ov.save_model(model, path, compress_to_fp16=True)
