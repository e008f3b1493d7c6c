"""What a mechanism or a threshold is worth can be counted: the scripts that do it run on today's
code.
"""

from __future__ import annotations

import subprocess
import sys
from pkgutil import resolve_name

import pytest
from documents import FIXTURES

from ablate import MECHANISMS, ablate
from ocr_form4.readers import Readers

ROOT = FIXTURES.parent


@pytest.mark.parametrize("name", MECHANISMS)
def test_what_is_switched_off_is_there(name: str) -> None:
    for where, _ in MECHANISMS[name]:
        module, _, function = where.rpartition(".")
        assert callable(resolve_name(f"{module}:{function}"))


def test_what_is_lost_without_a_mechanism_is_counted(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy has footnote marks and a signature, and no pen ran over it."""
    signature = "ocr_form4.stages.parse.below.has_signature_caption"
    monkeypatch.setitem(MECHANISMS, "signature", ((signature, lambda *_: False),))
    scans, names = [FIXTURES / "scan" / "copy.pdf"], ("raised", "scrawled", "signature")
    whole, worth = ablate(scans, FIXTURES / "truth", names, readers)
    assert whole.fields > 30 and not whole.unmarked
    assert [worth[name].acted for name in names] == [1, 0, 1]
    lost = {path.rpartition("/")[2] for _, path in worth["signature"].count.wrong - whole.wrong}
    assert lost == {"signatureName"}
    assert worth["scrawled"].count == whole


@pytest.mark.slow
def test_a_threshold_is_shown_with_the_values_on_its_two_sides() -> None:
    script = [sys.executable, str(ROOT / "scripts" / "margins.py"), str(FIXTURES / "scan")]
    done = subprocess.run(
        [*script, "--only", "parse.signature_lines", "--every", "20"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found = [part.splitlines() for part in done.stdout.split("parse.signature_lines:")[1:]]
    letters = next(lines for lines in found if "_SHORTENED" in lines[0])
    assert [line.split()[0] for line in letters[1:]] == ["True", "False"]
    assert all("nearest" in line or "never" in line for line in letters[1:])
