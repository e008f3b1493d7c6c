"""What lines of the form say: texts of real filings, the words of the language, and numbers, dates
and codes made up.

Made-up words and random characters keep the network from learning the filers' language instead of
their letters: a value it has never seen must be read as well as one it has.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

import numpy as np

from formprint import captions
from linereader.network import ACCENTED, PRINT, RAISED, plain_letter

Rng = np.random.Generator
_RAISE = {plain: raised for raised, plain in RAISED.items()}
_CODES = (
    "A",
    "B",
    "C",
    "D",
    "E",
    "F",
    "G",
    "H",
    "I",
    "J",
    "K",
    "L",
    "M",
    "N",
    "O",
    "P",
    "S",
    "U",
    "V",
    "W",
    "X",
    "Z",
)
_LONG = ("footnote", "remarks")
_ACCENTS = {
    plain: [c for c in ACCENTED if plain_letter(c) == plain]
    for plain in {plain_letter(c) for c in ACCENTED}
}
_USUAL = "éüöäñøåßçèáíóúéüöäÉÜÖÄñ"
"""Letters of names that are met most often, here."""
_ITEMS = ("(i)", "(ii)", "(iii)", "(iv)", "(v)", "(a)", "(1)", "2/3%", "1/4th", "1:10")


class Texts:
    """Draws what a line says. ``filings`` are ownership XML trees, ``words`` those of the
    language.
    """

    def __init__(self, filings: Sequence[ET.Element], words: Sequence[str]) -> None:
        self._words = words
        self._long, self._short = _texts(filings)
        self._captions = [c for c in captions.texts() if len(c) > 2]

    def draw(self, rng: Rng) -> str:
        """A line: characters of ``PRINT``, with raised footnote marks behind some."""
        kind = rng.choice(
            [
                "number",
                "price",
                "date",
                "code",
                "short",
                "long",
                "caption",
                "words",
                "noise",
                "mark",
                "accented",
            ],
            p=[0.13, 0.10, 0.08, 0.06, 0.11, 0.22, 0.03, 0.06, 0.05, 0.03, 0.13],
        )
        if kind == "mark":
            return marks(rng)
        text = getattr(self, f"_{kind}_line")(rng)
        text = "".join(c for c in text if c in PRINT).strip() or "0"
        raised = {
            "number": 0.4,
            "price": 0.45,
            "date": 0.35,
            "short": 0.3,
            "code": 0.35,
            "words": 0.1,
        }.get(kind, 0.02)
        if rng.random() < raised:
            text += ("" if rng.random() < 0.8 else " ") + marks(rng)
        return text

    def _number_line(self, rng: Rng) -> str:
        number = int(10 ** rng.uniform(0, 8.5))
        text = f"{number:,}" if rng.random() < 0.8 else str(number)
        roll = rng.random()
        if roll < 0.2:
            text += f".{rng.integers(0, 10 ** (n := int(rng.integers(1, 5)))):0{n}d}"
        elif roll < 0.26:
            text = f"({text})"
        elif roll < 0.3:
            text = "0"
        elif roll < 0.33:
            text += rng.choice(["%", " shares", " (A)", " D", "+", " A", "."])
        return text

    def _price_line(self, rng: Rng) -> str:
        if rng.random() < 0.15:
            return rng.choice(
                ["$0", "$0.00", "0", "0.00", "$.00", "(1)", "$0.0000", "N/A", "-0-", "--"]
            )
        places = int(rng.choice([2, 2, 2, 3, 4, 4, 5]))
        amount = f"{10 ** rng.uniform(-1.5, 3.5):,.{places}f}"
        if rng.random() < 0.1 and amount.startswith("0"):
            amount = amount[1:]
        return (rng.choice(["$", "$", "$", "$ "]) if rng.random() < 0.7 else "") + amount

    def _date_line(self, rng: Rng) -> str:
        month, day, year = (
            int(rng.integers(1, 13)),
            int(rng.integers(1, 32)),
            int(rng.integers(1980, 2035)),
        )
        style = rng.random()
        if style < 0.75:
            return f"{month:02d}/{day:02d}/{year}"
        if style < 0.87:
            return f"{month}/{day}/{year if rng.random() < 0.5 else f'{year % 100:02d}'}"
        if style < 0.92:
            return f"{month:02d}-{day:02d}-{year}"
        name = rng.choice(
            ["January", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept", "December"]
        )
        return f"{name} {day}, {year}"

    def _code_line(self, rng: Rng) -> str:
        if rng.random() < 0.8:
            return str(rng.choice(_CODES))
        return str(
            rng.choice(
                [
                    "X",
                    "D",
                    "I",
                    "A",
                    "S",
                    "V",
                    "S(1)",
                    "J(2)",
                    "I (1)",
                    "Yes",
                    "No",
                    "x",
                    "None",
                    "/s/",
                ]
            )
        )

    def _short_line(self, rng: Rng) -> str:
        text = self._short[int(rng.integers(len(self._short)))]
        roll = rng.random()
        if roll < 0.2:
            return text.upper()
        if roll < 0.32:  # the issuer's box: its name and ticker
            ticker = "".join(
                rng.choice(list("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), int(rng.integers(1, 6)))
            )
            space = rng.choice(["", " ", " "])
            return (text if roll < 0.26 else "") + f" [{space}{ticker}{space}]"
        if roll < 0.4:
            by = rng.choice(["", "", "By: ", "by "])
            behind = rng.choice(
                ["", ", Attorney-in-Fact", ", by power of attorney", ", as attorney-in-fact for"]
            )
            return f"{by}/s/ {text}{behind}"
        return self._figures_changed(text, rng)

    def _accented_line(self, rng: Rng) -> str:
        """A name, a place or words with letters that English does not have, and others beside
        it.
        """
        roll = rng.random()
        text = (
            self._short_line(rng)
            if roll < 0.6
            else self._words_line(rng)
            if roll < 0.9
            else self._long_line(rng)
        )
        places = [k for k, c in enumerate(text) if c in _ACCENTS]
        if not places:
            return text
        letters = list(text)
        for k in rng.choice(
            places, min(len(places), int(rng.integers(1, 5))), replace=False
        ).tolist():
            own = _ACCENTS[letters[k]]
            usual = [c for c in own if c in _USUAL]
            letters[k] = str(rng.choice(usual if usual and rng.random() < 0.6 else own))
        return "".join(letters)

    def _figures_changed(self, text: str, rng: Rng) -> str:
        """The text, at times with other figures in the place of its own."""
        if rng.random() < 0.5:
            return text
        return "".join(str(rng.integers(0, 10)) if c.isdigit() else c for c in text)

    def _long_line(self, rng: Rng) -> str:
        words = self._long[int(rng.integers(len(self._long)))].split()
        count = int(rng.integers(3, 17))
        start = int(rng.integers(0, max(1, len(words) - count + 1)))
        text = " ".join(words[start : start + count])
        if start == 0 and rng.random() < 0.5:
            n = int(rng.integers(1, 30))
            text = rng.choice([f"{n}. ", f"({n}) ", f"[{n}] ", f"{n}) "]) + text
            if rng.random() < 0.2:
                text = raise_digits(f"({n})") + " " + text.split(" ", 1)[1]
        if rng.random() < 0.3:
            text = self._spiced(text, rng)
        return self._figures_changed(text[:110], rng)

    def _spiced(self, text: str, rng: Rng) -> str:
        """The text with words of the language among its own, other stops, an amount or a numbered
        item.
        """
        words = text.split()
        for _ in range(int(rng.integers(1, 4))):
            k = int(rng.integers(0, len(words) + 1))
            roll = rng.random()
            if roll < 0.35:
                words.insert(k, self._words[int(rng.integers(len(self._words)))])
            elif roll < 0.5:
                words.insert(k, self._price_line(rng))
            elif roll < 0.6:
                words.insert(k, rng.choice(_ITEMS))
            elif k < len(words):
                words[k] = words[k].rstrip(".,;:") + rng.choice(
                    [".", ",", ";", ":", "", ".,", "..", '."', '",', ")."]
                )
        return " ".join(words)

    def _caption_line(self, rng: Rng) -> str:
        words = self._captions[int(rng.integers(len(self._captions)))].split()
        count = int(rng.integers(1, 12))
        start = int(rng.integers(0, max(1, len(words) - count + 1)))
        return " ".join(words[start : start + count])

    def _words_line(self, rng: Rng) -> str:
        words = [
            self._words[int(k)] for k in rng.integers(0, len(self._words), int(rng.integers(1, 8)))
        ]
        case = rng.random()
        if case < 0.35:
            words = [w.capitalize() for w in words]
        elif case < 0.55:
            words = [w.upper() for w in words]
        marks_ = ["", "", "", "", ",", ".", ";", ":", '"', "'s", " &", ")", "-", "/"]
        return " ".join(w + rng.choice(marks_) for w in words)

    def _noise_line(self, rng: Rng) -> str:
        pool = (
            PRINT[1:]
            if rng.random() < 0.3
            else "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,/$()-&l1IiO0S5B8"
        )
        pieces = [
            "".join(rng.choice(list(pool), int(rng.integers(1, 9))))
            for _ in range(int(rng.integers(1, 4)))
        ]
        return " ".join(pieces)


def marks(rng: Rng) -> str:
    """Footnote marks, raised: (1), (1)(2), (1), (2)."""
    count = int(rng.choice([1, 1, 1, 1, 2, 2, 3, 4]))
    numbers = [int(n) for n in np.sort(rng.integers(1, 10 if rng.random() < 0.7 else 40, count))]
    if rng.random() < 0.04:
        return raise_digits("".join(str(n) for n in numbers[:1]))
    between = rng.choice(["", "", "", " ", ", ", ","])
    return between.join(raise_digits(f"({n})") for n in numbers)


def raise_digits(text: str) -> str:
    """The same characters, standing above the line."""
    return "".join(_RAISE.get(c, c) for c in text)


def _texts(filings: Sequence[ET.Element]) -> tuple[list[str], list[str]]:
    long, short = set(), set()
    for root in filings:
        for element in root.iter():
            text = re.sub(r"\s+", " ", element.text or "").strip()
            if len(text) < 2 or not re.search("[A-Za-z]", text):
                continue
            (long if element.tag in _LONG else short).add(
                text[:400] if element.tag not in _LONG else text
            )
    return sorted(long), sorted(short)
