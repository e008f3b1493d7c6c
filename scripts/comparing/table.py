"""The comparison as Markdown: all documents by tool, then the share of values found by edition and
kind of scan.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from comparing.results import Score
from comparing.tools import OURS, TOOLS

ALL = ("all", "all")
STRICT = "this software, in the right field"
Scores = Mapping[tuple[str, str], Mapping[str, Score]]
"""By group (``("edition", "x05")``) and tool."""

DEFINITIONS = """\
*Found* is lenient, as the other tools do not say which field a value is: a value of the truth counts as found where it
stands anywhere in the tool's output for the document, once for all its places. Numbers count with or without commas and
closing zeros, dates in any usual order of month, day and year, names (titles, addresses, tickers) where all their words
stand somewhere, in any case, or the whole name without its spaces. Codes, marks and numbers of fewer than three digits
are left out: the blank form prints them too. *In the right field* is strict, and only this software can be held to it:
every number, date and name equal to the truth's in its own field, missing and spurious ones wrong. *Footnotes* is the
character error rate of footnotes and remarks, each against the stretch of output that is nearest to it. *Rows* is the
share of rows of Tables I and II whose numbers and dates come out in one row. Where a tool fails, it has found nothing.
*Time* is processor time (user and system, of all processes of the tool, on one core) over that of whole-page Tesseract,
which read each document right before; loading and the first document of a process are not in it. *Memory* is the
highest resident memory of the tool's processes together."""


def table(scores: Scores, versions: Mapping[str, str]) -> str:
    """``versions`` by tool, in the order in which the tools are to stand."""
    tools = [t for t in versions if t in scores[ALL]]
    lines = [DEFINITIONS, ""]
    lines += [f"- {TOOLS[t].title}: {TOOLS[t].how} ({versions[t]})" for t in tools]
    lines += [
        "",
        "| | failed | numbers | dates | names | all three | footnotes | rows | time | memory |",
    ]
    lines += ["|---|---|---|---|---|---|---|---|---|---|"]
    lines += [_line(t, scores[ALL][t]) for t in tools]
    if OURS in tools:
        ours = scores[ALL][OURS]
        lines += [_row(STRICT, "", *_shares(ours.strict_found, ours.strict_sought), "", "", "", "")]
    lines += ["", *_by_group(scores, tools)]
    if OURS in tools:
        lines += ["", _silent(scores[ALL][OURS])]
    return "\n".join(lines)


def _line(tool: str, s: Score) -> str:
    found = _shares(s.found, s.sought)
    # it gives tables alone
    notes = f"{s.wrong_letters / max(1, s.letters):.3f}" if tool != "img2table" else "-"
    rows = (
        f"{s.rows_found / max(1, s.rows):.3f}"
        if s.rows_found or tool in (OURS, "img2table")
        else "-"
    )
    time = f"{s.timed_cpu_s / s.reference_cpu_s:.2f}" if s.reference_cpu_s else "-"
    return _row(
        TOOLS[tool].title,
        f"{s.failed} of {s.documents}",
        *found,
        notes,
        rows,
        time,
        f"{s.peak_mb:.0f} MB",
    )


def _by_group(scores: Scores, tools: list[str]) -> list[str]:
    titles = [TOOLS[t].title for t in tools] + ([STRICT] if OURS in tools else [])
    lines = [_row("all three found", "documents", *titles), "|---" * (len(titles) + 2) + "|"]
    for group in sorted(scores, key=lambda g: (g[0] != "all", g[0], g[1])):
        by_tool = scores[group]
        cells = [
            _shares(by_tool[t].found, by_tool[t].sought)[-1] if t in by_tool else "-" for t in tools
        ]
        if OURS in by_tool:
            cells.append(_shares(by_tool[OURS].strict_found, by_tool[OURS].strict_sought)[-1])
        lines.append(_row(group[1], str(max(s.documents for s in by_tool.values())), *cells))
    return lines


def _silent(ours: Score) -> str:
    return (
        f"How many wrong values pass unmarked can only be asked of this software: {ours.silent} of "
        f"its {ours.wrong} "
        "wrong fields are not up for review. The others mark nothing, and whatever they read "
        "wrongly passes."
    )


def _shares(found: Counter[str], sought: Counter[str]) -> list[str]:
    """Of numbers, dates, names, and all of them."""
    pairs = [(found[g], sought[g]) for g in ("numbers", "dates", "names")]
    pairs.append((sum(f for f, _ in pairs), sum(s for _, s in pairs)))
    return [f"{f / s:.4f}" if s else "-" for f, s in pairs]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
