"""What is printed on the blank form: captions of the boxes and of the tables' columns, edition by edition."""

from __future__ import annotations

import re

NO_LONGER_SUBJECT = (
    "Check this box if no longer subject to Section 16. Form 4 or Form 5 obligations may continue. "
    "<i>See</i> Instruction 1(b)."
)
PLAN = (
    "Check this box to indicate that a transaction was made pursuant to a contract, instruction or written plan for "
    "the purchase or sale of equity securities of the issuer that is intended to satisfy the affirmative defense "
    "conditions of Rule 10b5-1(c). See Instruction 10."
)
REMINDERS = (
    "Reminder: Report on a separate line for each class of securities beneficially owned directly or indirectly.",
    "* If the form is filed by more than one reporting person, <i>see</i> Instruction 4 (b)(v).",
    "** Intentional misstatements or omissions of facts constitute Federal Criminal Violations <i>See</i> "
    "18 U.S.C. 1001 and 15 U.S.C. 78ff(a).",
    "Note: File three copies of this Form, one of which must be manually signed. If space is insufficient, <i>see</i> "
    "Instruction 6 for procedure.",
    "<b>Persons who respond to the collection of information contained in this form are not required to respond unless "
    "the form displays a currently valid OMB Number.</b>",
)
TABLE_1_TITLE = "Non-Derivative Securities Acquired, Disposed of, or Beneficially Owned"
TABLE_2_TITLE = "Derivative Securities Acquired, Disposed of, or Beneficially Owned"
DAY = "(Month/Day/Year)"
EXAMPLES = "(e.g., puts, calls, warrants, options, convertible securities)"

Column = tuple[str, int, int, str]
"""Caption, width in per cent, leaf columns below it (1 = none, it reaches down), class."""


def _head(title: str, columns: list[Column], leaves: list[tuple[str, int]]) -> str:
    """Three rows of captions as EDGAR's HTML writes them: the title over all, the columns, the leaf columns."""
    total = sum(span for _, _, span, _ in columns)
    upper = "".join(
        f'<th width="{width}%" valign="top" align="left" class="{size}" '
        + (f'colspan="{span}"' if span > 1 else f'rowspan="{2 if leaves else 1}"')
        + f">{caption}</th>"
        for caption, width, span, size in columns
    )
    lower = "".join(
        f'<th width="{width}%" valign="bottom" align="center" class="s">{caption}</th>' for caption, width in leaves
    )
    return f'<tr><th colspan="{total}" valign="top" align="center" class="tc">{title}</th></tr><tr>{upper}</tr>' + (
        f"<tr>{lower}</tr>" if leaves else ""
    )


EDGAR_TABLE_1 = _head(
    f"<b>Table I - {TABLE_1_TITLE}</b>",
    [
        ("1. Title of Security (Instr. 3)", 36, 1, "m"),
        (f"2. Transaction Date {DAY}", 6, 1, "s"),
        (f"2A. Deemed Execution Date, if any {DAY}", 5, 1, "s"),
        ("3. Transaction Code (Instr. 8)", 7, 2, "s"),
        ("4. Securities Acquired (A) or Disposed Of (D) (Instr. 3, 4 and 5)", 19, 3, "s"),
        ("5. Amount of Securities Beneficially Owned Following Reported Transaction(s) (Instr. 3 and 4)", 11, 1, "s"),
        ("6. Ownership Form: Direct (D) or Indirect (I) (Instr. 4)", 9, 1, "s"),
        ("7. Nature of Indirect Beneficial Ownership (Instr. 4)", 8, 1, "s"),
    ],
    [("Code", 4), ("V", 3), ("Amount", 8), ("(A) or (D)", 5), ("Price", 6)],
)
EDGAR_TABLE_2 = _head(
    f"<b>Table II - {TABLE_2_TITLE}</b><br><b>{EXAMPLES}</b>",
    [
        ("1. Title of Derivative Security (Instr. 3)", 13, 1, "s"),
        ("2. Conversion or Exercise Price of Derivative Security", 5, 1, "s"),
        (f"3. Transaction Date {DAY}", 5, 1, "s"),
        (f"3A. Deemed Execution Date, if any {DAY}", 5, 1, "s"),
        ("4. Transaction Code (Instr. 8)", 9, 2, "s"),
        ("5. Number of Derivative Securities Acquired (A) or Disposed of (D) (Instr. 3, 4 and 5)", 10, 2, "s"),
        (f"6. Date Exercisable and Expiration Date {DAY}", 9, 2, "s"),
        ("7. Title and Amount of Securities Underlying Derivative Security (Instr. 3 and 4)", 17, 2, "s"),
        ("8. Price of Derivative Security (Instr. 5)", 6, 1, "s"),
        (
            "9. Number of derivative Securities Beneficially Owned Following Reported Transaction(s) (Instr. 4)",
            6,
            1,
            "s",
        ),
        ("10. Ownership Form: Direct (D) or Indirect (I) (Instr. 4)", 6, 1, "s"),
        ("11. Nature of Indirect Beneficial Ownership (Instr. 4)", 7, 1, "s"),
    ],
    [
        ("Code", 4),
        ("V", 4),
        ("(A)", 5),
        ("(D)", 5),
        ("Date Exercisable", 5),
        ("Expiration Date", 4),
        ("Title", 10),
        ("Amount or Number of Shares", 7),
    ],
)
FORM_5_TABLE_1 = _head(
    f"<b>Table I - {TABLE_1_TITLE}</b>",
    [
        ("1. Title of Security (Instr. 3)", 28, 1, "s"),
        (f"2. Transaction Date {DAY}", 7, 1, "s"),
        (f"2A. Deemed Execution Date, if any {DAY}", 6, 1, "s"),
        ("3. Transaction Code (Instr. 8)", 6, 1, "s"),
        ("4. Securities Acquired (A) or Disposed Of (D) (Instr. 3, 4 and 5)", 24, 3, "s"),
        ("5. Amount of Securities Beneficially Owned at end of Issuer's Fiscal Year (Instr. 3 and 4)", 11, 1, "s"),
        ("6. Ownership Form: Direct (D) or Indirect (I) (Instr. 4)", 8, 1, "s"),
        ("7. Nature of Indirect Beneficial Ownership (Instr. 4)", 9, 1, "s"),
    ],
    [("Amount", 10), ("(A) or (D)", 5), ("Price", 9)],
)
FORM_5_TABLE_2 = _head(
    f"<b>Table II - {TABLE_2_TITLE}</b><br><b>{EXAMPLES}</b>",
    [
        ("1. Title of Derivative Security (Instr. 3)", 13, 1, "s"),
        ("2. Conversion or Exercise Price of Derivative Security", 6, 1, "s"),
        (f"3. Transaction Date {DAY}", 6, 1, "s"),
        (f"3A. Deemed Execution Date, if any {DAY}", 6, 1, "s"),
        ("4. Transaction Code (Instr. 8)", 6, 1, "s"),
        ("5. Number of Derivative Securities Acquired (A) or Disposed of (D) (Instr. 3, 4 and 5)", 12, 2, "s"),
        (f"6. Date Exercisable and Expiration Date {DAY}", 10, 2, "s"),
        ("7. Title and Amount of Securities Underlying Derivative Security (Instr. 3 and 4)", 18, 2, "s"),
        ("8. Price of Derivative Security (Instr. 5)", 5, 1, "s"),
        (
            "9. Number of derivative Securities Beneficially Owned Following Reported Transaction(s) (Instr. 4)",
            7,
            1,
            "s",
        ),
        ("10. Ownership Form: Direct (D) or Indirect (I) (Instr. 4)", 6, 1, "s"),
        ("11. Nature of Indirect Beneficial Ownership (Instr. 4)", 7, 1, "s"),
    ],
    [
        ("(A)", 6),
        ("(D)", 6),
        ("Date Exercisable", 5),
        ("Expiration Date", 5),
        ("Title", 12),
        ("Amount or Number of Shares", 6),
    ],
)
FORM_3_TABLE_1 = _head(
    "<b>Table I - Non-Derivative Securities Beneficially Owned</b>",
    [
        ("1. Title of Security (Instr. 4)", 44, 1, "m"),
        ("2. Amount of Securities Beneficially Owned (Instr. 4)", 19, 1, "m"),
        ("3. Ownership Form: Direct (D) or Indirect (I) (Instr. 5)", 11, 1, "m"),
        ("4. Nature of Indirect Beneficial Ownership (Instr. 5)", 26, 1, "m"),
    ],
    [],
)
FORM_3_TABLE_2 = _head(
    f"<b>Table II - Derivative Securities Beneficially Owned</b><br><b>{EXAMPLES}</b>",
    [
        ("1. Title of Derivative Security (Instr. 4)", 35, 1, "m"),
        (f"2. Date Exercisable and Expiration Date {DAY}", 9, 2, "m"),
        ("3. Title and Amount of Securities Underlying Derivative Security (Instr. 4)", 26, 2, "m"),
        ("4. Conversion or Exercise Price of Derivative Security", 7, 1, "m"),
        ("5. Ownership Form: Direct (D) or Indirect (I) (Instr. 5)", 8, 1, "m"),
        ("6. Nature of Indirect Beneficial Ownership (Instr. 5)", 15, 1, "m"),
    ],
    [("Date Exercisable", 4), ("Expiration Date", 5), ("Title", 20), ("Amount or Number of Shares", 6)],
)


def paper_table_1(deemed: bool) -> str:
    """Table I of the paper form: of 1996 without 2A, and holdings at the end of the month."""
    following = "Following Reported Transaction(s)" if deemed else "at End of Month"
    columns: list[Column] = [
        ("1. Title of Security (Instr. 3)", 33, 1, "c"),
        (f"2. Transaction Date {DAY}", 7, 1, "c"),
        (f"2A. Deemed Execution Date, if any {DAY}", 7, 1, "c"),
        ("3. Transaction Code (Instr. 8)", 7, 2, "c"),
        ("4. Securities Acquired (A) or Disposed Of (D) (Instr. 3, 4 and 5)", 18, 3, "c"),
        (f"5. Amount of Securities Beneficially Owned {following} (Instr. 3 and 4)", 11, 1, "c"),
        ("6. Ownership Form: Direct (D) or Indirect (I) (Instr. 4)", 9, 1, "c"),
        ("7. Nature of Indirect Beneficial Ownership (Instr. 4)", 8, 1, "c"),
    ]
    leaves = [("Code", 5), ("V", 2), ("Amount", 8), ("(A) or (D)", 4), ("Price", 6)]
    return _head(f"Table I — {TABLE_1_TITLE}", columns if deemed else columns[:2] + columns[3:], leaves)


def paper_table_2(deemed: bool) -> str:
    """Table II of the paper form: of 1996 without 3A, and holdings at the end of the month."""
    following = "Following Reported Transaction(s)" if deemed else "at End of Month"
    columns: list[Column] = [
        ("1. Title of Derivative Security (Instr. 3)", 12, 1, "c"),
        ("2. Conversion or Exercise Price of Derivative Security", 5, 1, "c"),
        (f"3. Transaction Date {DAY}", 7, 1, "c"),
        (f"3A. Deemed Execution Date, if any {DAY}", 7, 1, "c"),
        ("4. Transaction Code (Instr. 8)", 8, 2, "c"),
        ("5. Number of Derivative Securities Acquired (A) or Disposed of (D) (Instr. 3, 4 and 5)", 11, 2, "c"),
        (f"6. Date Exercisable and Expiration Date {DAY}", 10, 2, "c"),
        ("7. Title and Amount of Securities Underlying Derivative Security (Instr. 3 and 4)", 15, 2, "c"),
        ("8. Price of Derivative Security (Instr. 5)", 6, 1, "c"),
        (f"9. Number of derivative Securities Beneficially Owned {following} (Instr. 4)", 6, 1, "c"),
        ("10. Ownership Form: Direct (D) or Indirect (I) (Instr. 4)", 6, 1, "c"),
        ("11. Nature of Indirect Beneficial Ownership (Instr. 4)", 7, 1, "c"),
    ]
    leaves = [
        ("Code", 5),
        ("V", 3),
        ("(A)", 5),
        ("(D)", 5),
        ("Date Exercisable", 5),
        ("Expiration Date", 5),
        ("Title", 8),
        ("Amount or Number of Shares", 7),
    ]
    title = f"Table II — {TABLE_2_TITLE}<br>(<i>e.g.</i>, puts, calls, warrants, options, convertible securities)"
    return _head(title, columns if deemed else columns[:3] + columns[4:], leaves)


def texts() -> list[str]:
    """Every text above, without its tags; long ones in several pieces."""
    found: list[str] = []
    for value in list(globals().values()):
        for text in value if isinstance(value, tuple) else (value,):
            if isinstance(text, str):
                found += [re.sub(r"\s+", " ", t).strip() for t in re.split(r"<[^>]+>", text)]
    return found
