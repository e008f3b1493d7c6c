"""Write a network in bytes (INT8), and PP-OCR's recogniser cut down to the form's characters.

    python scripts/quantize.py reader --lines LINES                     # LINES as make_lines.py
    writes them
    python scripts/quantize.py reader --lines LINES --measure           # lines right, as it was and
    in bytes
    python scripts/quantize.py page --scans STUDY/scan --out FILE       # scans that may be learned
    from python scripts/quantize.py paddle [--published PP-OCR_rec_small.onnx]

``reader`` and ``page`` read ``weights/NAME.xml`` and write NAME-int8.xml and .bin by post-training
quantisation (NNCF). They are not what runs: docs/reader.md and docs/page.md say what they gain and
lose. How far the numbers inside reach is seen on lines or pages that may be learned from; shards of
seed 0 are kept apart to measure by. The same input gives the same bytes. Needs ``pip install -e
'.[study]'``.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from ocr_form4.pixels.paper import on_light_paper
from ocr_form4.readers import form, paddle
from ocr_form4.readers.ctc import lines_as_seen
from ocr_form4.readers.engine import openvino
from ocr_form4.readers.sight import framed
from ocr_form4.settings import Settings
from ocr_form4.stages.rasterize import open_document
from ocr_form4_models.page import Gray

WEIGHTS = Path(__file__).parent.parent / "models" / "ocr_form4_models" / "weights"
LONGEST = 800
"""Columns of the longest line that is looked at."""
RARE = 1e-4
"""The share of numbers at each end that may lie beyond the range of bytes: a few large ones must
not cost all.
"""


def main() -> None:
    arguments = _arguments()
    source = arguments.source or WEIGHTS / f"{arguments.network}.xml"
    target = arguments.out or WEIGHTS / f"{arguments.network}-int8.xml"
    if arguments.measure:
        for path in (source, target):
            print(
                f"{path.name}: "
                f"{_measured(path, _lines(arguments.lines, 's000-*', arguments.count))}"
            )
        return
    if arguments.network == "paddle":
        openvino().save_model(
            _published(arguments.published), WEIGHTS / "paddle.xml", compress_to_fp16=True
        )
        return
    model = openvino().Core().read_model(source)
    if arguments.network == "page":
        seen = _pages(arguments.scans, arguments.count)
    else:
        seen = [
            lines_as_seen([n], form.SHAPE)
            for n, _ in _lines(arguments.lines, "s*", arguments.count)
        ]
    _write(_in_bytes(model, seen), model, target)
    print(f"{target}: from {len(seen)} {'pages' if arguments.network == 'page' else 'lines'}")


def _in_bytes(model: Any, seen: Sequence[NDArray[Any]]) -> Any:
    """The model with the convolutions that take most of its time in bytes: those between the first
    and the last.

    What sees the picture itself, what looks around within a channel, weighs channels, looks along
    the line and tells characters apart stays as it is: it takes a tenth of the time, and loses
    most.
    """
    import nncf
    from nncf.quantization import advanced_parameters as advanced
    from nncf.quantization import range_estimator as ranges

    quantile = ranges.StatisticsCollectorParameters(
        statistics_type=ranges.StatisticsType.QUANTILE,
        aggregator_type=ranges.AggregatorType.MEAN,
        quantile_outlier_prob=RARE,
    )
    heavy = [
        o
        for o in model.get_ordered_ops()
        if o.get_type_name() in ("Convolution", "GroupConvolution", "MatMul")
    ]
    kept = [o.get_friendly_name() for o in heavy if not _is_inner(o)]
    return nncf.quantize(
        model,
        nncf.Dataset(list(seen)),
        preset=nncf.QuantizationPreset.MIXED,
        subset_size=len(seen),
        ignored_scope=nncf.IgnoredScope(names=kept),
        advanced_parameters=advanced.AdvancedQuantizationParameters(
            activations_range_estimator_params=ranges.RangeEstimatorParameters(
                min=quantile, max=quantile
            )
        ),
    )


def _is_inner(operation: Any) -> bool:
    """Whether an operation is one of the many in the middle: of a line reader those that mix
    channels, spot by spot; of the page network those of 3 x 3 spots.
    """
    if operation.get_type_name() != "Convolution":
        return False
    outer, inner, high, wide = operation.input(1).get_shape()
    if (high, wide) == (3, 3):
        return operation.get_input_partial_shape(0)[2].is_dynamic and min(outer, inner) >= 24
    rows = operation.get_input_partial_shape(0)[2]
    whole_line = rows.is_static and rows.get_length() == 1
    return (high, wide) == (1, 1) and inner >= 96 and not whole_line


def _write(quantized: Any, model: Any, target: Path) -> None:
    for name in ("characters", "maps"):
        if model.has_rt_info(["ocr_form4", name]):
            quantized.set_rt_info(
                str(model.get_rt_info(["ocr_form4", name]).value), ["ocr_form4", name]
            )
    quantized.set_rt_info(fingerprint(model), ["ocr_form4", "made_from"])
    openvino().save_model(quantized, target, compress_to_fp16=True)


def fingerprint(model: Any) -> str:
    """Tells the weights of a model apart from others, however they are stored."""
    constants = (o.data for o in model.get_ordered_ops() if o.get_type_name() == "Constant")
    of = sorted(
        hashlib.sha256(np.ascontiguousarray(d).tobytes()).hexdigest()
        for d in constants
        if d.dtype.kind == "f"
    )
    return hashlib.sha256("".join(of).encode()).hexdigest()[:16]


def _published(path: Path | None) -> Any:
    """PP-OCR's recogniser, its last layer cut down to the characters that can stand on the form.

    "4" never becomes a Chinese numeral then, and it is faster by a third. ``path`` is a file of the
    rapidocr package; without one, that of the package that is installed.
    """
    ov = openvino()
    model = ov.Core().read_model(path or _in_rapidocr())
    alphabet = str(model.get_rt_info(["framework", "character"]).value).split("\n")
    classes = ["", *alphabet, " "]  # CTC blank first, the space last, as PP-OCR trains it
    keep = (
        [0]
        + [k for k, c in enumerate(classes) if c and c in paddle.CHARACTERS]
        + [len(classes) - 1]
    )
    head = next(op for op in reversed(model.get_ordered_ops()) if op.get_type_name() == "MatMul")
    weights = head.input_value(1).get_node().get_data()
    bias = (
        next(iter(head.output(0).get_target_inputs()))
        .get_node()
        .input_value(1)
        .get_node()
        .get_data()
    )
    kept = np.ascontiguousarray(weights[:, keep], dtype=np.float32)
    logits = ov.opset13.matmul(head.input_value(0), ov.opset13.constant(kept), False, False)
    logits = ov.opset13.add(logits, ov.opset13.constant(np.asarray(bias[keep], dtype=np.float32)))
    cut_down = ov.Model([logits.output(0)], model.get_parameters(), "paddle")
    cut_down.set_rt_info("".join(classes[k] for k in keep[1:]), ["ocr_form4", "characters"])
    return cut_down


def _in_rapidocr() -> Path:
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise SystemExit("--published FILE, or pip install 'rapidocr>=3.10,<4'")
    return min((Path(spec.origin).parent / "models").glob("*_rec_*.onnx"))


def _lines(folder: Path, which: str, count: int) -> list[tuple[Gray, str]]:
    """Lines and what they say, ``count`` of them evenly over the shards; seed 0 only where it is
    asked for.
    """
    found = []
    for path in sorted(
        p for p in folder.glob(which + ".npz") if "000-" in which or not p.name.startswith("s000-")
    ):
        with np.load(path) as shard:
            ends = np.cumsum(shard["widths"])
            at = pairwise([0, *ends.tolist()])
            pixels, texts = shard["pixels"], shard["texts"].tolist()
            found += [
                (pixels[:, a:b], t) for (a, b), t in zip(at, texts, strict=True) if b - a <= LONGEST
            ]
    return found[:: max(1, len(found) // count)][:count]


def _documents(scans: Path) -> list[Path]:
    files = sorted(f for f in scans.rglob("*") if f.is_file())
    if not files:
        raise SystemExit(f"{scans}: no scans")
    return files


def _pages(scans: Path, count: int) -> list[NDArray[np.uint8]]:
    """Scans' pages as the page network gets them."""
    found: list[NDArray[np.uint8]] = []
    for file in _documents(scans):
        with open_document(file, Settings()) as document:
            found += [
                framed(on_light_paper(image.pixels), image.dpi)[0] for image in document.pages()
            ]
        if len(found) >= count:
            break
    return found[:count]


def _measured(path: Path, lines: Sequence[tuple[Gray, str]]) -> str:
    """The share of lines that a reader reads without an error, spelling aside, and of characters
    that are wrong.
    """
    from rapidfuzz.distance import Levenshtein

    model = openvino().Core().read_model(path)
    known = str(model.get_rt_info(["ocr_form4", "characters"]).value)
    request = (
        openvino()
        .Core()
        .compile_model(model, "CPU", {"INFERENCE_NUM_THREADS": 1})
        .create_infer_request()
    )
    right, wrong, length = 0, 0, 0
    for pixels, text in lines:
        best = request.infer([lines_as_seen([pixels], form.SHAPE)])[0][0].argmax(1)[
            : pixels.shape[1] // 4 + 2
        ]
        said = "".join(
            known[k - 1]
            for k, before in zip(best, [0, *best[:-1]], strict=True)
            if k and k != before
        )
        errors = Levenshtein.distance(said.strip(), text)
        right, wrong, length = right + (errors == 0), wrong + errors, length + len(text)
    return (
        f"{len(lines)} lines, right {right / len(lines):.4f}, character errors {wrong / length:.5f}"
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("network", choices=("reader", "paddle", "page"))
    parser.add_argument("--lines", type=Path, help="folder of shards")
    parser.add_argument(
        "--scans", type=Path, help="folder of scans of filings that may be learned from"
    )
    parser.add_argument("--published", type=Path, help="rapidocr's PP-OCR*_rec_small.onnx")
    parser.add_argument(
        "--from", dest="source", type=Path, help="the network as trained; default weights/NAME.xml"
    )
    parser.add_argument("--out", type=Path, help="default weights/NAME-int8.xml")
    parser.add_argument("--count", type=int, default=300, help="lines or pages")
    parser.add_argument("--measure", action="store_true", help="only measure, on lines of seed 0")
    arguments = parser.parse_args()
    needed = {"reader": arguments.lines, "page": arguments.scans, "paddle": True}[arguments.network]
    if not needed:
        parser.error("reader wants --lines, page --scans, to see how far the numbers inside reach")
    return arguments


if __name__ == "__main__":
    main()
