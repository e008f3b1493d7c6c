"""PP-OCR's recogniser, from the model file that the rapidocr package carries.

rapidocr's own call pads every crop to 320 pixels and chooses among 18,710 characters. Here a crop is no wider than it
needs to be, and the last layer is cut down to the characters that can stand on the form: faster, and "4" never
becomes a Chinese numeral. Source of the network: PP-OCR (PaddleOCR), https://github.com/PaddlePaddle/PaddleOCR.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np

from ocr_form4.errors import MissingProgram
from ocr_form4.readers.ctc import CtcReader, LineShape
from ocr_form4.readers.engine import openvino

SHAPE = LineShape(
    height=48,
    widths=(48, 80, 112, 160, 224, 288, *range(352, 1185, 64), 1600),
    batch_columns=768,
    longest=1100,
    beyond=0.0,
    channels=3,
)
CHARACTERS = "".join(chr(c) for c in range(33, 127)) + "§©®™°–—‘’“”•½¼¾"


class PaddleReader(CtcReader):
    """PP-OCR as published."""

    def __init__(self) -> None:
        ov = openvino()
        ops = ov.opset13
        model = ov.Core().read_model(_model_path())
        alphabet = str(model.get_rt_info(["framework", "character"]).value).split("\n")
        classes = ["", *alphabet, " "]  # CTC blank first, the space last, as PP-OCR trains it
        keep = [0] + [k for k, c in enumerate(classes) if c and c in CHARACTERS] + [len(classes) - 1]
        head = next(op for op in reversed(model.get_ordered_ops()) if op.get_type_name() == "MatMul")
        weights = head.input_value(1).get_node().get_data()
        bias = next(iter(head.output(0).get_target_inputs())).get_node().input_value(1).get_node().get_data()
        kept = np.ascontiguousarray(weights[:, keep], dtype=np.float32)
        logits = ops.matmul(head.input_value(0), ops.constant(kept), False, False)
        logits = ops.add(logits, ops.constant(np.asarray(bias[keep], dtype=np.float32)))
        cut_down = ov.Model([logits.output(0)], model.get_parameters(), "paddle")
        super().__init__("paddle", cut_down, [classes[k] for k in keep], SHAPE)


def _model_path() -> Path:
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise MissingProgram("the Python package rapidocr", "python3-pip, then pip install rapidocr")
    found = sorted((Path(spec.origin).parent / "models").glob("*_rec_*.onnx"))
    if not found:
        raise MissingProgram("rapidocr's recognition model", "python3-pip, then pip install 'rapidocr>=3.10,<4'")
    return found[0]
