"""What is in a value and may not be the filer's: a stamp, a number, a date that an office put
beside the signature or the notes; a ruling's piece read as a letter; another box's text; and what
hardly any filer writes.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ocr_form4.stages.parse.fields import STRUCK
from ocr_form4.text.lexicon import is_known
from ocr_form4.text.office import has_office_mark
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.form4 import Filing
from ocr_form4_models.reason import Code, Reason

_FREE = re.compile(r"/footnote\[|/remarks$|/signatureName$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_TORN = re.compile(r"^[a-z]|[-,&]$|\b(?:for|of|the|and|as|by)$")
"""A name that begins or ends in the middle, or is a single word: none of 693 signatures of 579
filings.
"""
_SIGNED, _SYMBOL = "/signatureName", "TradingSymbol"
"""None of 601 symbols as filed has a space in it."""
_LONE = re.compile(r"^[a-zIl|]\W? |\s\W?[a-zIl|]$|^\W*\w?\W*$")
_LONE_L = re.compile(r"\sL$")
"""A letter that stands alone at one end of a name and looks like a piece of a ruling, or is small,
or is all that there is: of 8,398 names, titles and addresses of 498 filings 3 end so, in "Unitrust
I", and the others neither begin so nor are one. An L ends names alone, as an initial.
"""
_LONE_FIGURE = re.compile(r"^\d\W? |\s\W?\d$")
"""Nor does a figure stand alone at an end of a name that is no address: of 1,269 of 498 filings one
begins so ("1 800 FLOWERS COM INC"); dirt is read as figures, and an O as a zero.
"""
_ODD_SIGN = re.compile(
    r"\w[-\u2013] \w|\w-(?:INC|CORP|LLC|LTD|Inc|Corp|Ltd)\b|"
    r"\w [.,;:](?:\s|$)|^[^(]*\)|\([^)]*$|^C[O0] "
)
"""A hyphen with paper on its right alone or before what a company is in law, a stop with paper
before it, half a pair of brackets, "CO" for "C/O": of 9,129 names, titles and addresses of 498
filings two have any.
"""
_ODD_CASE = re.compile(r"\b[A-Z]{2,}(?!s\b)[a-z]|\b(?:inc|corp|ltd|llc|llp|plc|co)\.?$")
"""Capitals before a small letter, or what a company is in law in small ones: of 9,129 names, titles
and addresses of 498 filings one has any, JPMorgan.
"""
_TEXT = re.compile(r"/footnote\[|/remarks$")
_OPENS_ALONE = re.compile(r"^(?![Aa] )[\w|/]\W? ")
"""A character that stands alone before a note or remark, other than an A: of 2,694 of 498 filings
one begins so, with "3.".
"""
LONE = Reason(
    Code.OVERLAID, "a character stands alone at one end of it: it may be a piece of a ruling"
)
ODD_SIGN = Reason(
    Code.OVERLAID, "a sign stands in it as in hardly any name: it may be another, or dirt"
)
_ADDRESS = "/reportingOwnerAddress/"
_ADDRESS_WORD = re.compile(r"(?<![\w'&-])[A-Za-z]{4,}[A-RT-Za-rt-z](?![\w'&-])")
"""Of 2,282 words of 498 filings' addresses one is unknown and a known one with a letter other than
an S behind it ("VACCINEX"); so is "ROADX", where dirt was read as the letter.
"""
LETTER_MORE = Reason(
    Code.OVERLAID, "a word in it would be known without its last letter, which may be dirt"
)
ODD_CASE = Reason(Code.OVERLAID, "small letters and capitals stand in it as in hardly any name")
_SMALL_WORD = re.compile(r"(?<![\w'’.\-/])[a-z]{4,}(?![\w'’\-/])")
_ACCENTED = re.compile(r"(?<!\w)[a-zß-öø-ÿ]*[ß-öø-ÿ][a-zß-öø-ÿ]*(?!\w)")
_DATE_WITH_POINT = re.compile(r"\b[JFMASOND][a-z]{2,8} \d{1,2}\. \d{4}")
"""Of 2,694 notes and remarks of 498 filings none has such a date, or a word of small letters of
which one has an accent ("agrëement" under toner), and 36 have a word of four small
letters and more that the lexicon lacks; of 1,411 of issuers that it does not know 15.
"""
STRANGE_WORD = Reason(Code.UNSUPPORTED, "a word or a date in it is written as in hardly any filing")
_BEHIND_SYMBOL = re.compile(r"\[[^\]]*\]\W*\w")
"""Of 498 issuers none is called so."""
BEHIND_SYMBOL = Reason(
    Code.GUESSED_PLACE, "something stands behind the trading symbol: it may be another box's"
)
TOO_MANY = Reason(
    Code.GUESSED_PLACE,
    "there are more signatures than reporting persons: a date or a name may be a stamp's",
)
TORN = Reason(
    Code.GUESSED_PLACE, "a signature ends in the middle: a part of it may stand elsewhere"
)


def tell_foreign_text(filing: Filing) -> Filing:
    """The filing with a note on every value that may hold what is not the filer's.

    Of 579 filings one has more signatures than reporting persons; a paper form prints the first
    person of a group alone, and has the signature and the date of each.
    """
    signed = [f.value for p, f in filing.fields.items() if "/ownerSignature[" in p]
    many = filing.count("ownerSignature") > max(1, filing.count("reportingOwner"))
    many = many and (None in signed or len(signed) < 2 * filing.count("ownerSignature"))
    names = [f.text for p, f in filing.fields.items() if p.endswith(_SIGNED) and f.value]
    torn = any(_TORN.search(name) or len(_WORD.findall(name)) < 2 for name in names)
    changed = {}
    for path, field in filing.fields.items():
        notes = _in_a_name(path, field) + _in_a_text(path, field)
        if "/ownerSignature[" in path:
            notes += [TOO_MANY] * many + [TORN] * torn
        if notes:
            changed[path] = replace(field, notes=(*field.notes, *notes))
    return filing.with_fields(changed) if changed else filing


def _in_a_name(path: str, field: Field) -> list[Reason]:
    in_symbol = path.endswith(_SYMBOL) and " " in str(field.value)
    in_name = field.kind is Kind.NAME and _ODD_SIGN.search(field.text)
    told = (
        (LONE, _is_name(path, field) and _has_a_lone_end(path, field.text)),
        (ODD_SIGN, in_symbol or in_name),
        (LETTER_MORE, _ADDRESS in path and _has_a_letter_more(field.text)),
        (ODD_CASE, field.kind is Kind.NAME and _ODD_CASE.search(field.text)),
        (BEHIND_SYMBOL, path.endswith("/issuerName") and _BEHIND_SYMBOL.search(field.text)),
    )
    return [reason for reason, is_so in told if is_so]


def _in_a_text(path: str, field: Field) -> list[Reason]:
    of_text = _TEXT.search(path)
    told = (
        (STRUCK, _FREE.search(path) and has_office_mark(field.text)),
        (LONE, of_text and _OPENS_ALONE.search(field.text)),
        (STRANGE_WORD, of_text and _is_strange(field.text)),
    )
    return [reason for reason, is_so in told if is_so]


def _is_name(path: str, field: Field) -> bool:
    """Whether a field is a name of several letters, with a value; a symbol may be a single one, and
    a signature ends in whatever a hand or a reader makes of it.
    """
    named = field.kind is Kind.NAME and field.value is not None
    return named and not path.endswith((_SIGNED, _SYMBOL))


def _has_a_lone_end(path: str, text: str) -> bool:
    lone = _LONE_L if _ADDRESS in path else _LONE_FIGURE
    return bool(_LONE.search(text) or lone.search(text))


def _has_a_letter_more(text: str) -> bool:
    words = _ADDRESS_WORD.findall(text)
    return any(not is_known(word) and is_known(word[:-1]) for word in words)


def _is_strange(text: str) -> bool:
    """Whether a word of running text is none of the language, nor of filings, or has an accent, or
    a date has a point for its comma.
    """
    if _ACCENTED.search(text) or _DATE_WITH_POINT.search(text):
        return True
    return not all(map(is_known, _SMALL_WORD.findall(text)))
