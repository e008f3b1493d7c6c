"""The grammars of the form's columns: from a reader's text to a value, or to nothing.

A grammar chooses and does not invent. Letters that look like a digit are that digit where only a
digit can stand (I and l are 1, O is 0); anything else that is no number is not made one: ``1,2S0``
stays unread.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ocr_form4.text.dates import named_day
from ocr_form4_models.codes import TRANSACTION_CODES
from ocr_form4_models.field import Kind, Value

_DIGIT_LIKE = str.maketrans({"I": "1", "l": "1", "|": "1", "O": "0", "o": "0", "°": "0"})
_UNIT = re.compile(
    r"(?<=\d)\s*(?:shs?|shares|units|options|rights|warrants)\b\.?\s*$", re.IGNORECASE
)
_EACH = re.compile(r"(?<=\d)\s*(?:/|per\b|a\b)\s*(?:shs?|share|unit)\b\.?\s*$", re.IGNORECASE)
_SCALED = re.compile(r"(.*\d)\s*(thousand|million|billion)", re.IGNORECASE)
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_NIL = re.compile(r"[-–—]\s*[0O]\s*[-–—]")
_NOTHING = re.compile(r"\W*(?:N\s?/\s?A|None|Nil|Not applicable)\W*", re.IGNORECASE)
"""As people type it: "1,500 shs.", "$12.50/sh", "1.5 million", no shares as "-0-" and "N/A"."""
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+")
_ONE_MARK = r"[(\[{]\s*[\dIl]{0,2}\s*(?:[)\]}\"'”’]+|(?=[(\[{]|$))\s*"
_MARKS = re.compile(rf"(?:{_ONE_MARK})+$")
_POINT_BEHIND = re.compile(r"(?<=\d[)\]}])\s*[.,;:'`•·]$")
MARK = re.compile(r"[(\[{]\s*([\dIl]{1,2})\s*(?:[)\]}\"'”’]|(?=[(\[{]|$))")
_QUOTES = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "´": "'", "`": "'", "–": "-", "—": "-"}
)
_DECIMALS = 4
"""Of a number as EDGAR prints it (its technical specification, numbers of 16.4 places)."""
_AMID_DIRT = 4
"""Letters and figures among which a code is looked for, at most, where it is not alone: "4Dx+"."""
_MONTHS = range(1, 13)
_CENTURIES, _THIS_CENTURY = (2000, 1900), 40
"""A year of two figures up to this is of this century: options run ten years, the form began in
1934.
"""
_FIRST_YEAR, _LAST_YEAR = 1934, 2100
"""The Exchange Act is of 1934; "indefinite" expirations are written as 2099 at times."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A value with how well its text keeps to the grammar, 0 ... 1.

    ``literal`` says that it is what the characters say; else one of them was taken for another that
    looks like it.
    """

    value: Value
    fit: float = 1.0
    """1 where it is what EDGAR prints."""
    literal: bool = True


Grammar = Callable[[str], tuple[Parsed, ...]]


@dataclass(frozen=True, slots=True)
class Fits:
    """How well a value fits that a text may stand for, 0 ... 1, where it is not simply what the
    characters say.

    They order the values of one text, and weigh them against those of other readers; a sure
    reader's text is taken to the letter whatever they are: 33,177 of 35,710 readings on 280 scans.
    Of the others no value and no status was another on 109 scans with 22 numbers in place of these.
    """

    likelier: float = 0.9
    less_likely: float = 0.1
    """Of two values of one text: that a point before three figures is one in a number and a price,
    and a comma before 000, as nobody prints zeros at the end of decimals; that the 5, 3 or 8 before
    a price is its dollar sign; that a price of millions is one; that a letter ends before
    marks that cannot be made out.
    """
    speck: float = 0.55
    lost_zero: float = 0.45
    """Of a number that begins with a point: that this is a speck, and that a 0 was lost before it.
    They are nearly even, as shares are whole as a rule, and arithmetic is to decide: at 0.9 and 0.1
    the 758 of the fixture of a fax was taken without it.
    """
    otherwise: float = 0.4
    """Of what EDGAR does not print so: a number that is not grouped, has a 0 before it or more than
    four decimals, a price without its sign, a date before a mark that cannot be made out, before
    the Act of 1934, after 2100 or with a figure for a slash, a code or a date with a mark run into
    it, a code that was read as what looks like it, a ticker longer than ten characters or with
    others than tickers have.
    """


FIT = Fits()


def count(text: str) -> tuple[Parsed, ...]:
    """A number of shares or the like: grouped by commas, at most four decimals, no zeros at their
    end (EDGAR's print).

    In poor print a comma and a point look alike. Where the figures behind a point are three, both
    ways of reading it are values that the reader's text can stand for, unless the reader is sure of
    it (``candidates``).
    """
    text = _UNIT.sub("", text)
    if _NIL.fullmatch(text.strip()):
        return (Parsed(Decimal(0), 1.0),)
    if scaled := _SCALED.fullmatch(text.strip()):
        return tuple(replace(p, value=_scaled(p.value, scaled[2])) for p in count(scaled[1]))
    bare = re.sub(r"\s+", "", text).strip("|_'`\"~*:;").removeprefix("$").translate(_DIGIT_LIKE)
    bare = bare.strip("|_'`\"~*:;-").rstrip(".,").lstrip(",")
    if re.search(r"\d\s+\d", text) and not _GROUPED.match(bare):
        # two numbers, one of them struck out perhaps; a gap within grouped figures is the reader's
        return ()
    if not re.fullmatch(r"[\d.,]*\d", bare) or bare.count(".") > 3:
        return ()
    if "." in bare and _GROUPED.fullmatch(bare.replace(".", ",")):
        return _as_groups(bare)
    if not _NUMBER.fullmatch(bare):
        return ()
    if bare.startswith("."):  # shares are whole as a rule: a speck before them, or a lost 0
        return (
            Parsed(Decimal(bare[1:]), FIT.speck, literal=False),
            Parsed(Decimal(bare), FIT.lost_zero),
        )
    return (Parsed(Decimal(bare.replace(",", "")), _fit_of(bare)),)


def _scaled(value: Value, word: str) -> Decimal:
    return Decimal(format((Decimal(str(value)) * _SCALES[word.lower()]).normalize(), "f"))


def _as_groups(bare: str) -> tuple[Parsed, ...]:
    """Groups of three figures with a point before one of them, which may be a comma; the likelier
    first.
    """
    zeros = bare.rpartition(".")[2] == "000"
    comma, point = (FIT.likelier, FIT.less_likely) if zeros else (FIT.less_likely, FIT.likelier)
    grouped = Parsed(Decimal(re.sub("[.,]", "", bare)), comma, literal=False)
    if bare.count(".") > 1 or "," in bare.partition(".")[2]:
        return (grouped,)
    pointed = Parsed(Decimal(bare.replace(",", "")), point)
    return (grouped, pointed) if zeros else (pointed, grouped)


def _fit_of(bare: str) -> float:
    """How well figures keep to EDGAR's print, which groups them, has four decimals at most and no 0
    before them.
    """
    whole, _, decimals = bare.partition(".")
    padded = len(whole) > 1 and whole.startswith("0")
    ungrouped = "," not in whole and len(whole) > 3
    return FIT.otherwise if padded or ungrouped or len(decimals) > _DECIMALS else 1.0


def price(text: str) -> tuple[Parsed, ...]:
    """A price: as a count, with ``$`` before it. A reader may take that for S, 5, 3 or 8; a price
    without one may have lost it so, and both ways of reading it are values.
    """
    bare = re.sub(r"\s+", "", _EACH.sub("", text)).lstrip("|_'`\"~*:;.,")
    if bare[:1] in "$S" and len(bare) > 1:
        return _as_price(bare[1:], 1.0)
    whole = _as_price(bare, FIT.otherwise)
    if bare[:1] in "538" and len(bare) > 1:
        return (
            *(replace(v, literal=False) for v in _as_price(bare[1:], FIT.likelier)),
            *whole,
        )
    return whole


def _as_price(bare: str, fit: float) -> tuple[Parsed, ...]:
    """Three decimals are usual in a price; a price of millions may have its point read as a
    comma.
    """
    values = count(bare)
    if len(values) == 2 and not bare.endswith(".000"):
        values = tuple(
            replace(v, fit=FIT.likelier if "." in str(v.value) else FIT.less_likely) for v in values
        )
    groups = bare.split(",")
    if len(groups) > 2 and all(g.isdigit() for g in groups):
        pointed = Parsed(
            Decimal("".join(groups[:-1]) + "." + groups[-1]), FIT.less_likely, literal=False
        )
        values = (*(replace(v, fit=FIT.likelier) for v in values), pointed)
    # a comma read as a point
    if re.fullmatch(r"\d{1,3}([.,]\d{3})*\.\d{3}\.\d{1,5}|\d{1,3}(\.\d{3})+\.\d{1,5}", bare):
        head, _, decimals = bare.rpartition(".")
        number = Decimal(re.sub("[.,]", "", head) + "." + decimals)
        values = (*values, Parsed(number, FIT.likelier, literal=False))
    best_first = sorted(values, key=lambda v: -v.fit)
    return tuple(replace(v, fit=v.fit * fit) for v in best_first)


def day(text: str) -> tuple[Parsed, ...]:
    """A date as MM/DD/YYYY; people type MM/DD/YY and "Feb. 5, 2024" as well.

    A mark behind it that was read as a figure does not belong to it.
    """
    marked = re.fullmatch(r"\s*(\d{1,2}/\d{1,2}/\d{4})\s+\W?\d{1,2}\W?", text)
    if marked:
        return tuple(replace(p, fit=FIT.otherwise * p.fit) for p in day(marked[1]))
    if named := named_day(text):
        return (Parsed(named, 1.0),)
    bare = re.sub(r"\s+", "", text).strip("|_'`\"~*:;.,-").translate(_DIGIT_LIKE)
    match = re.fullmatch(r"(\d{1,2})[/\\.\-](\d{1,2})[/\\.\-](\d{4}|\d{2})", bare)
    if iso := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", bare):
        match = re.fullmatch(r"(..)/(..)/(....)", f"{iso[2]}/{iso[3]}/{iso[1]}")
    fit = 1.0
    if match is None:
        # a slash lost to the reader leaves ten figures of which two are slashes read as 1 or 7
        match = re.fullmatch(r"(\d{2})[/17](\d{2})[/17](\d{4})", bare)
        fit = FIT.otherwise
    if match is None:
        return ()
    month, of_month, year = (int(g) for g in match.groups())
    if year < 100:
        year += _CENTURIES[year > _THIS_CENTURY]
    try:
        value = date(year, month, of_month)
    except ValueError:
        return ()
    return (Parsed(value, fit if _FIRST_YEAR <= year <= _LAST_YEAR else FIT.otherwise * fit),)


def says_nothing(text: str) -> bool:
    """Whether somebody typed that there is nothing: "N/A", "None"."""
    return _NOTHING.fullmatch(text) is not None


def month_year(text: str) -> tuple[Parsed, ...]:
    """MM/YYYY, as the form of 1996 asks for, kept as text YYYY-MM."""
    match = re.fullmatch(
        r"(\d{1,2})/(?:\d{1,2}/)?(\d{4})",
        re.sub(r"\s+", "", text).translate(_DIGIT_LIKE).strip(".,_-"),
    )
    if match is None or int(match[1]) not in _MONTHS:
        return ()
    return (Parsed(f"{int(match[2]):04d}-{int(match[1]):02d}"),)


def one_of(letters: str) -> Grammar:
    """A single letter of a set."""

    def grammar(text: str) -> tuple[Parsed, ...]:
        text = text.strip(" ._-'`\"~")
        text = text.strip("| ") or text
        # marks behind it that cannot be made out
        lone = re.match(r"([A-Za-z])\s*[^A-Za-z0-9\s].*", text)
        if lone and lone[1].upper() in letters:
            return (Parsed(lone[1].upper(), FIT.likelier),)
        bare = re.sub(r"[^A-Za-z0-9$|]", "", text)
        # "Vv": Tesseract's double sight of a lone letter
        if bare.upper() in {letter * 2 for letter in letters}:
            bare = bare[0]
        upper = bare.upper()
        if len(upper) == 1 and upper in letters:
            return (Parsed(upper),)
        if 1 < len(bare) <= 3 and bare[0] in letters and not set(bare[1:]) & set(letters):
            return (Parsed(bare[0], FIT.otherwise),)  # a mark run together with it
        alike = {
            "$": "S",
            "5": "S",
            "0": "D",
            "1": "I",
            "L": "I",
            "|": "I",
            "T": "I",
            "6": "G",
        }.get(upper, "")
        if alike and alike in letters:
            return (Parsed(alike, FIT.otherwise),)
        amid = set(upper) & set(letters)  # dirt
        is_amid = len(amid) == 1 and len(upper) <= _AMID_DIRT
        return (Parsed(amid.pop(), FIT.less_likely, literal=False),) if is_amid else ()

    return grammar


transaction_code = one_of("".join(TRANSACTION_CODES) + "V")
acquired_disposed = one_of("AD")
direct_indirect = one_of("DI")
voluntary = one_of("V")


def marks_in(text: str) -> tuple[str, ...]:
    """The footnote marks in a text of nothing else: ``"(1)(2)"`` gives ``("F1", "F2")``."""
    return tuple(
        f"F{int(n.translate(_DIGIT_LIKE))}"
        for n in MARK.findall(text)
        if int(n.translate(_DIGIT_LIKE)) > 0
    )


def trading_symbol(text: str) -> tuple[Parsed, ...]:
    """A ticker: capitals and figures; small print makes S and s, O and o alike, and tickers have no
    small letters.

    Nor figures, as a rule: among letters these are letters that look like them.
    """
    bare = re.sub(r"\s+", " ", text.upper()).strip(" .,;:'`_-")
    bare = re.sub(r"( [1IJL\]|]+)+$", "", bare)  # the bracket behind it
    if re.search("[A-Z]", bare):
        bare = bare.translate(str.maketrans("10586", "IOSBG"))
    return (
        (Parsed(bare, 1.0 if re.fullmatch(r"[A-Z0-9.\-/, ]{1,10}", bare) else FIT.otherwise),)
        if bare
        else ()
    )


def split_marks(text: str) -> tuple[str, tuple[str, ...]]:
    """A text and the footnote marks at its end, as printed: ``"$5(1)(2)"`` gives ``("$5", ("F1",
    "F2"))``.

    Parentheses around nothing legible are a mark, too: ``"758()"`` gives ``("758", ("",))``. A
    point behind a mark is dirt: ``"(7)."``.
    """
    text = text.strip()
    match = _MARKS.search(_POINT_BEHIND.sub("", text))
    if match is None:
        return text, ()
    return text[: match.start()].strip(), marks_in(match[0]) or ("",)


def plain(text: str) -> str:
    """Text with typographic quotes and dashes made plain, as EDGAR's own pages mostly have them.

    An underline seen between words is a space; a space seen within "attorney-in-fact" is none.
    """
    text = re.sub(r"[\s_]+", " ", text.translate(_QUOTES)).strip()
    return re.sub(r"\b([Aa]ttorney)[-=:]? ?([Ii]n)[-=:]? ?([Ff]act)\b", _in_fact, text)


def _in_fact(found: re.Match[str]) -> str:
    text = found[0]
    return "-".join(found.groups()) if re.search("[-=:]", text) else text


GRAMMARS: dict[Kind, Grammar] = {Kind.NUMBER: count, Kind.PRICE: price, Kind.DATE: day}
