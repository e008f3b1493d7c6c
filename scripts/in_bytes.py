"""Steps by which a network's convolutions see bytes, and weigh them by bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr_form4.readers.engine import openvino

STEPS, WEIGHT_STEPS = 255, 127
"""Of a byte, from the least number to the most; of a weight, from 0 to either side."""


def constant(node: Any) -> NDArray[np.float32]:
    """The numbers of a constant, which may be stored in half precision."""
    source = node.input_value(0).get_node() if node.get_type_name() == "Convert" else node
    return np.asarray(source.data, np.float32)


def weigh_in_bytes(convolution: Any, weights: NDArray[np.float32]) -> None:
    """Has a convolution weigh by ``weights`` in equal steps, for each channel that comes out."""
    op = openvino().opset13
    unit = np.abs(weights).max(axis=(1, 2, 3), keepdims=True) / WEIGHT_STEPS
    rounded = op.constant(np.round(weights / unit).astype(np.int8))
    whole = op.multiply(op.convert(rounded, "f32"), op.constant(unit))
    convolution.input(1).replace_source_output(whole.output(0))
