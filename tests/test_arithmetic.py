"""The arithmetic of the networks: one in a run, and the results say which."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from documents import FIXTURES

from ocr_form4.errors import MissingProgram
from ocr_form4.formats.edgar_xml import read_xml
from ocr_form4.settings import Settings
from ocr_form4.versions import LIMIT, arithmetic, follow_arithmetic, software


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
     ("AVX512_CORE_FP16", "f32 AVX512_CORE_FP16"), ("AVX512_CORE_VNNI", "f32 AVX512_CORE"),
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
