"""Writes what is installed as a CycloneDX 1.5 bill of materials: python scripts/sbom.py >
sbom.json
"""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import Distribution, distribution
from typing import Any

from ocr_form4 import __version__
from ocr_form4.settings import Settings
from ocr_form4.versions import PROGRAMS, software


def components() -> list[dict[str, Any]]:
    """The packages that ocr-form4 needs, directly or through others, as they are installed, and the
    programs.
    """
    found: dict[str, Distribution] = {}
    waiting = ["ocr-form4"]
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in found:
            continue
        try:
            found[name] = distribution(name)
        except ImportError:
            continue  # for another system, or of an extra that is not installed
        for wanted in found[name].requires or ():
            if "extra ==" not in wanted:
                waiting.append(re.split(r"[^\w.-]", wanted, maxsplit=1)[0])
    listed = [_component(name, d) for name, d in sorted(found.items()) if name != "ocr-form4"]
    versions = software(Settings()).versions
    return listed + [
        {"type": "application", "name": name, "version": versions[name]}
        for name in PROGRAMS
        if name in versions
    ]


def _component(name: str, found: Distribution) -> dict[str, Any]:
    about: Any = found.metadata
    classifiers = [
        c.rpartition(" :: ")[2]
        for c in about.get_all("Classifier") or ()
        if c.startswith("License ::")
    ]
    licence = (
        about.get("License-Expression")
        or ", ".join(classifiers)
        or (about.get("License") or "").split("\n")[0]
    )
    listed = {"licenses": [{"license": {"name": licence[:200]}}]} if licence else {}
    purl = f"pkg:pypi/{name}@{found.version}"
    return {
        "type": "library",
        "name": name,
        "version": found.version,
        "purl": purl,
        "bom-ref": purl,
        **listed,
    }


def main() -> None:
    about = {"component": {"type": "application", "name": "ocr-form4", "version": __version__}}
    whole = {"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "metadata": about}
    json.dump(whole | {"components": components()}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()
