"""Reads scanned SEC Form 4 filings: the public Python interface.

What is public is listed in ``__all__`` and changes only with the changelog. Importing this loads no
engine and no heavy library: they come with the first call.

>>> import ocr_form4
>>> filings = ocr_form4.read("fixtures/scan/sales.pdf")
>>> [(filing.name, filing.status) for filing in filings]
[('sales', 'complete')]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ocr_form4.api import Filing, Reader, Run, open_run, read
    from ocr_form4.errors import DocumentError, Form4Error, MissingProgram, OutputError, UsageError

__version__ = "0.1.0"
__all__ = [
    "DocumentError",
    "Filing",
    "Form4Error",
    "MissingProgram",
    "OutputError",
    "Reader",
    "Run",
    "UsageError",
    "__version__",
    "open_run",
    "read",
]
_ERRORS = ("DocumentError", "Form4Error", "MissingProgram", "OutputError", "UsageError")


def __getattr__(name: str) -> Any:
    """The public names, each loaded when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'ocr_form4' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("ocr_form4.errors" if name in _ERRORS else "ocr_form4.api"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
