"""Several signatures: which lines of names belong to which date."""

from __future__ import annotations

import pytest

from ocr_form4.stages.parse.signers import by_date, is_uneven, together
from ocr_form4_models.geometry import Box, Upright
from ocr_form4_models.reading import Reading, Run

STEP = 48
SIGNERS = (3, 2, 3, 2, 2)
"""Lines of each signer's name, one below the other, as on a joint filing of five."""


def run(text: str, y: float, x: float = 1800, page: int = 1) -> Run:
    box: Box[Upright] = Box(x, y, x + 12 * len(text), y + 30)
    return Run(page, box, 30, (Reading("form", text, 0.9),))


def page(beside: str) -> tuple[list[Run], list[Run], list[list[str]]]:
    """Names, dates beside the middle or the first line of each, and the lines that belong
    together.
    """
    names, dates, wanted = [], [], []
    y = 200.0
    for k, count in enumerate(SIGNERS):
        lines = [f"signer {k} line {n}" for n in range(count)]
        names += [run(text, y + STEP * n) for n, text in enumerate(lines)]
        dates.append(
            run("12/30/2019", y if beside == "first" else y + STEP * (count - 1) / 2, 2890)
        )
        wanted.append(lines)
        y += STEP * count + 12
    return names, dates, wanted


@pytest.mark.parametrize("beside", ["first", "middle"])
def test_each_name_has_its_own_lines(beside: str) -> None:
    names, dates, wanted = page(beside)
    groups = by_date(names, dates)
    assert [[n.text for n in lines] for lines, _ in groups] == wanted
    assert [dated for _, (dated,) in groups] == dates


def test_a_single_date_has_all_lines_and_none_is_lost_without_a_date() -> None:
    names, dates, _ = page("first")
    assert by_date(names, dates[:1]) == [(names, dates[:1])]
    assert by_date(names, []) == [(names, [])]
    assert by_date([], []) == []


def test_a_date_on_the_next_page_takes_the_name_that_stands_there() -> None:
    first, second = run("Ann Alder", 3000), run("Ben Birch", 200, page=2)
    dates = [run("12/30/2019", 3000, 2890), run("12/30/2019", 200, 2890, page=2)]
    assert by_date([first, second], dates) == [([first], dates[:1]), ([second], dates[1:])]


def test_lines_of_a_name_stand_together_and_the_end_of_a_note_is_none_of_them() -> None:
    name = [run("/s/ Jung Yeon Son, Attorney-", 500), run("in-fact for Roelof Botha", 500 + STEP)]
    date = [run("12/30/2019", 500, 2890)]
    assert together(name, date) == together(name, []) == name
    over_a_page = [name[0], run("for the trust", 40, page=2)]
    assert together(over_a_page, []) == over_a_page
    note = run("Ltd. is (i) the general partner of Sequoia Capital Fund Management, L.P.,", 200)
    assert together([note, *name], date) == together([note, *name], []) == name
    under = run("Persons who respond to the collection", 900)
    assert together([note, *name, under], date) == name


def test_a_line_that_is_of_no_signer_moves_a_name_away_from_its_date() -> None:
    for beside in ("first", "middle"):
        assert not is_uneven(by_date(*page(beside)[:2]))
    names, dates, _ = page("middle")
    assert is_uneven(by_date([*names, run("JL", names[-1].box.y1 + 80)], dates))
