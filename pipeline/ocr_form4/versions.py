"""What a result depends on besides the scan: versions of the software, and the settings."""

from __future__ import annotations

import os
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ocr_form4 import __version__
from ocr_form4.errors import MissingProgram
from ocr_form4.settings import Settings
from ocr_form4_models.evidence import Software

PACKAGES = (
    "numpy",
    "opencv-python",
    "opencv-python-headless",
    "openvino",
    "pikepdf",
    "pillow",
    "pillow-heif",
    "pypdfium2",
    "pytesseract",
)
PROGRAMS = {"tesseract": ("tesseract", "--version"), "poppler": ("pdftoppm", "-v")}


def software(settings: Settings) -> Software:
    """Versions by name, and ``settings``, a fingerprint of what results depend on. No package is
    imported.
    """
    found = {"ocr-form4": __version__, "settings": settings.fingerprint()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    for name, command in PROGRAMS.items():
        if shown := program_version(*command):
            found[name] = shown
    return Software(found | {"arithmetic": arithmetic()})


INSTRUCTIONS = (
    "SSE41",
    "AVX2",
    "AVX512_CORE",
    "AVX512_CORE_VNNI",
    "AVX512_CORE_BF16",
    "AVX512_CORE_FP16",
    "AVX512_CORE_AMX",
)
"""What OpenVINO's networks are computed with, by oneDNN's names; each can do what those before it
can.
"""
_FLAGS = (
    ("amx_bf16", "AVX512_CORE_AMX"), ("avx512_fp16", "AVX512_CORE_FP16"), ("avx512_bf16",
     "AVX512_CORE_BF16"),
    ("avx512_vnni", "AVX512_CORE_VNNI"), ("avx512bw", "AVX512_CORE"), ("avx2", "AVX2"),
)  # fmt: skip
LIMIT = "ONEDNN_MAX_CPU_ISA"
"""Environment variable by which oneDNN is kept to less than the processor can do."""


def instructions() -> str:
    """The best of :data:`INSTRUCTIONS` that this processor has and the environment allows.

    A processor with AVX-512 is not kept to less than that: OpenVINO 2026 then crashes or answers
    nothing.
    """
    known = Path("/proc/cpuinfo")
    flags = set(known.read_text().split()) if known.is_file() else set()
    own = INSTRUCTIONS.index(
        next((name for flag, name in _FLAGS if flag in flags), INSTRUCTIONS[0])
    )
    limit = os.environ.get(LIMIT, "").upper()
    if limit in ("", "ALL", "DEFAULT"):
        return INSTRUCTIONS[own]
    allowed = max((i for i, name in enumerate(INSTRUCTIONS) if limit.startswith(name)), default=0)
    return INSTRUCTIONS[min(own, max(allowed, INSTRUCTIONS.index("AVX512_CORE")))]


def keep_to_instructions() -> None:
    """Makes what the environment says what :func:`instructions` says, before a network is
    loaded.
    """
    if os.environ.get(LIMIT):
        os.environ[LIMIT] = instructions()


def precision() -> str:
    """Half precision where its dot products are fast: with AMX twice as fast, and on processors
    that have them as their best.

    Those with ``avx512_fp16`` but no AMX have them, too, but slow: 67 us a column of a line beside
    49 in single precision. OpenVINO also offers half precision where it has to emulate it, which is
    slower still.
    """
    return "bf16" if instructions() in ("AVX512_CORE_BF16", "AVX512_CORE_AMX") else "f32"


def computes_in_bytes(*, one_shape: bool) -> bool:
    """Whether a network runs in bytes: with AVX-512, whose sums of bytes were seen to be right
    with and without instructions of their own for them (``AVX512_CORE_VNNI``).

    With AMX half precision is faster for those that read lines, of many shapes: 4.8 ms a line of
    512 columns instead of 6.6, 2.2 instead of 2.7 for one of 128 (PP-OCR 5.5 and 8.0, 2.4 and 3.0);
    bytes are for the page network, of ``one_shape``: 22 ms a page instead of 25.
    """
    slower = ("SSE41", "AVX2") if one_shape else ("SSE41", "AVX2", "AVX512_CORE_AMX")
    return instructions() not in slower


def arithmetic() -> str:
    """What the networks compute in, and with which instructions: confidences differ in their last
    digits by it.
    """
    return f"{precision()} {instructions()}"


def follow_arithmetic(wanted: str) -> None:
    """Makes this process compute as the run does, before any network is loaded: one arithmetic a
    run.

    Raises MissingProgram where the processor cannot.
    """
    if not wanted or wanted == arithmetic():
        return
    os.environ[LIMIT] = wanted.split()[-1]
    if arithmetic() != wanted:
        raise MissingProgram(
            f"this machine computes in {arithmetic()}, the run in {wanted}; start the run with "
            f"{LIMIT}={instructions()} in its environment, or leave this machine out"
        )


def program_version(*command: str) -> str | None:
    """The first version number that a program prints; None where it is not installed or does not
    answer.
    """
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"\d+(?:\.\d+)+", done.stdout + done.stderr)
    return match[0] if match else None
