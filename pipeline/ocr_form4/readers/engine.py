"""OpenVINO, which runs the networks, imported without its telemetry: the only place where it is imported."""

from __future__ import annotations

import sys
from typing import Any

_TELEMETRY = "openvino_telemetry"


def openvino() -> Any:
    """The module ``openvino``; importing it looks up no host and leaves nothing in the user's home.

    On its own, the import asks for the address of an analytics service and writes an identifier to ``~/intel``. It
    goes without where the package that does so cannot be imported, and so this cannot be, for as long as it lasts.
    """
    known = _TELEMETRY in sys.modules
    before = sys.modules.get(_TELEMETRY)
    if "openvino" not in sys.modules:
        sys.modules[_TELEMETRY] = None  # type: ignore[assignment]
    try:
        import openvino as ov
    finally:
        if not known:
            sys.modules.pop(_TELEMETRY, None)
        elif before is not None:
            sys.modules[_TELEMETRY] = before
    return ov
