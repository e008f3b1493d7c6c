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
        return "flags : avx2 avx512bw amx_bf16" if str(self) == "/proc/cpuinfo" else real(self, *given, **named)

    monkeypatch.setattr(Path, "read_text", read_text)
    monkeypatch.delenv(LIMIT, raising=False)


@pytest.mark.parametrize(
    ("limit", "expected"),
    [("", "int8+bf16 AVX512_CORE_AMX"), ("avx512_core_bf16", "int8+f32 AVX512_CORE_BF16"),
     ("AVX512_CORE", "int8+f32 AVX512_CORE"),
     ("AVX512_CORE_VNNI", "int8+f32 AVX512_CORE_VNNI"), ("AVX2", "int8+f32 AVX512_CORE")],
)  # fmt: skip
def test_a_limit_of_the_environment_is_kept_as_far_as_networks_run_and_named(
    monkeypatch: pytest.MonkeyPatch, amx: None, limit: str, expected: str
) -> None:
    monkeypatch.setenv(LIMIT, limit)
    assert software(Settings()).versions["arithmetic"] == arithmetic() == expected


def test_a_machine_of_a_cluster_computes_as_the_run_does_or_says_why_not(
    monkeypatch: pytest.MonkeyPatch, amx: None
) -> None:
    follow_arithmetic("int8+f32 AVX512_CORE")
    assert arithmetic() == "int8+f32 AVX512_CORE"
    with pytest.raises(MissingProgram, match=f"{LIMIT}=AVX512_CORE"):
        follow_arithmetic("int8+f32 AVX2")
    monkeypatch.setattr("ocr_form4.versions.instructions", lambda: "AVX2")
    with pytest.raises(MissingProgram, match=f"{LIMIT}=AVX2"):
        follow_arithmetic("int8+bf16 AVX512_CORE_AMX")


def test_a_run_kept_to_less_than_the_processor_can_do_reads_the_same_values(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "ocr_form4.cli", str(FIXTURES / "scan" / "sales.pdf"), "-o", str(tmp_path)]
    done = subprocess.run(
        command, env=os.environ | {LIMIT: "AVX2"}, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "filings/sales.json").read_bytes())
    assert found["software"]["arithmetic"] in ("int8+f32 AVX512_CORE", "int8+f32 AVX2", "int8+f32 SSE41")
    printed = read_xml((FIXTURES / "truth" / "sales.xml").read_bytes()).fields
    values = {f["path"]: f["value"] for f in found["fields"]}
    numbers = [path for path in printed if path.endswith("/value")]
    assert [values[path] for path in numbers] == [printed[path].text for path in numbers]
