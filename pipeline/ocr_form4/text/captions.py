"""The words that are printed on the blank form, of all editions, to be told from what was filled
in.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz import fuzz

from ocr_form4_models.editions import captions_of_headers, print_of_the_form

NAME = "1. Name and Address of Reporting Person*"
ISSUER = "Issuer Name and Ticker or Trading Symbol"
EARLIEST = "3. Date of Earliest Transaction (Month/Day/Year)"
EVENT = "2. Date of Event Requiring Statement (Month/Day/Year)"
ORIGINAL = "If Amendment, Date of Original Filed (Month/Day/Year)"
IRS = "3. I.R.S. Identification Number of Reporting Person, if an entity (voluntary)"
STATEMENT = "4. Statement for (Month/Day/Year)"
STATEMENT_MONTH = "4. Statement for Month/Year"
FISCAL_YEAR = "3. Statement for Issuer's Fiscal Year Ended (Month/Day/Year)"
RELATIONSHIP = "Relationship of Reporting Person(s) to Issuer (Check all applicable)"
JOINT = "Individual or Joint/Group Filing (Check Applicable Line)"
DIRECTOR, TEN_PERCENT = "Director", "10% Owner"
OFFICER, OTHER = "Officer (give title below)", "Other (specify below)"
ONE_PERSON = "Form filed by One Reporting Person"
MORE_PERSONS = "Form filed by More than One Reporting Person"
LAST, FIRST, MIDDLE, STREET = "(Last)", "(First)", "(Middle)", "(Street)"
CITY, STATE, ZIP, COUNTRY = "(City)", "(State)", "(Zip)", "(Country)"
CHOICES = {
    "relationship": (DIRECTOR, OFFICER, TEN_PERCENT, OTHER),
    "joint": (ONE_PERSON, MORE_PERSONS),
}
"""What may be marked, by the box of the header."""
FOREIGN = "2a. Foreign Trading Symbol"
EXPLANATION = "Explanation of Responses:"
OWNERS = "Reporting Owners"
"""Over the table of owners of EDGAR's first page."""
REMARKS = "Remarks:"
NO_SECURITIES = "No securities are beneficially owned."
SIGNATURE = "** Signature of Reporting Person"
DATE = "Date"
NO_LONGER = (
    "Check this box if no longer subject to Section 16. Form 4 or Form 5 obligations may continue. "
    "See Instruction 1(b)."
)
RULE_10B5 = (
    "Check this box to indicate that a transaction was made pursuant to a contract, instruction or "
    "written plan for "
    "the purchase or sale of equity securities of the issuer that is intended to satisfy the "
    "affirmative defense "
    "conditions of Rule 10b5-1(c). See Instruction 10."
)
BOILERPLATE = (
    "Reminder: Report on a separate line for each class of securities beneficially owned directly "
    "or indirectly.",
    "* If the form is filed by more than one reporting person, see Instruction 4 (b)(v).",
    "** Intentional misstatements or omissions of facts constitute Federal Criminal Violations See "
    "18 U.S.C. 1001 and "
    "15 U.S.C. 78ff(a).",
    "Note: File three copies of this Form, one of which must be manually signed. If space is "
    "insufficient, see "
    "Instruction 6 for procedure.",
    "Persons who respond to the collection of information contained in this form are not required "
    "to respond unless "
    "the form displays a currently valid OMB Number.",
    "Potential persons who are to respond to the collection of information contained in this form "
    "are not required to "
    "respond unless the form displays a currently valid OMB number.",
    "(Over) SEC 1474 (9-02)",
    "(Print or Type Responses)",
)
FORM_3_HOLDINGS, FORM_4_TRANSACTIONS = "Form 3 Holdings Reported.", "Form 4 Transactions Reported."
_HEADER = (
    NAME, ISSUER, "2. " + ISSUER, EARLIEST, EVENT, ORIGINAL, "4. " + ORIGINAL,
    "5. If Amendment, Date of Original (Month/Day/Year)",
    "5. If Amendment, Date of Original (Month/Year)", IRS,
    STATEMENT, STATEMENT_MONTH, FISCAL_YEAR, RELATIONSHIP,
    "5. " + RELATIONSHIP, "6. " + RELATIONSHIP, JOINT, "6. " + JOINT, "7. " + JOINT, DIRECTOR,
    TEN_PERCENT, OFFICER,
    OTHER, ONE_PERSON, MORE_PERSONS, EXPLANATION, SIGNATURE, "**Signature of Reporting Person",
    REMARKS,
    FORM_3_HOLDINGS, FORM_4_TRANSACTIONS,
)  # fmt: skip
_TITLES = (
    "UNITED STATES SECURITIES AND EXCHANGE COMMISSION",
    "Washington, D.C. 20549",
    "Filed pursuant to Section 16(a) of the Securities Exchange Act of 1934",
    "or Section 30(h) of the Investment Company Act of 1940",
    "OMB APPROVAL",
    "OMB Number: 3235-0287",
    "Estimated average burden hours per response",
)
"""What stands over the header and tells nothing: the form's number and title do, and are read from
the picture.
"""
_OWNED = "Derivative Securities Beneficially Owned"
_ACQUIRED = "Derivative Securities Acquired, Disposed of, or Beneficially Owned"
_TABLE_TITLES = tuple(
    f"Table {table}{what}" for table in ("I - Non-", "II - ") for what in (_OWNED, _ACQUIRED)
)
_ENTRY = re.compile(r"\d\d/\d\d/|\d{3}")
_LOST = 8
"""Letters of a table's title that may be lost: of those alone, or with the number, 35 and more."""
_THE_TABLE = "table"
_TABLE = re.compile(r"\W*Tab[l1I]e\W{0,3}[I1l|]{1,2}\b")
_SHORT = (LAST, FIRST, MIDDLE, STREET, CITY, STATE, ZIP, COUNTRY)
_ALL = (*_HEADER, *BOILERPLATE, NO_LONGER, RULE_10B5)


def own_print() -> tuple[str, ...]:
    """All that is known as the blank form's own print."""
    return tuple(dict.fromkeys((*_ALL, *_TITLES, *_SHORT, *print_of_the_form())))


_NOBODY_ELSE = re.compile(r"misstat|Federal Cr[ir]|78ff|currently valid OMB|manually signed")


@lru_cache(maxsize=4096)
def squeeze(text: str) -> str:
    """Text as captions are compared: without spaces and case, look-alikes made one."""
    return (
        re.sub(r"[\s.,:;'`’_\-]+", "", text)
        .lower()
        .replace("1", "l")
        .replace("i", "l")
        .replace("0", "o")
    )


LIKE = 80.0
"""Of 100, from which text is a caption: over the fixtures captions are 89 to 100 like themselves,
and other text is 74 like one at most.
"""
SIGNATURE_FROM = 0.4
"""Of the page's width: no signature, nor its date or caption, begins further left. Over the
fixtures they begin at 0.54 or more, and what stands left of them at 0.40 or less.
"""


@lru_cache(maxsize=4096)
def likeness(text: str, caption: str) -> float:
    """How much of ``text`` is a piece of ``caption``, 0 ... 100."""
    a, b = squeeze(text), squeeze(caption)
    if not a:
        return 0.0
    if len(a) > len(b):
        return float(fuzz.ratio(a, b))
    return float(fuzz.partial_ratio(a, b))


@lru_cache(maxsize=4096)
def is_caption(text: str) -> bool:
    """Whether a run's text is (a piece of) the blank form's own print."""
    short = squeeze(text)
    if len(short) < 4:
        return False
    if any(fuzz.ratio(short, squeeze(c)) >= 80 for c in _SHORT):
        return True
    if len(short) < 8:
        return any(
            fuzz.ratio(short, squeeze(c)) >= 85
            for c in (DATE, "Line)", "below)", "Person", DIRECTOR, "(specify", "Other")
        )
    return any(likeness(text, c) >= 86 for c in _ALL)


@lru_cache(maxsize=4096)
def is_boilerplate(text: str) -> bool:
    """Whether a line under the tables is the form's own print rather than a footnote or a
    remark.
    """
    short = squeeze(text)
    if _NOBODY_ELSE.search(text):
        return True  # too poor to be compared, and of one source alone
    return len(short) >= 12 and any(
        likeness(text, c) >= 86 for c in (*BOILERPLATE, SIGNATURE + " Date")
    )


def is_print(text: str) -> bool:
    """Whether a line under the tables is the form's own print or begins as that does, or is a
    heading of what is filled in there: nothing that an entry turns on.
    """
    if is_boilerplate(text) or opens_print(text):
        return True
    return any(is_the(text, heading, 88) for heading in (EXPLANATION, NAME, SIGNATURE))


def is_title(text: str) -> bool:
    """Whether a line over the header is one of those that tell nothing."""
    return len(squeeze(text)) >= 12 and any(likeness(text, c) >= 86 for c in _TITLES)


def is_table_title(text: str) -> bool:
    """Whether a line is the title of a table or opens with it, however its number was read, or is
    what of a long one stands behind that.
    """
    if _TABLE.match(text):
        return True
    short = squeeze(text)
    whole = fuzz.ratio(short[: len(_THE_TABLE)], _THE_TABLE) >= LIKE
    titles = map(squeeze, _TABLE_TITLES if whole else (_ACQUIRED, f"Non-{_ACQUIRED}"))
    return any(
        len(t) <= len(short) + _LOST and fuzz.ratio(short[: len(t)], t) >= LIKE for t in titles
    )


def holds_entry(text: str) -> bool:
    """Whether a text has a date or an amount: no caption has more than two figures in a row, and
    one bar between two.
    """
    return _ENTRY.search(text) is not None


def holds_title(text: str) -> bool:
    """Whether a line over the header is one of those that tell nothing and what is printed beside
    it, a check box's caption as a rule, but not the form's number.
    """
    if _NUMBER.search(text):
        return False
    short, titles = squeeze(text), (squeeze(title) for title in _TITLES)
    return any(
        _LONG_TITLE <= len(t) <= len(short) and fuzz.partial_ratio(t, short) >= LIKE for t in titles
    )


_NUMBER = re.compile(r"form\s*\d", re.IGNORECASE)
_LONG_TITLE = 30
"""Letters of a title that no other line holds by accident: "Washington, D.C. 20549" has 17, and is
held by print seen from behind; the four longer ones have 38 and more.
"""
_NOBODYS_ENTRY = 12
"""Letters of a piece of the form's print that nobody enters."""


@lru_cache(maxsize=4096)
def is_own_print(text: str) -> bool:
    """Whether a line is, to the letter, words of one of the header's captions, too many to be an
    entry, or another of the blank form's texts as a whole ("Washington, DC" alone is an entry), or
    stands in the parentheses of the captions under one.
    """
    return text in _SHORT or squeeze(text).rstrip('*"') in _own_print()


@lru_cache(maxsize=1)
def _own_print() -> frozenset[str]:
    """What the form's print looks like squeezed: whole texts, and any words of captions that follow
    one another.
    """
    found = {squeeze(text).rstrip("*") for text in own_print()}
    for text in (*_ALL, *captions_of_headers()):
        words = [squeeze(word) for word in text.split()]
        found |= {
            "".join(words[a:b]).rstrip("*")
            for a in range(len(words))
            for b in range(a + 1, len(words) + 1)
        }
    return frozenset(text for text in found if len(text) >= _NOBODYS_ENTRY)


def opens_print(text: str) -> bool:
    """Whether a line begins as one of the form's own sentences under the tables does, or speaks as
    nobody else does.
    """
    short = squeeze(text)
    if _NOBODY_ELSE.search(text):
        return True
    return len(short) >= 12 and any(
        fuzz.ratio(short[:24], squeeze(c)[: len(short)][:24]) >= 80 for c in BOILERPLATE
    )


def ends_print(text: str) -> bool:
    """Whether a short line is the end of one of the form's own sentences, behind its other
    lines.
    """
    short = squeeze(text)
    return len(short) >= 5 and any(
        fuzz.ratio(short, squeeze(c)[-len(short) :]) >= 85 for c in BOILERPLATE
    )


def is_the(text: str, caption: str, least: float = LIKE) -> bool:
    """Whether a run's text is this caption as a whole."""
    return alike(text, caption) >= least


def alike(text: str, caption: str) -> float:
    """How much a run's text is this caption as a whole, 0 ... 100."""
    return float(fuzz.ratio(squeeze(text), squeeze(caption)))


_LETTER = re.compile(
    r"power of attorney$|know all|dear (sir|mad|ladies|m[rs])|sincerely|very truly|hereby "
    r"constitutes|facsimile|"
    r"fax cover|cover (sheet|letter)|enclosed|undersigned",
    re.IGNORECASE | re.MULTILINE,
)


def speaks_like_a_letter(text: str) -> bool:
    """Whether a page's text is a letter's, a cover sheet's or a power of attorney's."""
    return _LETTER.search(text) is not None


@lru_cache(maxsize=4096)
def opens_with(text: str, caption: str, least: float = 84) -> int:
    """How many characters of ``text`` are the caption it opens with; 0 if it does not."""
    n = len(squeeze(caption))
    best, at = 0.0, 0
    for end in range(max(3, len(caption) - 6), min(len(text), len(caption) + 6) + 1):
        if abs(len(squeeze(text[:end])) - n) > 4:
            continue
        score = float(fuzz.ratio(squeeze(text[:end]), squeeze(caption)))
        if score > best:
            best, at = score, end
    return at if best >= least else 0
