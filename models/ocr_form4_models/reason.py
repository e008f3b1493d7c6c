"""Why a field is to be looked at: a stable code, and words for a person. Nothing depends on the
words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """What a stage noted of a field on the way, or the judge gives as a reason. The codes are
    public and stable.
    """

    # of the ink
    OVERLAID = "overlaid"
    REDACTED = "redacted"
    SHOWS_THROUGH = "shows-through"
    BY_HAND = "by-hand"
    COVERED_BOX = "covered-box"
    NO_OUTLINE = "no-outline"
    ODD_MARK = "odd-mark"
    UNREAD_MARK = "unread-mark"
    # of the place
    GUESSED_BOX = "guessed-box"
    GUESSED_PLACE = "guessed-place"
    GUESSED_COLUMN = "guessed-column"
    GUESSED_ROW = "guessed-row"
    MISFIT_COLUMNS = "misfit-columns"
    FLOWING_ADDRESS = "flowing-address"
    PAGES_UNSETTLED = "pages-unsettled"
    NOT_A_CODE = "not-a-code"
    TITLE_UNCONFIRMED = "title-unconfirmed"
    SIGN_BY_COLUMN = "sign-by-column"
    UNSUPPORTED = "unsupported"
    # of the readings
    SETTLED_BY_RULE = "settled-by-rule"
    SETTLED_BY_SENSE = "settled-by-sense"
    SETTLED_BY_ROWS = "settled-by-rows"
    TEXT_LAYER_DIFFERS = "text-layer-differs"
    READERS_DISAGREE = "readers-disagree"
    WORDS_IN_DOUBT = "words-in-doubt"
    POOR_PRINT = "poor-print"
    UNREADABLE = "unreadable"
    NOT_FOUND = "not-found"
    # of the field among others
    BREAKS_A_RULE = "breaks-a-rule"
    OFTEN_WRONG = "often-wrong"
    CORRECTED_BEFORE = "corrected-before"
    # of a CIK, which is on no page
    CIK_BY_NAME = "cik-by-name"
    CIK_NOT_ALONE = "cik-not-alone"
    CIK_NOT_LISTED = "cik-not-listed"


@dataclass(frozen=True, slots=True)
class Reason:
    code: Code
    text: str

    def __str__(self) -> str:
        return self.text
