"""Writes docs/command.md, docs/evidence.md and the man page docs/ocr-form4.1 from the program
itself.

python scripts/make_reference.py
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

from ocr_form4.cli import parser
from ocr_form4.commands import COMMANDS, parser_of

DOCS = Path(__file__).parent.parent / "docs"
STATUSES = """
## Exit status

The gravest that applies.

| status | what |
|---|---|
| 0 | the run finished; fields may be up for review |
| 1 | with `--strict`: something needs review |
| 2 | the command cannot mean anything, or there is nothing to read |
| 3 | some documents could not be read |
| 4 | a needed program is missing; the message names the package to install |
| 5 | OUT cannot be written, or another run is using it |
| 130 | interrupted; the same command goes on |
"""


def command() -> str:
    """The reference of the command and its subcommands."""
    parts = [
        "# The command\n",
        "Made by `scripts/make_reference.py` from the program; a test holds it to it. Options are "
        "not abbreviated.\n",
        "## ocr-form4 SCAN… [-o OUT]\n",
        "Reads every scan under the files and folders given, and writes OUT. A first word that is "
        "a command's name is\n"
        "that command; a folder of that name is given as `./audit`.\n",
        _options(parser()),
    ]
    for name, what in COMMANDS.items():
        made = parser_of(name)
        parts += [f"## ocr-form4 {name}\n", f"{what[0].upper()}{what[1:]}.\n", _options(made)]
    return "\n".join([*parts, STATUSES.strip(), ""])


def man_page() -> str:
    """The same for ``man ocr-form4``, as man(7) wants it."""
    lines = [
        '.\\" Made by scripts/make_reference.py from the program; a test holds it to it.',
        '.TH OCR-FORM4 1 "" "ocr-form4"',
        ".SH NAME",
        "ocr-form4 \\- reads scanned SEC Form 4 filings into EDGAR ownership XML, every field with "
        "its confidence",
        ".SH SYNOPSIS",
        ".B ocr-form4",
        "SCAN... [-o OUT] [options]",
        *(
            line
            for name in COMMANDS
            for line in (".br", f".B ocr-form4 {_roff(name)}", "[options]")
        ),
        ".SH DESCRIPTION",
        "Reads every scan under the files and folders given, and writes OUT. Options are not "
        "abbreviated.",
        ".SH OPTIONS",
        *_man_options(parser()),
    ]
    for name, what in COMMANDS.items():
        lines += [
            f".SH OCR-FORM4 {name.upper()}",
            f"{_roff(what[0].upper() + what[1:])}.",
            *_man_options(parser_of(name)),
        ]
    lines += [".SH EXIT STATUS"]
    for status, what in re.findall(r"^\| (\d+) \| (.+) \|$", STATUSES, re.M):
        lines += [".TP", f".B {status}", _roff(what.replace("`", ""))]
    return "\n".join([*lines, ""])


def _man_options(made: argparse.ArgumentParser) -> list[str]:
    lines = []
    for names, value, text in _described(made):
        takes = f" \\fI{_roff(value)}\\fR" if value else ""
        lines += [".TP", rf"\fB{_roff(', '.join(names))}\fR{takes}", _roff(text) or r"\&"]
    return lines


def _roff(text: str) -> str:
    """Text as roff prints it: nothing in it is a request or an escape."""
    text = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return "".join(c if ord(c) < 128 else f"\\[u{ord(c):04X}]" for c in f"\\&{text}" if text)


def _described(made: argparse.ArgumentParser) -> Iterator[tuple[list[str], str, str]]:
    """Of every option and argument: its names, what it takes, what it is."""
    for action in made._actions:
        if "--help" in action.option_strings:
            continue
        formatter = made._get_formatter()
        takes = bool(action.option_strings) and action.nargs != 0
        value = formatter._format_args(action, action.dest.upper()) if takes else ""
        text = formatter._expand_help(action) if action.help else ""
        yield list(action.option_strings) or [str(action.metavar or action.dest)], value, text


def _options(made: argparse.ArgumentParser) -> str:
    lines = ["| option | what |", "|---|---|"]
    for names, value, text in _described(made):
        shown = ", ".join(f"`{name}`" for name in names) + (f" `{value}`" if value else "")
        lines.append("| {} | {} |".format(*(part.replace("|", "\\|") for part in (shown, text))))
    return "\n".join(lines) + "\n" if len(lines) > 2 else "No options.\n"


def evidence() -> str:
    """The reference of NAME.json, from its JSON Schema."""
    schema = json.loads(
        files("ocr_form4_models").joinpath("schema", "ocr-form4-2.json").read_text(encoding="utf-8")
    )
    parts = [
        "# NAME.json\n",
        f"{schema['description']} Made by `scripts/make_reference.py` from the JSON Schema in the "
        "package,\n"
        "`ocr_form4_models/schema/ocr-form4-2.json`. Every file that the tests write is held to "
        "that schema.\n",
        "A path is the element's XPath in NAME.xml. Owners, signatures and rows always carry their "
        "position\n"
        "(`reportingOwner[1]`). What is printed and has no element has a path that begins with "
        "`page:`. A row's\n"
        "footnote marks are one field, `ROW/footnoteId`.\n",
        "## The file\n",
        _properties(schema),
    ]
    for name, part in schema["$defs"].items():
        if "properties" in part:
            parts += [
                f"## {name}\n",
                *([f"{part['description']}.\n"] if "description" in part else []),
            ]
            parts.append(_properties(part))
    return "\n".join(parts)


def _properties(part: dict[str, Any]) -> str:
    lines = ["| name | type | what |", "|---|---|---|"]
    for name, one in part["properties"].items():
        lines.append(f"| `{name}` | {_type(one)} | {one.get('description', '')} |")
    return "\n".join(lines) + "\n"


def _type(one: dict[str, Any]) -> str:
    if "$ref" in one:
        return one["$ref"].rpartition("/")[2]
    if "const" in one:
        return f"`{one['const']}`"
    if "enum" in one:
        return ", ".join("null" if v is None else f"`{v}`" for v in one["enum"])
    kind = one["type"]
    name = " or ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{name} of {_type(one['items'])}" if "items" in one else name


def main() -> None:
    (DOCS / "command.md").write_text(command(), encoding="utf-8")
    (DOCS / "evidence.md").write_text(evidence(), encoding="utf-8")
    (DOCS / "ocr-form4.1").write_text(man_page(), encoding="utf-8")


if __name__ == "__main__":
    main()
