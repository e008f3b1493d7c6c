"""The arithmetic of the networks: one in a run, and the results say which."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from documents import FIXTURES
from numpy.typing import NDArray

from ocr_form4.errors import MissingProgram
from ocr_form4.filing import read_document
from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.readers import make_readers
from ocr_form4.readers.engine import openvino
from ocr_form4.settings import Settings
from ocr_form4.versions import LIMIT, arithmetic, computes_in_bytes, follow_arithmetic, software


@pytest.fixture
def amx(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor with all there is, whatever this one has."""
    real = Path.read_text

    def read_text(self: Path, *given: Any, **named: Any) -> str:
        return (
            "flags : avx2 avx512bw amx_bf16"
            if str(self) == "/proc/cpuinfo"
            else real(self, *given, **named)
        )

    monkeypatch.setattr(Path, "read_text", read_text)
    monkeypatch.delenv(LIMIT, raising=False)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("", "bf16 AVX512_CORE_AMX"), ("avx512_core_bf16", "bf16 AVX512_CORE_BF16"),
     ("AVX512_CORE", "f32 AVX512_CORE"),
     ("AVX512_CORE_FP16", "f32 AVX512_CORE_FP16"), ("AVX512_CORE_VNNI", "f32 AVX512_CORE_VNNI"),
     ("AVX2", "f32 AVX512_CORE")],
)  # fmt: skip
def test_a_limit_of_the_environment_is_kept_as_far_as_networks_run_and_named(
    monkeypatch: pytest.MonkeyPatch, amx: None, limit: str, expected: str
) -> None:
    monkeypatch.setenv(LIMIT, limit)
    assert software(Settings()).versions["arithmetic"] == arithmetic() == expected


def test_a_machine_of_a_cluster_computes_as_the_run_does_or_says_why_not(
    monkeypatch: pytest.MonkeyPatch, amx: None
) -> None:
    follow_arithmetic("f32 AVX512_CORE")
    assert arithmetic() == "f32 AVX512_CORE"
    with pytest.raises(MissingProgram, match=f"{LIMIT}=AVX512_CORE"):
        follow_arithmetic("f32 AVX2")
    monkeypatch.setattr("ocr_form4.versions.instructions", lambda: "AVX2")
    with pytest.raises(MissingProgram, match=f"{LIMIT}=AVX2"):
        follow_arithmetic("bf16 AVX512_CORE_AMX")


WEIGHTS = Path(__file__).parents[1] / "models" / "ocr_form4_models" / "weights"
Floats = NDArray[np.float32]
TRAINED = Path(__file__).parents[1] / "scripts" / "weights"


@pytest.mark.parametrize("name", ["reader", "captions", "paddle"])
def test_what_runs_in_bytes_is_what_was_trained(name: str) -> None:
    """Each weight that is a byte is the trained one to half a step, and each other one is as it
    was.
    """
    in_bytes, trained = (_weights_of(folder / f"{name}.xml") for folder in (WEIGHTS, TRAINED))
    rounded = 0
    assert in_bytes.keys() == trained.keys()
    for convolution, (weights, unit) in in_bytes.items():
        whole, _ = trained[convolution]
        rounded += unit is not None
        most = 0 if unit is None else 0.501 * unit
        assert (np.abs(weights - whole) <= most).all(), convolution
    assert rounded >= 0.4 * len(in_bytes)


def _weights_of(path: Path) -> dict[str, tuple[Floats, Floats | None]]:
    """Each convolution's weights by its name, and the steps in which they are kept as bytes."""
    found = {}
    for operation in openvino().Core().read_model(path).get_ordered_ops():
        if operation.get_type_name() != "Convolution":
            continue
        source = operation.input_value(1).get_node()
        unit = None
        if source.get_type_name() == "Multiply":
            source, unit = (source.input_value(k).get_node() for k in (0, 1))
            unit = _constant(unit)
            shown = operation.input_value(0).get_node()
            outer, inner = (_constant(shown.input_value(k).get_node()) for k in (4, 2))
            unit = unit * outer / inner  # channels are brought nearer to each other on the way
        weights = _constant(source) * (1 if unit is None else unit)
        found[operation.get_friendly_name()] = weights, unit
    return found


def _constant(node: Any) -> Floats:
    """The numbers of a constant, converted from half precision or from bytes as it may be."""
    source = node.input_value(0).get_node() if node.get_input_size() else node
    return np.asarray(source.data, np.float32)


@pytest.mark.engines
def test_a_processor_that_cannot_sum_bytes_reads_the_same_numbers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ocr_form4.readers.engine.computes_in_bytes", lambda one_shape: False)
    scan = FIXTURES / "scan" / "sales.pdf"
    (read,) = read_document(scan, Settings(), make_readers(Settings()))
    printed = read_xml((FIXTURES / "truth" / "sales.xml").read_bytes()).fields
    numbers = [path for path in printed if path.endswith("/value")]
    assert len(numbers) > 20
    assert [read.filing.fields[p].text for p in numbers] == [printed[p].text for p in numbers]


@pytest.mark.parametrize(
    ("best", "of_lines", "of_pages"),
    [
        ("AVX2", False, False),
        ("AVX512_CORE", True, True),
        ("AVX512_CORE_FP16", True, True),
        ("AVX512_CORE_AMX", False, True),
    ],
)
def test_what_runs_in_bytes_is_told_by_the_processors_instructions(
    monkeypatch: pytest.MonkeyPatch, best: str, of_lines: bool, of_pages: bool
) -> None:
    monkeypatch.setattr("ocr_form4.versions.instructions", lambda: best)
    assert computes_in_bytes(one_shape=False) is of_lines
    assert computes_in_bytes(one_shape=True) is of_pages


NO_MORE_THAN_AVX2 = {
    LIMIT: "AVX2",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR AVX512F AVX512CD AVX512_SKX "
                                "AVX512_CLX AVX512_CNL",
    "OPENCV_CPU_DISABLE": "AVX512-COMMON,AVX512-SKX,AVX512-CNL,AVX512-CLX,AVX512-ICL",
}  # fmt: skip


@pytest.mark.engines
def test_a_run_kept_to_less_than_the_processor_can_do_says_so_and_gives_the_same_bytes(
    tmp_path: Path,
) -> None:
    """OpenVINO, numpy and OpenCV kept to AVX2 beside OpenVINO kept to what it can be kept to;
    nothing else differs.
    """
    found: list[bytes] = []
    for number, changes in enumerate(({LIMIT: "AVX512_CORE"}, NO_MORE_THAN_AVX2)):
        out = tmp_path / str(number)
        command = [
            sys.executable,
            "-m",
            "ocr_form4.cli",
            str(FIXTURES / "scan" / "sales.pdf"),
            "-o",
            str(out),
        ]
        done = subprocess.run(
            command,
            env=os.environ | changes,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        found += [(out / "filings" / f"sales.{suffix}").read_bytes() for suffix in ("json", "xml")]
    assert found[:2] == found[2:]
    data = json.loads(found[0])
    assert data["software"]["arithmetic"] in ("f32 AVX512_CORE", "f32 AVX2", "f32 SSE41")
    printed = read_xml((FIXTURES / "truth" / "sales.xml").read_bytes()).fields
    values = {f["path"]: f["value"] for f in data["fields"]}
    numbers = [path for path in printed if path.endswith("/value")]
    assert [values[path] for path in numbers] == [printed[path].text for path in numbers]
