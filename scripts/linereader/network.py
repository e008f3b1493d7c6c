"""PP-OCR's small recogniser as a torch module, with its published weights, changed for lines of
this form.

What is changed: the input is 32 pixels high instead of 48 (less than half the work), the last
pooling keeps every column (four pixels a step instead of eight, so that "ll" and "11" in small
print stay two), and the last layer knows only the characters of ``ALPHABET``: print, and footnote
marks raised above it. Source of the weights and of the architecture: PP-OCR (PaddleOCR, Apache
License 2.0), as the rapidocr package carries them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ocr_form4.readers.engine import openvino

ACCENTED = "".join(chr(c) for c in range(0xC0, 0x100) if chr(c) not in "ÐÞ×ðþ÷") + "ŠšŽžŒœŁłČčĆć"
"""Letters of names: those of Latin-1, and some of its neighbours."""
PRINT = " " + "".join(chr(c) for c in range(33, 127)) + "§©®™°–—‘’“”•½¼¾€£" + ACCENTED
RAISED = {"⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8",
"⁹": "9",
          "⁽": "(", "⁾": ")"}  # fmt: skip
"""Characters of footnote marks that stand above the line, and the print they look like."""
ALPHABET = PRINT + "".join(RAISED)
"""Class 0 of the network is CTC's blank; class k is ``ALPHABET[k - 1]``."""
HEIGHT = 32
STEP = 4
"""Pixels of width for one step of the output."""
UNLIKELY = 4.0
"""By how much the logit of a new character begins below that of its plain letter, until it is
learnt.
"""


def _pointwise(inner: int, outer: int) -> nn.Conv2d:
    return nn.Conv2d(inner, outer, 1)


class _Weigh(nn.Module):
    """Squeeze and excitation: channels weighed by the whole line."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.down, self.up = _pointwise(width, width // 4), _pointwise(width // 4, width)

    def forward(self, x: Tensor) -> Tensor:
        mean = x.mean((2, 3), keepdim=True)
        return x * functional.hardsigmoid(self.up(functional.relu(self.down(mean))))


class _Mix(nn.Module):
    """A depthwise look around, perhaps weighed, and a mix of channels in two layers beside it, with
    ``expansion`` times the channels between them.
    """

    def __init__(self, width: int, weighed: bool, expansion: int) -> None:
        super().__init__()
        between = expansion * width
        self.around = nn.Conv2d(width, width, 3, padding=1, groups=width)
        self.weigh = _Weigh(width) if weighed else nn.Identity()
        self.wide, self.narrow = _pointwise(width, between), _pointwise(between, width)

    def parts(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """What goes past the mix, and what stands between its layers."""
        past = self.weigh(self.around(x))
        return past, functional.gelu(self.wide(past))

    def forward(self, x: Tensor) -> Tensor:
        past, between = self.parts(x)
        return past + self.narrow(between)


class _Shrink(nn.Module):
    """Half the height, more channels."""

    def __init__(self, inner: int, outer: int, expansion: int) -> None:
        super().__init__()
        between = expansion * inner
        self.around = nn.Conv2d(inner, inner, 3, (2, 1), 1, groups=inner)
        self.wide, self.narrow = _pointwise(inner, between), _pointwise(between, outer)

    def parts(self, x: Tensor) -> tuple[float, Tensor]:
        """Nothing goes past; what stands between the layers."""
        return 0.0, functional.gelu(self.wide(self.around(x)))

    def forward(self, x: Tensor) -> Tensor:
        return self.narrow(self.parts(x)[1])


class _Attend(nn.Module):
    """One transformer block over the steps of a line."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.before, self.between = nn.LayerNorm(width, 1e-6), nn.LayerNorm(width, 1e-6)
        self.ask, self.tell = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        n, steps, width = x.shape
        q, k, v = (
            self.ask(self.before(x)).reshape(n, steps, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        )
        seen = torch.softmax((q * (width // self.heads) ** -0.5) @ k.transpose(2, 3), dim=3) @ v
        x = x + self.tell(seen.transpose(1, 2).reshape(n, steps, width))
        return x + self.narrow(functional.silu(self.wide(self.between(x))))


class _Normed(nn.Module):
    """Convolution, batch normalisation with the published statistics held fast, and swish."""

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        self.conv, self.norm = conv, nn.BatchNorm2d(conv.out_channels)

    def forward(self, x: Tensor) -> Tensor:
        return functional.silu(self.norm(self.conv(x)))


class LineNetwork(nn.Module):
    """Lines, float (n, 1, HEIGHT, width), -1 ink ... 1 paper, to logits (n, width / STEP, 1 +
    len(ALPHABET)).

    ``expansion`` is 2 in PP-OCR; with 1 the work is three fifths (``narrowed``).
    """

    def __init__(self, expansion: int = 2) -> None:
        super().__init__()
        k = expansion
        self.stem = nn.ModuleList(
            [nn.Conv2d(3, 48, 3, 2, 1), nn.Conv2d(48, 24, 2), nn.Conv2d(24, 48, 2), nn.Conv2d(96,
             48, 3, 2, 1),
             _pointwise(48, 96)]
        )  # fmt: skip
        self.body = nn.Sequential(
            _Mix(96, True, k), _Mix(96, False, k), _Mix(96, False, k),
            _Shrink(96, 192, k),
            _Mix(192, True, k), _Mix(192, False, k), _Mix(192, True, k), _Mix(192, False, k),
            _Mix(192, True, k), _Mix(192, False, k),
            _Shrink(192, 384, k), _Mix(384, True, k), _Mix(384, False, k),
        )  # fmt: skip
        self.beside = _Normed(nn.Conv2d(384, 120, 1, bias=False))
        self.into = _Normed(nn.Conv2d(384, 120, 1, bias=False))
        self.along = _Normed(nn.Conv2d(120, 120, (1, 7), padding=(0, 3), groups=120, bias=False))
        self.attend = nn.Sequential(_Attend(120, 8), _Attend(120, 8), nn.LayerNorm(120, 1e-6))
        self.head = nn.Linear(120, 1 + len(ALPHABET))
        self.pooled = HEIGHT // 16

    def begun(self, lines: Tensor) -> Tensor:
        """What the body sees of lines."""
        first, second, third, joined, last = self.stem
        x = functional.relu(first(lines.expand(-1, 3, -1, -1)))
        padded = functional.pad(x, (0, 1, 0, 1))
        y = functional.relu(second(padded))
        y = functional.relu(third(functional.pad(y, (0, 1, 0, 1))))
        # after a relu, 0 pads as -inf would
        pooled = functional.max_pool2d(functional.pad(x, (0, 1, 0, 1)), 2, 1)
        x = functional.relu(joined(torch.cat([pooled, y], 1)))
        began: Tensor = functional.relu(last(x))
        return began

    def forward(self, lines: Tensor) -> Tensor:
        x = self.body(self.begun(lines))
        x = functional.avg_pool2d(x, (self.pooled, 1))
        y = self.into(x)
        y = (y + self.along(y)).squeeze(2).transpose(1, 2)
        return self.head(self.attend(y) + self.beside(x).squeeze(2).transpose(1, 2))

    def train(self, mode: bool = True) -> LineNetwork:
        super().train(mode)
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.eval()
        return self


def published(path: Path) -> LineNetwork:
    """The network with PP-OCR's weights; characters that it writes on the line lend theirs to the
    raised ones.
    """
    import onnx
    from onnx import numpy_helper

    graph = onnx.load(str(path))
    arrays = {i.name: numpy_helper.to_array(i) for i in graph.graph.initializer}
    for node in graph.graph.node:
        if node.op_type == "Constant":
            arrays[node.output[0]] = numpy_helper.to_array(node.attribute[0].t)
    characters = next(p.value for p in graph.metadata_props if p.key == "character").split("\n")
    network = LineNetwork()
    with torch.no_grad():
        _fill_convolutions(network, graph.graph.node, arrays)
        _fill_attention(network, arrays)
        classes = {c: k + 1 for k, c in enumerate(characters)}
        rows = [0] + [classes.get(RAISED.get(c, c), len(characters) + 1) for c in ALPHABET]
        network.head.weight.copy_(torch.from_numpy(arrays["linear_8.w_0"][:, rows].T.copy()))
        network.head.bias.copy_(torch.from_numpy(arrays["linear_8.b_0"][rows].copy()))
        network.head.bias[-len(RAISED) :] -= 2.0  # until it has learnt to tell them
    return network


def plain_letter(character: str) -> str:
    """The character without its accent: e of é, O of Ø; one that has none is its own."""
    without = {
        "Ø": "O",
        "ø": "o",
        "Ł": "L",
        "ł": "l",
        "ß": "B",
        "Æ": "E",
        "æ": "e",
        "Œ": "E",
        "œ": "e",
        "€": "C",
        "£": "E",
    }
    return without.get(character) or unicodedata.normalize("NFD", character)[0]


def shipped(path: Path) -> LineNetwork:
    """The network with the weights of a reader.xml that ``train_reader.py`` wrote; constants are
    known by their names.

    A character that the file does not know begins as its plain letter, less likely by far; all
    others are kept.

    Where the export took a normalisation into the convolution before it, the normalisation becomes
    none; matrices that it turned over and named anew stand in the order of the graph.
    """
    constants, rows, unknown = constants_of(path)
    matrices = [
        torch.from_numpy(a.T.copy())
        for n, a in constants.items()
        if n.startswith("val_") and a.ndim == 2
    ]
    network = LineNetwork(constants["body.0.wide.weight"].shape[0] // 96)
    state = network.state_dict()
    for name, target in state.items():
        if name == "head.bias":
            target.copy_(torch.from_numpy(constants[name].reshape(-1)[rows]))
            target[unknown] -= UNLIKELY
        elif name in constants:
            target.copy_(torch.from_numpy(constants[name]).reshape(target.shape))
        elif name.endswith("weight") and target.ndim == 2:
            matrix = matrices.pop(0)
            target.copy_(matrix[rows] if name == "head.weight" else matrix)
    for normed, name in ((network.beside, "beside"), (network.along, "along")):
        if f"{name}.conv.weight_bias" in constants:
            state[f"{name}.norm.weight"].fill_((1 + normed.norm.eps) ** 0.5)
            state[f"{name}.norm.bias"].copy_(
                torch.from_numpy(constants[f"{name}.conv.weight_bias"])
            )
    network.load_state_dict(state)
    return network


def constants_of(path: Path) -> tuple[dict[str, NDArray[np.float32]], list[int], list[int]]:
    """The constants of a network's file by name; for each class of ``ALPHABET`` the file's class
    that it begins as, for a character that the file does not know that of its plain letter; and the
    classes of these.
    """
    model = openvino().Core().read_model(path)
    known = str(model.get_rt_info(["ocr_form4", "characters"]).value)
    rows = [0] + [1 + known.index(c if c in known else plain_letter(c)) for c in ALPHABET]
    constants = {
        o.get_friendly_name().removesuffix("_compressed"): np.asarray(o.data, np.float32)
        for o in model.get_ordered_ops()
        if o.get_type_name() == "Constant"
    }
    return constants, rows, [k + 1 for k, c in enumerate(ALPHABET) if c not in known]


@torch.no_grad()
def narrowed(network: LineNetwork, lines: Tensor) -> LineNetwork:
    """The network with half as many channels between the two layers of each mix: of every two the
    one that tells more on ``lines``, by the mean square of what it adds to the layer behind, which
    is fitted anew (least squares, mix by mix) so that what comes out is what came out before.
    """
    half = LineNetwork(1)
    own = half.state_dict()
    own.update({k: v for k, v in network.state_dict().items() if own[k].shape == v.shape})
    half.load_state_dict(own)
    whole_sees = half_sees = network.begun(lines)
    for whole, lean in zip(network.body, half.body, strict=True):
        between = whole.parts(whole_sees)[1]
        tells = between.square().mean((0, 2, 3)) * whole.narrow.weight.square().sum((0, 2, 3))
        best = tells.topk(len(tells) // 2).indices.sort().values
        lean.wide.weight.copy_(whole.wide.weight[best])
        lean.wide.bias.copy_(whole.wide.bias[best])
        whole_sees = whole(whole_sees)
        past, between = lean.parts(half_sees)
        wanted = whole_sees - past
        seen = between.transpose(0, 1).flatten(1)
        seen = torch.cat([seen, torch.ones(1, seen.shape[1])]).double()
        square = seen @ seen.T
        square += 1e-4 * square.diag().mean() * torch.eye(len(square))
        fitted = torch.linalg.solve(square, seen @ wanted.transpose(0, 1).flatten(1).double().T)
        lean.narrow.weight.copy_(fitted[:-1].T[:, :, None, None])
        lean.narrow.bias.copy_(fitted[-1])
        half_sees = lean(half_sees)
    return half


def _fill_convolutions(network: LineNetwork, nodes: object, arrays: dict[str, np.ndarray]) -> None:
    """Copies weights in the order of the graph, which is the order of the module's own
    convolutions.
    """
    biases = {n.input[0]: n.input[1] for n in nodes if n.op_type == "Add" and len(n.input) == 2}
    norms = {n.input[0]: n.input[1:] for n in nodes if n.op_type == "BatchNormalization"}
    convolutions = [n for n in nodes if n.op_type == "Conv"]
    ours = list(_in_graph_order(network))
    if len(ours) != len(convolutions):
        raise ValueError(f"the network has {len(ours)} convolutions, the file {len(convolutions)}")
    for (conv, norm), node in zip(ours, convolutions, strict=True):
        conv.weight.copy_(torch.from_numpy(arrays[node.input[1]].copy()))
        if norm is None:
            conv.bias.copy_(torch.from_numpy(arrays[biases[node.output[0]]].reshape(-1).copy()))
            continue
        names = norms[node.output[0]]
        for target, name in zip(
            (norm.weight, norm.bias, norm.running_mean, norm.running_var), names, strict=True
        ):
            target.copy_(torch.from_numpy(arrays[name].copy()))


def _in_graph_order(network: LineNetwork) -> Iterator[tuple[nn.Conv2d, nn.BatchNorm2d | None]]:
    for module in (network.stem, network.body):
        for conv in module.modules():
            if isinstance(conv, nn.Conv2d):
                yield conv, None
    for normed in (network.beside, network.into, network.along):
        yield normed.conv, normed.norm


def _fill_attention(network: LineNetwork, arrays: dict[str, np.ndarray]) -> None:
    def copy(linear: nn.Linear, name: str) -> None:
        linear.weight.copy_(torch.from_numpy(arrays[f"{name}.w_0"].T.copy()))
        linear.bias.copy_(torch.from_numpy(arrays[f"{name}.b_0"].copy()))

    blocks = list(network.attend)[:2]
    for k, block in enumerate(blocks):
        for linear, offset in ((block.ask, 0), (block.tell, 1), (block.wide, 2), (block.narrow, 3)):
            copy(linear, f"linear_{4 * k + offset}")
    norms = [n for block in blocks for n in (block.before, block.between)] + [network.attend[2]]
    for k, norm in enumerate(norms):
        norm.weight.copy_(torch.from_numpy(arrays[f"helper.reshape.{2 * k}"].copy()))
        norm.bias.copy_(torch.from_numpy(arrays[f"helper.reshape.{2 * k + 1}"].copy()))
