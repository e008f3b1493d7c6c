"""Write the networks in bytes (INT8), as they run.

    python scripts/quantize.py reader --lines LINES             # LINES as make_lines.py writes them
    python scripts/quantize.py captions --lines LINES
    python scripts/quantize.py paddle --lines LINES
    python scripts/quantize.py reader --lines LINES --measure   # lines right, as trained and so
    python scripts/quantize.py page --scans STUDY/scan          # scans by hands to learn from
    python scripts/quantize.py published --published PP-OCR_rec_small.onnx

``scripts/weights/NAME.xml`` is a network as it was trained, ``models/ocr_form4_models/weights`` has
what is written of it. ``published`` writes the former of PP-OCR's recogniser, cut down to the
form's characters. How far the numbers inside reach is seen on lines that may be learned from;
shards of seed 0 are kept apart to measure by. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from in_bytes import STEPS, constant, weigh_in_bytes
from ocr_form4.readers import form, paddle
from ocr_form4.readers.ctc import LineShape, lines_as_seen
from ocr_form4.readers.engine import openvino
from ocr_form4_models.page import Gray
from pagenet.in_bytes import first_pages, put_in_bytes

WEIGHTS = Path(__file__).parents[1] / "models" / "ocr_form4_models" / "weights"
TRAINED = Path(__file__).parent / "weights"
SHAPES = {"reader": form.SHAPE, "captions": form.CAPTIONS, "paddle": paddle.SHAPE}
LONGEST = 800
"""Columns of the longest line that is looked at."""
SEEN = 300
"""Lines on which is seen how far numbers reach."""
SHARE = 0.6
"""How much of the difference between channels is taken from what is shown, the rest from weights
(Xiao et al., SmoothQuant, 2023): a few large channels must not cost all. Of 27,288 steps of 450
lines the line reader's best character is another in 244 without it, 215 with 0.5, 200 with 0.6, 203
with 0.7 and 208 with 0.8; in half precision in 58.
"""
HEAVY = 0.01
"""A convolution of at least this share of a network's work is run in bytes: of the line reader the
25 that mix channels spot by spot and three of the first, 0.93 of its work.
"""
EXAMPLE = 320
"""Columns of the line for which work is counted."""
TINY = 1e-4
"""Least of what a channel is taken to be shown, and to be weighed by."""
PAGES = 30
"""Pages on which is seen how far numbers reach within the page network."""


def main() -> None:
    arguments = _arguments()
    name = arguments.network
    if name == "published":
        model = _published(arguments.published)
        openvino().save_model(model, TRAINED / "paddle.xml", compress_to_fp16=True)
        return
    trained, target = arguments.source or TRAINED / f"{name}.xml", arguments.out
    target = target or WEIGHTS / f"{name}.xml"
    if arguments.measure:
        kept = _lines(arguments.lines, "s000-*", arguments.count)
        for path in (trained, target):
            print(f"{path}: {_measured(path, kept, SHAPES[name])}")
        return
    model = openvino().Core().read_model(trained)
    if name == "page":
        pages = first_pages(arguments.scans, PAGES)
        count, by = put_in_bytes(model, pages), f"{len(pages)} pages"
    else:
        lines = _lines(arguments.lines, "s*", SEEN)
        heavy = _heavy(model, SHAPES[name])
        _put_in_bytes(model, heavy, [lines_as_seen([n], SHAPES[name]) for n, _ in lines])
        count, by = len(heavy), f"{len(lines)} lines"
    openvino().save_model(model, target, compress_to_fp16=True)
    print(f"{target}: {count} convolutions in bytes, by {by}")


def _heavy(model: Any, shape: LineShape) -> list[Any]:
    """The convolutions that take most of the work, but for the one that tells characters apart."""
    example = model.clone()
    example.reshape([1, shape.channels, shape.height, EXAMPLE])
    work = {
        o.get_friendly_name(): int(np.prod(list(o.input(1).get_shape())[1:]))
        * int(np.prod(list(o.get_output_shape(0))))
        for o in example.get_ordered_ops()
        if o.get_type_name() == "Convolution"
    }
    least = HEAVY * sum(work.values())
    found = [o for o in model.get_ordered_ops() if work.get(o.get_friendly_name(), 0) >= least]
    return found if _has_matrices(model) else found[:-1]


def _has_matrices(model: Any) -> bool:
    """Whether characters are told apart by a matrix, and not by a convolution."""
    return any(o.get_type_name() == "MatMul" for o in model.get_ordered_ops())


def _put_in_bytes(model: Any, heavy: Sequence[Any], seen: Sequence[NDArray[Any]]) -> None:
    """Has the convolutions see bytes, and weigh them by bytes: what they are shown, its channels
    brought nearer to each other, between the ends that are seen, with 0 kept as it is; their
    weights in equal steps, for each channel that comes out.
    """
    op = openvino().opset13
    for convolution, (least, most) in zip(heavy, _reach(model, heavy, seen), strict=True):
        weights = constant(convolution.input_value(1).get_node())
        shown, weighed = np.maximum(-least, most), np.abs(weights).max(axis=(0, 2, 3))
        scale = np.maximum(shown, TINY) ** SHARE / np.maximum(weighed, TINY) ** (1 - SHARE)
        scale = (scale / np.exp(np.log(scale).mean())).astype(np.float32)
        low, high = min(0.0, float((least / scale).min())), float((most / scale).max())
        step = (high - low) / STEPS
        low = step * round(low / step)
        ends = np.array([low, low + STEPS * step], np.float32)
        scale = scale.reshape(1, -1, 1, 1)
        fitted = [op.constant(end * scale) for end in ends] + [op.constant(end) for end in ends]
        in_bytes = op.fake_quantize(convolution.input_value(0), *fitted, STEPS + 1)
        convolution.input(0).replace_source_output(in_bytes.output(0))
        weigh_in_bytes(convolution, weights * scale)
    model.validate_nodes_and_infer_types()


def _reach(
    model: Any, heavy: Sequence[Any], seen: Sequence[NDArray[Any]]
) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """The least and the most that each channel of each convolution is shown, of all lines."""
    ov = openvino()
    shown = [ov.opset13.result(o.input_value(0)) for o in heavy]
    looked_into = ov.Model(shown, model.get_parameters(), "shown")
    compiled = ov.Core().compile_model(looked_into, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    least = [np.float32(0)] * len(heavy)
    most = [np.float32(0)] * len(heavy)
    for line in seen:
        for k, numbers in enumerate(compiled([line]).values()):
            least[k] = np.minimum(least[k], numbers.min(axis=(0, 2, 3)))
            most[k] = np.maximum(most[k], numbers.max(axis=(0, 2, 3)))
    return list(zip(least, most, strict=True))


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


def _measured(path: Path, lines: Sequence[tuple[Gray, str]], shape: LineShape) -> str:
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
        seen = lines_as_seen([pixels], shape)
        best = request.infer([seen])[0][0].argmax(1)
        columns = pixels.shape[1] * shape.height / pixels.shape[0]
        best = best[: round(len(best) * columns / seen.shape[3]) + 2]
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
    parser.add_argument("network", choices=("reader", "captions", "paddle", "page", "published"))
    parser.add_argument("--lines", type=Path, help="folder of shards")
    parser.add_argument("--scans", type=Path, help="folder of scans, for the page network")
    parser.add_argument("--published", type=Path, help="rapidocr's PP-OCR*_rec_small.onnx")
    parser.add_argument(
        "--from", dest="source", type=Path, help="as trained; default scripts/weights/NAME.xml"
    )
    parser.add_argument("--out", type=Path, help="default models/ocr_form4_models/weights/NAME.xml")
    parser.add_argument("--measure", action="store_true", help="only measure, on lines of seed 0")
    parser.add_argument("--count", type=int, default=2000, help="lines that are measured")
    arguments = parser.parse_args()
    shown = arguments.scans if arguments.network == "page" else arguments.lines
    if arguments.network != "published" and not shown:
        parser.error("--lines, or --scans, is needed, to see how far the numbers inside reach")
    return arguments


if __name__ == "__main__":
    main()
