"""The page network in bytes (INT8), as it runs.

All convolutions but the first and the last see bytes and weigh by bytes, and what a block adds to
its own input is bytes as well. Each is shown numbers from 0, as all come from a relu, to the end
below which nearly all of them lie.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from in_bytes import STEPS, constant, weigh_in_bytes
from ocr_form4.pixels.paper import on_light_paper
from ocr_form4.readers.engine import openvino
from ocr_form4.readers.sight import framed
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document

_SHOWN = 0.9999
"""Of the numbers that a convolution is shown on a page, those that lie below the end."""
_EVERY, _MOST = 7, 4_000_000
"""Of these numbers every seventh is looked at, and no more than so many of a page."""
Page = NDArray[np.uint8]
"""A first page as the network gets it, shape (1, 1, height, width)."""


def first_pages(scans: Path, count: int) -> list[Page]:
    """The first pages of ``count`` of a folder's documents, by name, every second one."""
    pages: list[Page] = []
    for file in sorted(f for f in scans.iterdir() if f.is_file())[::2][:count]:
        with open_document(file, Settings()) as document:
            image = next(iter(document.pages()))
            pages.append(framed(on_light_paper(image.pixels), image.dpi)[0])
    return pages


def put_in_bytes(model: Any, pages: Sequence[Page]) -> int:
    """Has the page network's convolutions work in bytes, as ``pages`` show that they may; gives how
    many do.
    """
    op = openvino().opset13
    convolutions = [o for o in model.get_ordered_ops() if o.get_type_name() == "Convolution"][1:-1]
    for convolution, most in zip(convolutions, _ends(model, convolutions, pages), strict=True):
        shown = convolution.input_value(0)
        ends = [op.constant(np.float32(end)) for end in (0, most)]
        in_bytes = op.fake_quantize(shown, *ends, *ends, STEPS + 1)
        beside = [use for use in shown.get_target_inputs() if _adds_to(use.get_node(), convolution)]
        for use in (convolution.input(0), *beside):
            use.replace_source_output(in_bytes.output(0))
        weigh_in_bytes(convolution, constant(convolution.input_value(1).get_node()))
    model.validate_nodes_and_infer_types()
    return len(convolutions)


def _adds_to(node: Any, convolution: Any) -> bool:
    """Whether a node adds something to what comes out of a convolution with its bias."""
    added = [node.input_value(k).get_node() for k in range(node.get_input_size())]
    return node.get_type_name() == "Add" and any(
        a.get_type_name() == "Add" and a.input_value(0).get_node() == convolution for a in added
    )


def _ends(model: Any, convolutions: Sequence[Any], pages: Sequence[Page]) -> list[float]:
    """For each convolution the end of what it is shown: the largest over the pages."""
    ov = openvino()
    shown = [ov.opset13.result(o.input_value(0)) for o in convolutions]
    looked_into = ov.Model(shown, model.get_parameters(), "shown")
    compiled = ov.Core().compile_model(looked_into, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    most = np.zeros(len(convolutions))
    for page in pages:
        numbers = (n.ravel()[::_EVERY][:_MOST] for n in compiled([page]).values())
        most = np.maximum(most, [np.quantile(n, _SHOWN) for n in numbers])
    return [float(m) for m in most]
