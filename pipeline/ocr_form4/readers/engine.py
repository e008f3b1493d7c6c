"""OpenVINO, which runs the networks, and pytesseract, imported without what they do not need here:
the only places where they are imported.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import as_file, files
from typing import Any

from numpy.typing import NDArray

from ocr_form4.versions import computes_in_bytes, precision


def openvino() -> Any:
    """The module ``openvino``; importing it looks up no host and leaves nothing in the user's home.

    On its own, the import asks for the address of an analytics service and writes an identifier to
    ``~/intel``. It goes without where the package that does so cannot be imported.
    """
    with _without("openvino_telemetry", for_the_sake_of="openvino"):
        import openvino as ov
    return ov


def pytesseract() -> Any:
    """The module ``pytesseract``; on its own, it imports pandas for tables that nobody asks it for:
    0.3 s and 66 MB.
    """
    with _without("pandas", for_the_sake_of="pytesseract"):
        import pytesseract as found
    return found


@contextmanager
def _without(module: str, for_the_sake_of: str) -> Iterator[None]:
    """For as long as it lasts, a module that is not imported yet cannot be; nothing changes where
    the other one is.
    """
    if module in sys.modules or for_the_sake_of in sys.modules:
        yield
        return
    sys.modules[module] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[module]


def network(name: str, about: str, shape: Sequence[int] | None = None) -> tuple[Any, str]:
    """The network of a file in ``weights/``, compiled for one thread, and what its file says
    ``about`` it; for inputs of one ``shape`` alone, where that is given.

    It computes in the precision of this processor; what was written in bytes, in bytes where the
    processor can. The thread is bound to no core: OpenVINO would bind that of every process to the
    same one, while others stand idle.
    """
    core = openvino().Core()
    with as_file(files("ocr_form4_models") / "weights") as folder:
        model = core.read_model(folder / name)
        said = str(model.get_rt_info(["ocr_form4", about]).value)
        if shape:
            model.reshape(list(shape))
        if not computes_in_bytes(one_shape=shape is not None):
            _compute_in_full(model)
        settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"}
        settings["ENABLE_CPU_PINNING"] = False
        return core.compile_model(
            model, "CPU", settings | {"INFERENCE_PRECISION_HINT": precision()}
        ), said


def _compute_in_full(model: Any) -> None:
    """Leaves out the steps by which numbers become bytes on their way through a network, but for
    the scale that each brings its channels to.
    """
    ov = openvino()
    for step in model.get_ops():
        if step.get_type_name() == "FakeQuantize":
            given, _, shown, _, told = (step.input_value(k) for k in range(5))
            scaled = ov.opset13.multiply(given, ov.opset13.divide(told, shown))
            step.output(0).replace(scaled.output(0))
    model.validate_nodes_and_infer_types()


def answer(request: Any, asked: NDArray[Any]) -> NDArray[Any]:
    """What a network with one input and one output says, which stays until it is asked again:
    nothing is copied on the way there and back.
    """
    said: NDArray[Any] = request.infer(asked, share_inputs=True, share_outputs=True)[0]
    return said
