"""What the processor is good at."""

from __future__ import annotations

from pathlib import Path


def fastest_precision() -> str:
    """Half precision where the processor has instructions for its dot products: up to twice as fast there.

    OpenVINO also offers half precision where it has to emulate it, which is slower than single precision. Every
    network of a run computes in this one.
    """
    known = Path("/proc/cpuinfo")
    flags = known.read_text().split() if known.is_file() else []
    return "bf16" if "avx512_bf16" in flags or "amx_bf16" in flags else "f32"
