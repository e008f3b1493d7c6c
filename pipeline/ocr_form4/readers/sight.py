"""The page network: sees a page once, whole, and says where its rulings, its lines of text and foreign ink are.

Made by ``scripts/train_page.py``; its model card is ``weights/page.md``.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files
from typing import Any

import numpy as np

from ocr_form4.readers.engine import openvino
from ocr_form4.versions import precision
from ocr_form4_models.geometry import F
from ocr_form4_models.page import Gray, PageMaps

DPI = 150
"""At which the network sees a page; its maps have half of it."""
_SIDES = (640, 1280, 1664, 1792, 2112)
"""Few sizes of pages, in pixels: letter, A4, legal. OpenVINO prepares every shape it meets, and keeps memory for it."""
_ORDER = ("across", "down", "core", "text", "foreign")


class Sight:
    """The network, warm; one per process."""

    def __init__(self) -> None:
        settings = {"INFERENCE_NUM_THREADS": 1, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"}
        settings["INFERENCE_PRECISION_HINT"] = precision()
        with as_file(files("ocr_form4_models") / "weights") as folder:
            core = openvino().Core()
            model = core.read_model(folder / "page.xml")
            if tuple(str(model.get_rt_info(["ocr_form4", "maps"]).value).split()) != _ORDER:
                raise ValueError(f"{folder / 'page.xml'}: its maps are not {', '.join(_ORDER)}")
            network = core.compile_model(model, "CPU", settings)
        self._request: Any = network.create_infer_request()

    def see(self, pixels: Gray, dpi: tuple[float, float], frame: type[F]) -> PageMaps[F]:
        """The maps of a page, shape (height, width), lying as it lies, in pixels of the frame given."""
        import cv2

        height, width = pixels.shape
        shrink = min(1.0, *(_SIDES[-1] * d / (DPI * n) for n, d in zip((width, height), dpi, strict=True)))
        size = tuple(max(2, round(n * shrink * DPI / d)) for n, d in zip((width, height), dpi, strict=True))
        how = cv2.INTER_AREA if size[0] < width or size[1] < height else cv2.INTER_LINEAR
        page = pixels if size == (width, height) else cv2.resize(pixels, size, interpolation=how)
        wide, high = (next(s for s in _SIDES if s >= n) for n in size)
        framed = np.full((1, 1, high, wide), 255, np.uint8)
        framed[0, 0, : size[1], : size[0]] = page
        seen = self._request.infer([framed])[0][0, :, : (size[1] + 1) // 2, : (size[0] + 1) // 2]
        across, down, core, text, foreign = (np.ascontiguousarray(m) for m in seen)
        return PageMaps(across, down, core, text, foreign, (2 * width / size[0], 2 * height / size[1]))


@cache
def sight() -> Sight:
    """This process's."""
    return Sight()
