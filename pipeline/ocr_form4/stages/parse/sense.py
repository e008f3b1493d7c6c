"""What running text cannot say, set right where a reader saw what it can; each change is noted, and
so doubted.

Of 280 scans 11 have such values: 9 are right that would be wrong, none the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ocr_form4.stages.parse.candidates import CHOSEN
from ocr_form4.stages.parse.fields import STRUCK
from ocr_form4.stages.parse.grammar import plain
from ocr_form4_models.field import DECIMALS, Candidate, Field, Kind
from ocr_form4_models.form4 import Filing
from ocr_form4_models.reading import Reading, of_the_picture
from ocr_form4_models.reason import Code, Reason

_STOPPED = re.compile(
    r"(?<=[a-z]{3})(?<!\bEsq)(?<!\bInc)(?<!\bCorp)(?<!\bLtd)\.(?= (as )?attorney)", re.IGNORECASE
)
_END_POINT = re.compile(
    r"(?<=\w{3}|\w{2}\))(?<!\b(?:Inc|Ltd|Esq|LLC|LLP))(?<!\bCorp)[.,:;]+$|(?<=\w)[,:;]$",
    re.IGNORECASE,
)
_NO_POINT_AT_END = {
    "rptOwnerName", "officerTitle", "signatureName", "securityTitle", "underlyingSecurityTitle",
}  # fmt: skip
"""Elements that end in no point or comma behind a word of three letters or more that is none of
these: so 5,246 of 5,247 in 498 filings; and in no comma behind any word: of 6,184 of 579 filings
none does.
"""
_WORD = 4
"""Letters of a last word of a sentence: what is shorter may be a piece of one that was torn. Of 44
texts without a full stop on 280 scans 13 end in two or three letters, nine of ten others in five or
more.
"""
_ZERO_WORD = re.compile(r"(?<![\w.,-])(?=[A-Za-z]+0|0')[A-Za-z0']{2,}(?!\w)")
"""A word of two letters or more of which one is a zero."""
_ZERO_INITIAL = re.compile(r"(?<=[A-Za-z] )0(?=\.?$)")
"""A zero alone behind an owner's name: of 727 names as filed none ends so, and of four that end
in the initial O two were read so on 555 scans.
"""
_OWNER = "rptOwnerName"
_OF_SENTENCES = (Kind.NAME, Kind.TEXT, Kind.FOOTNOTE)
_OF_WORDS = _NO_POINT_AT_END | {
    "issuerName", "rptOwnerStreet1", "rptOwnerStreet2", "rptOwnerCity", "otherText",
    "natureOfOwnership",
}  # fmt: skip
"""Elements in which no such word stands: in none of 9,685 of 498 filings. Codes have it."""
_AT_A_LOSS, _SHORT = 0.5, 3
"""A first reader's score below which it is not sure of a name, and the characters that a word of
dirt has at most: six such names on 555 scans have 0.05 to 0.24, and words of 1 or 2.
"""
_SURE = 0.95
"""A reader's score from which a point at the end is taken to be there: of three such points on 280
scans one has 0.999, two 0.90 and 0.5.
"""
_STOP = re.compile(r"(\w{3,}[)\"”’']{0,2})\. (?=([a-z]\w*|(?:Inc|LLC|Ltd|Corp|INC|LTD|CORP)\b))")
_SHORTENED = {"inc", "ltd", "corp", "esq"}
"""Of 609 words of three letters or more in 2,620 notes as filed that a point and a small letter
follow 599 are one of these, and 3,826 have a comma there; before a company's form of law 2,058
have a comma, and none a point.
"""
NUMERALS = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
_NUMERAL = re.compile(r"\(([ivx]+|I)\)(?= (\S+))")


def sensible_text(text: Field) -> Field:
    """A footnote or remark that begins and ends as a sentence does, and counts (i), (ii), (iii)."""
    if not isinstance(text.value, str):
        return text
    seen = of_the_picture(text.readings)
    begun = _begun(text.value, seen)
    if begun != text.value:
        text = settled(text, begun, "a text begins with a capital, and one reader saw it")
    ended = _ended(begun, seen)
    if ended != begun:
        text = settled(text, ended, "a text ends in a full stop, and one reader saw it")
    counted = _counted(ended, seen)
    if counted != ended:
        text = settled(text, counted, "(ii) follows (i), and one reader saw two letters")
    return text


def sensible_signature(name: Field) -> Field:
    """A signature, with the comma before the signer's capacity where a full stop was read: "Keusch.
    attorney-in-fact".

    Of 498 filings none has a full stop there, behind a name that is no abbreviation, and 402 a
    comma.
    """
    if not isinstance(name.value, str) or not _STOPPED.search(name.value):
        return name
    return settled(name, _STOPPED.sub(",", name.value), "a comma stands before a signer's capacity")


def without_end_points(filing: Filing) -> Filing:
    """The filing with no point or comma behind the last word of a name or title, where no reader
    is sure of it: such specks a coarse scan is full of.
    """
    changed = {}
    for path, field in filing.fields.items():
        if (
            isinstance(field.value, str)
            and has_end_point(path, field.value)
            and not _is_sure(field)
        ):
            whole = _END_POINT.sub("", field.value)
            changed[path] = settled(field, whole, "a name does not end in a point")
    return filing.with_fields(changed) if changed else filing


def with_commas(filing: Filing) -> Filing:
    """The filing with the comma within a sentence or a name that one reader saw where others saw a
    full stop.
    """
    changed = {}
    for path, field in filing.fields.items():
        if isinstance(field.value, str) and field.kind in _OF_SENTENCES:
            whole = _running_on(field.value, of_the_picture(field.readings))
            if whole != field.value:
                changed[path] = settled(field, whole, "a comma stands there, and one reader saw it")
    return filing.with_fields(changed) if changed else filing


def without_dirt_at_ends(filing: Filing) -> Filing:
    """The filing without a short word at an end of a name that another reader does not see, and of
    which the first is not sure: of six on 700 scans by many hands all were dirt.
    """
    changed = {}
    for path, field in filing.fields.items():
        seen = of_the_picture(field.readings)
        if field.kind is not Kind.NAME or len(seen) < 2 or seen[0].confidence >= _AT_A_LOSS:
            continue
        words = field.text.split(" ")
        ends = ((words[1:], words[0]), (words[:-1], words[-1]))
        said = {plain(r.text) for r in seen}
        left = [" ".join(rest) for rest, end in ends if rest and len(end) <= _SHORT]
        if (whole := next((rest for rest in left if rest in said), None)) is not None:
            shorter = settled(field, whole, "a reader does not see what stood at an end of it")
            changed[path] = replace(shorter, notes=(*shorter.notes, STRUCK))
    return filing.with_fields(changed) if changed else filing


def has_end_point(path: str, text: str) -> bool:
    """Whether a name or title ends in a point or comma that such a one does not end in."""
    return _element(path) in _NO_POINT_AT_END and _END_POINT.search(text) is not None


def with_letters_o(filing: Filing) -> Filing:
    """The filing with the letter O where a zero was read within a word, or as an owner's initial:
    "RI0 ROBLES", "Sacks David 0".
    """
    changed = {}
    for path, field in filing.fields.items():
        if _element(path) in _OF_WORDS and isinstance(field.value, str):
            whole = _ZERO_WORD.sub(_in_letters, field.value)
            if _element(path) == _OWNER:
                whole = _ZERO_INITIAL.sub("O", whole)
            if whole != field.value:
                changed[path] = settled(field, whole, "no word of letters has a zero")
    return filing.with_fields(changed) if changed else filing


def _element(path: str) -> str:
    return path.removesuffix("/value").rpartition("/")[2]


def _in_letters(word: re.Match[str]) -> str:
    """A word with the letter for its zeros, a small one within a word that has small ones."""
    letter = "o" if re.search("[a-z]", word[0]) else "O"
    return re.sub(r"(?<=[A-Za-z])0", letter, word[0]).replace("0", "O")


def _is_sure(field: Field) -> bool:
    """Whether all that were asked say what the field holds, one of them with a good score."""
    seen = of_the_picture(field.readings)
    same = all(r.text == field.value for r in seen)
    return same and max((r.confidence for r in seen), default=0.0) >= _SURE


def settled(field: Field, value: str, why: str) -> Field:
    """A field with another value, which leads its candidates, and a note that says ``why``."""
    said = (
        Candidate(value, CHOSEN),
        *(replace(c, weight=round((1 - CHOSEN) * c.weight, DECIMALS)) for c in field.candidates),
    )
    return replace(
        field,
        value=value,
        candidates=said,
        notes=(*field.notes, Reason(Code.SETTLED_BY_SENSE, f"settled by sense: {why}")),
    )


def stops_within(text: str) -> list[re.Match[str]]:
    """The full stops within a sentence or before a company's form of law, where a comma belongs;
    with the word before and the one behind.
    """
    return [m for m in _STOP.finditer(text) if m[1].rstrip(")\"”’'").lower() not in _SHORTENED]


def _running_on(value: str, readings: Sequence[Reading]) -> str:
    for stop in stops_within(value):
        comma = f"{stop[1]}, {stop[2]}"
        if any(comma in r.text for r in readings):
            end = stop.end(1)
            value = f"{value[:end]},{value[end + 1 :]}"
    return value


def _begun(value: str, readings: Sequence[Reading]) -> str:
    """The text with the capital at its beginning that one reader saw: of 2,574 footnotes of 498
    filings that begin with a letter none begins with a small one.
    """
    whole = value[:1].upper() + value[1:]
    first = whole.split(" ")[0]
    seen = whole != value and any(r.text.split(" ")[0] == first for r in readings)
    return whole if seen else value


def _ended(value: str, readings: Sequence[Reading]) -> str:
    """The text with the full stop at its end that one reader saw where the others saw a comma, or
    nothing.
    """
    whole = value.rstrip(",:; ") + "."
    last = whole.split(" ")[-1]
    if value[-1] in ".)\"'”" or len(last) < _WORD:
        return value
    return whole if any(r.text.split(" ")[-1] == last for r in readings) else value


def _counted(value: str, readings: Sequence[Reading]) -> str:
    """The text with small numerals in parentheses counted on where one is repeated that a reader
    saw longer.
    """
    said, at, before = "", 0, ""
    for found in _NUMERAL.finditer(value):
        numeral = found[1].lower() if before or re.search(r"\([iv]+\)", value) else found[1]
        follows = NUMERALS[NUMERALS.index(before) + 1 :][:1] if before in NUMERALS else ()
        if follows and numeral == before and _saw(readings, len(follows[0]), found[2]):
            numeral = follows[0]
        said += value[at : found.start()] + f"({numeral})"
        at, before = found.end(), numeral
    return said + value[at:]


def _saw(readings: Sequence[Reading], letters: int, behind: str) -> bool:
    """Whether a reader saw ``letters`` strokes in parentheses before a word."""
    pattern = rf"\([iIl1tjuv|]{{{letters}}}\) {re.escape(behind)}(?!\w)"
    return any(re.search(pattern, r.text) for r in readings)
