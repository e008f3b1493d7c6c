"""Puts a page together from the files in ``assets/``: one HTML file with its styles and scripts
inside.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from html import escape
from importlib.resources import files
from typing import Any

from ocr_form4_models.editions import edition_labels
from ocr_form4_models.schema import labels

STYLES = ("base.css", "parts.css")
SCRIPTS = ("form.js", "shell.js", "page.js", "checks.js", "view.js")
"""Shared by the report and the review."""


def report_page(run: Mapping[str, Any]) -> str:
    """The report as one HTML document; text of the filings is in it only as JSON."""
    values = {"title": f"Confidence audit of {run['title']}", "run": json_for_script(run)}
    scripts = (*SCRIPTS, "charts.js", "report.js", "list.js", "filing.js")
    return assemble("report.html", (*STYLES, "report.css"), scripts, values)


def review_page(title: str, who: str) -> str:
    """The review as one HTML document; it asks the server for everything else."""
    values = {"title": f"Review of {title}", "run": json_for_script({"title": title, "who": who})}
    return assemble("review.html", (*STYLES, "review.css"), (*SCRIPTS, "review.js"), values)


def assemble(
    page: str, styles: tuple[str, ...], scripts: tuple[str, ...], values: Mapping[str, str]
) -> str:
    """An asset page with its ``{{styles}}``, ``{{scripts}}``, ``{{title}}`` and ``{{run}}`` filled
    in.

    Filled in one pass, so that a value which looks like a placeholder stays as it is.
    """
    parts = {
        "styles": "\n".join(asset(name) for name in styles),
        "scripts": "\n".join(asset(name) for name in scripts)
        .replace("{{labels}}", json_for_script(labels()))
        .replace("{{editions}}", json_for_script(edition_labels())),
        "title": escape(values["title"]),
        "run": values.get("run", "null"),
    }
    pieces = asset(page).split("{{")
    filled = [pieces[0]]
    for piece in pieces[1:]:
        key, _, rest = piece.partition("}}")
        filled.append(parts[key] + rest)
    return "".join(filled)


def asset(name: str) -> str:
    return files("ocr_form4.report").joinpath("assets", name).read_text(encoding="utf-8")


def json_for_script(data: object) -> str:
    """JSON that is safe inside ``<script>``: no ``</script>``, no ``<!--``, no line separators of
    JavaScript.
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text.encode("utf-8", "replace").decode("utf-8")
