"""What forbids to accept a field, however probable it is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from difflib import SequenceMatcher
from itertools import pairwise

from ocr_form4.stages.judge.agreement import CODES, agrees
from ocr_form4.stages.judge.wording import words_of
from ocr_form4.stages.parse.grammar import FIT, GRAMMARS, MARK, plain
from ocr_form4.stages.parse.sense import NUMERALS, has_end_point, stops_within
from ocr_form4.stages.parse.words import letters_of
from ocr_form4.text.lexicon import is_a_letter_off, is_known
from ocr_form4_models.check import Check, Grade, Outcome
from ocr_form4_models.field import Field, Kind
from ocr_form4_models.reading import Reading, of_the_picture
from ocr_form4_models.reason import Code

_SURE = 0.9
"""The score of a reader from which its saying another number or date counts. On the fixtures 33 of
788 are 1.00 times it or less, the others 1.01 or more.
"""
_HEARD = 0.5
"""A reader's score from which it says the letter of a code: of 3,700 codes of the development
corpus two lack one, of nine that hands to learn from drew in dirt all but four."""
_VOUCHED = 0.7
"""The score from which a reader vouches for a name: with 0.5 one of the two wrong ones is accepted,
with 0.9 129 texts are looked at instead of 63.
"""
_SURE_OF_A_POINT = 0.99
"""The score from which one reader at least is sure of a point where a comma may stand: of 244 such
numbers accepted on 535 scans 232 have one as sure, and all are right; one of the others is wrong,
on a page that was out of focus.
"""
_POINTED = re.compile(r"(?<![$\d.,])\d{1,3}\.\d{3}(?![\d%,])")
_SURE_OF_A_WORD = 0.95
"""The score from which one reader at least is sure of a word that no lexicon knows."""
_LETTERS = re.compile(r"[A-Za-z]{3}")
_TEXTS = (Kind.NAME, Kind.TEXT, Kind.FOOTNOTE)
_RANGE = re.compile(r"\$(\d[\d,]*(?:\.\d+)?) (?:to|and|through) \$(\d[\d,]*(?:\.\d+)?)")
_MOST_TIMES = 10
"""Of a range's lower price its higher one: of 894 in notes as filed two are further apart."""
_OF_ADDRESS = re.compile(
    r"c/o|\b(street|road|avenue|boulevard|blvd|drive|parkway|suite|floor|p\.? ?o\.? box)\b",
    re.IGNORECASE,
)
_STRAY = re.compile(r"(?<![\w'(./-])[b-z](?![\w').\-/])|(?<![\w'’-])[a-z]+ [B-HJ-Z] (?=[a-z])")
_OF_TWO = re.compile(
    r"(?<![\w'’.\-/(&])(?!(?:a[dlmnst]|b[ey]|co|d[aeiou]|e[ltx]|go|he|i[dfnst]|la|le|m[emy]|nd|no|o[fhnr]"
    r"|pm|r[de]|s[aot]|t[ho]|u[ps]|vs|we)\b)[a-z]{2}(?![\w'’.\-/)&])"
)
_UNPARTED = re.compile(
    r"(?<=[\w.])(?<!\b(?:as|by|of))(?<!\b(?:the|her|his)) attorney-in-fact", re.IGNORECASE
)


def is_contested(path: str, field: Field) -> bool:
    """Whether what the readers say forbids to accept a field, however probable it is."""
    of_readers = (
        is_opposed,
        is_pointed,
        may_be_thousands,
        is_taken_for,
        is_outvoted,
        is_unsaid,
        is_another_code,
        has_half_a_mark,
    )
    of_texts = (
        lacks_a_comma,
        ends_in_a_point,
        breaks_off,
        stops_in_the_middle,
        has_half_a_pair,
        miscounts,
        names_the_issuer_in_two_ways,
        has_an_odd_range,
        has_a_name_of_one,
        has_a_letter_off,
        differs_in_a_sign,
        has_a_stray_letter,
        names_an_address,
    )
    return any(rule(path, field) for rule in (*of_readers, *of_texts))


def is_opposed(path: str, field: Field) -> bool:
    """Whether a reader that is sure says another number or date than the field holds."""
    if field.kind not in GRAMMARS or field.value is None:
        return False
    sure = [r for r in of_the_picture(field.readings) if r.confidence >= _SURE]
    return any(GRAMMARS[field.kind](r.text) and not agrees(path, field, r) for r in sure)


def is_pointed(path: str, field: Field) -> bool:
    """Whether a reader says a number's very figures with its point elsewhere: 352.384 for 352,384.
    A coarse scan shows both alike: of 9,683 numbers accepted on 380 scans a reader says so of
    four, one of them wrong.
    """
    if field.kind not in (Kind.NUMBER, Kind.PRICE) or field.value is None:
        return False
    figures = re.sub(r"\D", "", str(field.value)).strip("0")
    return any(
        re.sub(r"\D", "", r.text).strip("0") == figures
        and GRAMMARS[field.kind](r.text)
        and not agrees(path, field, r)
        for r in _heard(field)
    )


def may_be_thousands(path: str, field: Field) -> bool:
    """Whether three figures stand behind a number's point, as behind a comma, and no reader is
    quite sure of it: 15.805 on a fax, of which the comma's tail is lost. In a text such a number is
    rare: of ten that were accepted on 535 scans one was wrong, however sure its readers.
    """
    if field.kind in _TEXTS:
        return bool(_POINTED.search(str(field.value)))
    if field.kind not in (Kind.NUMBER, Kind.PRICE) or field.derived:
        return False
    scores = [r.confidence for r in of_the_picture(field.readings)]
    sure = max(scores, default=1.0) >= _SURE_OF_A_POINT
    return not sure and bool(re.fullmatch(r"\d{1,3}\.\d{3}", str(field.value)))


def is_taken_for(path: str, field: Field) -> bool:
    """Whether no reader says a number or date to the letter, but what looks like it: 12,511.614 for
    12,511,614. So of one of 8,916 accepted on 700 scans by many hands, and it is wrong.
    """
    seen = of_the_picture(field.readings)
    if field.kind not in GRAMMARS or field.value is None or field.derived or not seen:
        return False
    said = (p for r in seen for p in GRAMMARS[field.kind](r.text))
    return not any(p.literal and p.value == field.value for p in said)


def is_unsaid(path: str, field: Field) -> bool:
    """Whether no reader says the very letter that a code is, with a score that dirt seldom has: a
    ring of dirt is read as 0, which is like a D. Where the column tells the sign, whether none
    reads figures in it.
    """
    last = _code_of(path, field)
    if not last or field.derived:
        return False
    wanted = "V" if last == "transactionFormType" else field.value
    heard = _heard(field)
    if _is_by_column(field):
        return not any(re.search(r"\d", r.text) for r in heard)
    said = [p for r in heard for p in CODES[last](r.text)]
    return not any(p.value == wanted and p.fit > FIT.otherwise for p in said)


def is_another_code(path: str, field: Field) -> bool:
    """Whether a reader says another code of the column, however unsure it is: so of one of 5,855
    codes accepted on 515 scans by many hands, and it is wrong.
    """
    last = _code_of(path, field)
    if not last or _is_by_column(field):
        return False
    said = of_the_picture(field.readings)
    return any(CODES[last](r.text) and not agrees(path, field, r) for r in said)


def has_half_a_mark(path: str, field: Field) -> bool:
    """Whether a reading of footnote marks that says what the field holds has half a pair of
    brackets besides: a mark whose other half is lost. Of 595 that are accepted one, and it is
    wrong.
    """
    if field.kind is not Kind.MARKS or field.value is None:
        return False
    said = [r.text for r in of_the_picture(field.readings) if agrees(path, field, r)]
    return any(re.search(r"[()]", MARK.sub("", text)) for text in said)


def lacks_a_comma(path: str, field: Field) -> bool:
    """Whether a signer's capacity follows the name without the comma that a coarse scan loses: so
    in none of 486 signatures by attorneys.
    """
    return path.endswith("/signatureName") and bool(_UNPARTED.search(str(field.value)))


def ends_in_a_point(path: str, field: Field) -> bool:
    """Whether a name or title ends in a point or comma, as one of 5,247 does and specks look; also
    where its readers are sure of it.
    """
    return isinstance(field.value, str) and has_end_point(path, field.value)


def breaks_off(path: str, field: Field) -> bool:
    """Whether a note or remark ends in a comma, as 8 of 2,694 in filings do and a blurred full stop
    looks; or begins in the middle, with a small letter, as none of 3,183 does ("vesting date.").
    """
    if field.kind not in (Kind.TEXT, Kind.FOOTNOTE):
        return False
    text = str(field.value)
    return text.endswith((",", ";")) or bool(re.match(r"[a-z](?![A-Z.])", text))


def stops_in_the_middle(path: str, field: Field) -> bool:
    """Whether a full stop stands where a sentence or a name goes on: a comma that lost its tail. So
    in ten places of 2,620 notes as filed, all of one filing.
    """
    return field.kind in _TEXTS and bool(stops_within(str(field.value)))


def has_half_a_pair(path: str, field: Field) -> bool:
    """Whether a quotation mark or a bracket in a text has no other: one of them is a speck, or was
    lost. So one of 1,682 notes and two of 962 names and titles as filed.
    """
    if field.kind not in _TEXTS:
        return False
    text = str(field.value)
    return text.count('"') % 2 > 0 or text.count("(") != text.count(")")


def has_an_odd_range(path: str, field: Field) -> bool:
    """Whether a text tells a range of prices of which one is ten times the other: $1,000.380 to
    $1,001,360. So 2 of 894 ranges as filed.
    """
    if field.kind not in _TEXTS:
        return False
    ranges = _RANGE.findall(str(field.value))
    prices = [[Decimal(p.replace(",", "")) for p in pair] for pair in ranges]
    return any(max(pair) > _MOST_TIMES * min(pair) for pair in prices)


def miscounts(path: str, field: Field) -> bool:
    """Whether the numbers in a text do not go on from one to the next, (i), (ii), (i): letters were
    lost. So in 5 of 1,682 notes as filed.
    """
    if field.kind not in _TEXTS:
        return False
    found = re.findall(r"\(([ivx]+)\)", str(field.value))
    counted = [NUMERALS.index(n) for n in found if n in NUMERALS]
    return not all(b == a + 1 or (b == 0 and a > 1) for a, b in pairwise([-1, *counted]))


def has_a_stray_letter(path: str, field: Field) -> bool:
    """Whether a letter that is no word stands alone in a text: a small one, "t he" for "the", or a
    capital between words of small letters, "after L the"; or two small ones that are none. So in
    none of 2,694 notes and remarks as filed. Of 4,050 accepted on 900 scans by many hands two have
    a small one, of which one is wrong, and of 1,130 on 425 scans one has two, and is wrong.
    """
    if field.kind not in (Kind.TEXT, Kind.FOOTNOTE):
        return False
    text = str(field.value)
    return bool(_STRAY.search(text) or _OF_TWO.search(text))


def names_the_issuer_in_two_ways(path: str, field: Field) -> bool:
    """Whether a text writes the Issuer once with and once without a capital. So do 2 of 1,682 notes
    as filed.
    """
    if field.kind not in _TEXTS:
        return False
    return {"Issuer", "issuer"} <= set(re.findall(r"\w+", str(field.value)))


def has_a_name_of_one(path: str, field: Field) -> bool:
    """Whether a text has a word that no lexicon knows, of which the first reader is not sure, nor
    more than one other: Borgs for Borqs, where a line under it takes the tail, or Grunwald, by a
    reader that has no ü. Or one of three letters and more of which no reader is sure at all.

    Of 9,400 texts accepted on 690 scans by many hands 63 have such a word, two of them wrong; of
    2,700 words that no lexicon knows, accepted on 500 scans, nobody is sure of 12, one of them
    wrong (MORRISVTLLE).
    """
    seen = of_the_picture(field.readings)
    if field.kind not in _TEXTS or not seen:
        return False
    may_be_known = not path.endswith("/issuerTradingSymbol")  # IN is no word there
    for word in words_of(plain(str(field.value)), seen):
        scores = {reader: said.score or 0.0 for reader, said in word.said.items()}
        of_first = scores.get(seen[0].reader, 0.0)
        sure = sum(score >= _VOUCHED for score in scores.values())
        if may_be_known and is_known(word.text):
            continue
        unsure = max(scores.values(), default=0.0) < _SURE_OF_A_WORD
        if (of_first < _VOUCHED and sure < 2) or (unsure and _LETTERS.search(word.text)):
            return True
    return False


def has_a_letter_off(path: str, field: Field) -> bool:
    """Whether a word of a note that nobody knows is a known one but for a letter: so of one of
    1,609 notes accepted on 515 scans by many hands, and it was wrong.
    """
    if field.kind not in (Kind.TEXT, Kind.FOOTNOTE) or field.value is None:
        return False
    return any(map(is_a_letter_off, str(field.value).split()))


def differs_in_a_sign(path: str, field: Field) -> bool:
    """Whether the first two readers say the same letters of a word of a text with other signs:
    Combination, and Combination. Of 28 such texts accepted on 700 scans two were wrong.
    """
    seen = of_the_picture(field.readings)[:2]
    if field.kind not in _TEXTS or len(seen) < 2:
        return False
    first, second = (plain(r.text).split(" ") for r in seen)
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return any(
        one != other and letters_of(one) == letters_of(other) != ""
        for tag, i0, i1, j0, j1 in matcher.get_opcodes()
        if tag == "replace" and i1 - i0 == j1 - j0
        for one, other in zip(first[i0:i1], second[j0:j1], strict=True)
    )


def names_an_address(path: str, field: Field) -> bool:
    """Whether an owner's name goes on with an address, as it does where the line under it is lost,
    and none of 636 as filed.
    """
    return path.endswith("/rptOwnerName") and bool(_OF_ADDRESS.search(str(field.value)))


def is_outvoted(path: str, field: Field) -> bool:
    """Whether more readers of the picture agree on one other text than say what the field holds:
    two that say SCWO against one that says SCO; or, of a code, a number or a date, more say
    something else, however they differ: P, H and F.

    Of 11,400 of these on 271 scans of learning hands, their own copies and faxes, more say
    something else of six that would be accepted: one was wrong.
    """
    if field.value is None or field.kind in (Kind.FLAG, Kind.MARKS):
        return False
    if _is_by_column(field):
        return False
    seen = of_the_picture(field.readings)
    against = Counter(_folded(r) for r in seen if not agrees(path, field, r))
    del against[""]
    most = max(against.values(), default=0)
    if field.kind in GRAMMARS or field.kind is Kind.CODE:
        most = against.total()
    return most > max(1, sum(agrees(path, field, r) for r in seen))


def _code_of(path: str, field: Field) -> str:
    """Which of the codes that have a grammar a field with a value is; empty for all else."""
    last = path.removesuffix("/value").rpartition("/")[2]
    is_code = field.kind is Kind.CODE and field.value is not None
    return last if is_code and last in CODES else ""


def _is_by_column(field: Field) -> bool:
    """Whether a code is told by the column that an amount stands in, and not read."""
    return any(n.code is Code.SIGN_BY_COLUMN for n in (*field.notes, *field.reasons))


def _heard(field: Field) -> list[Reading]:
    """What readers of the picture say with a score that dirt seldom has."""
    return [r for r in of_the_picture(field.readings) if r.confidence >= _HEARD]


def _folded(reading: Reading) -> str:
    """Its letters and figures alone: spaces, points and the height of letters are often lost."""
    return "".join(c for c in plain(reading.text).casefold() if c.isalnum())


def contradicted(checks: Sequence[Check]) -> frozenset[str]:
    """The paths that a rule of the form puts in doubt."""
    suspect = [c for c in checks if c.outcome is Outcome.BREAKS and c.grade is Grade.SUSPECT]
    return frozenset(path for check in suspect for path in check.paths)
