"""What of a filing stands anywhere in a tool's output: the measure for tools that do not say which
field a value is.

It is lenient on purpose. A value counts as found wherever it stands, once for all the places where
the form prints it:

* a number in digits, with or without its commas and closing zeros, not as part of a longer number;
* a date as month/day/year, with or without leading zeros and century, or in ISO's form;
* a name, title, address or ticker where each of its words stands somewhere, in any order and case,
  or the whole of it does with all spaces left out, as columns cut a wrapped cell into pieces and
  some readers lose spaces.

Left out is what the blank form prints itself and so is always found: codes, check marks, footnote
marks, numbers of fewer than three digits, names of fewer than three letters and digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import Filing
from scoring import plain

SHORTEST = 3
GROUPS = {
    Kind.NUMBER: "numbers",
    Kind.PRICE: "numbers",
    Kind.DATE: "dates",
    Kind.NAME: "names",
    Kind.TEXT: "names",
}
_NOT_PRINTED = ("Cik", "schemaVersion")


@dataclass(frozen=True, slots=True)
class Form:
    """A value of the truth in the forms in which it counts: ``pattern`` for numbers and dates, else
    ``words``.
    """

    group: str
    key: str
    pattern: str = ""
    words: tuple[str, ...] = ()


class Output:
    """A tool's text of a document, made ready for looking values up."""

    def __init__(self, text: str) -> None:
        # plain() makes common digits of raised ones: a footnote mark would lengthen the number
        # before it
        self.text = plain(re.sub("[¹²³⁰⁴-⁹]", " ", text))
        self._words = frozenset(words(self.text))
        self._joined = "".join(words(self.text))

    def has(self, form: Form) -> bool:
        if form.pattern:
            return re.search(form.pattern, self.text) is not None
        return self._words.issuperset(form.words) or form.key in self._joined


def printed_forms(filing: Filing) -> dict[str, Form]:
    """The distinct values of a filing that are looked for, by what tells them apart."""
    fields = (f for path, f in filing.fields.items() if not any(n in path for n in _NOT_PRINTED))
    return {form.group + form.key: form for f in fields if (form := form_of(f))}


def printed_rows(filing: Filing) -> list[list[Form]]:
    """The numbers and dates of each row of Tables I and II, of the rows with two or more of
    them.
    """
    rows: list[list[Form]] = []
    for row in filing.row_paths:
        fields = [f for path, f in filing.fields.items() if path.startswith(row + "/")]
        forms = [form for f in fields if (form := form_of(f)) and form.pattern]
        if len(forms) > 1:
            rows.append(forms)
    return rows


def form_of(field: Field) -> Form | None:
    """How a field's value is looked for; None where it is of a kind or length that is left out."""
    group = GROUPS.get(field.kind)
    match field.value:
        case Decimal() as number if group:
            key = format(number.normalize(), "f")
            return (
                Form(group, key, number_pattern(key))
                if sum(c.isdigit() for c in key) >= SHORTEST
                else None
            )
        case date() as day if group:
            return Form(group, day.isoformat(), date_pattern(day))
        case str() as text if group:
            every = words(plain(text))
            key = "".join(every)
            # a letter alone (an initial, the s of /s/) is lost too easily in any output to say
            # anything
            long = tuple(w for w in every if len(w) > 1)
            return Form("names", key, words=long) if long and len(key) >= SHORTEST else None
    return None


def number_pattern(plain_number: str) -> str:
    """For ``1234.5``: also ``1,234.5``, ``1, 234.50``; but not in ``11,234.5`` or ``1,234.56``."""
    whole, _, fraction = plain_number.lstrip("-").partition(".")
    groups = [whole[max(0, end - 3) : end] for end in range(len(whole), 0, -3)][::-1]
    digits = r"(?:,\s?)?".join(groups) if whole != "0" else "0?"
    tail = rf"\.\s?{fraction}0*" if fraction else r"(?:\.0+)?"
    return rf"(?<!\d)(?<!\d[.,]){digits}{tail}(?!\d)(?![.,]\d)"


def date_pattern(day: date) -> str:
    american = rf"0?{day.month}\s?[/.-]\s?0?{day.day}\s?[/.-]\s?(?:{day.year}|{day:%y})"
    return rf"(?<!\d)(?:{american}|{day.isoformat()})(?!\d)"


def words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def rows_found(rows: Iterable[list[Form]], output_rows: Iterable[str]) -> int:
    """How many rows have all their numbers and dates in one row of the output."""
    outputs = [Output(row) for row in output_rows]
    return sum(any(all(o.has(form) for form in row) for o in outputs) for row in rows)


def footnotes(filing: Filing) -> list[str]:
    """The texts of footnotes and remarks."""
    return [plain(str(f.value)) for f in filing.fields.values() if f.kind is Kind.FOOTNOTE]


def edits(sought: str, text: str) -> int:
    """The fewest insertions, deletions and substitutions that turn some stretch of ``text`` into
    ``sought``.

    Sellers' algorithm (The theory and computation of evolutionary distances, 1980), a row at a
    time.
    """
    hay = np.frombuffer(text.encode("utf-32-le"), np.uint32)
    at = np.arange(len(hay) + 1)
    row = np.zeros(len(hay) + 1, np.int64)
    for k, letter in enumerate(sought, 1):
        best = np.minimum(row + 1, k)
        best[0] = k
        best[1:] = np.minimum(row[1:] + 1, row[:-1] + (hay != ord(letter)))
        row = np.minimum.accumulate(best - at) + at
    return int(row.min())
