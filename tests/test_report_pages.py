"""The report in a real browser, opened from disk as a user opens it."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser import (
    NARROW,
    WIDE,
    accessibility,
    chromium,
    colours,
    complaints,
    need_browser,
    overflow,
    press,
    requests,
    resize,
    wait_for,
)
from make_out import FIXTURES, OWNED, ROW, SHARES, make_out

from ocr_form4.report import write_report

WRONG = f"{ROW}[2]/{OWNED}"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four filings: sales (a balance misread), sideways (turned), fax (other resolutions across and
    down), paper.
    """
    out = tmp_path_factory.mktemp("run of März")
    scan = FIXTURES / "scan"
    make_out(out, [scan / "sales.pdf"], misread={WRONG: "706820"})
    make_out(out, [scan / "sideways.jpg"], rotation=90)
    make_out(out, [scan / "fax.tif", scan / "paper-2002.pdf"], doubt=0.05)
    write_report(out)
    return out


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    need_browser()
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


def visit(driver: Any, out: Path, hash_: str = "") -> None:
    driver.get("about:blank")
    driver.get((out / "report.html").as_uri() + hash_)
    wait_for(driver, "document.querySelector('#main h1')")


def text(driver: Any, selector: str) -> str:
    return str(driver.execute_script(f"return document.querySelector({selector!r}).innerText"))


def names(driver: Any) -> list[str]:
    return list(
        driver.execute_script(
            "return [...document.querySelectorAll('#list tbody a')].map(a => a.textContent)"
        )
    )


def test_opens_from_disk_and_loads_nothing_from_elsewhere(driver: Any, out: Path) -> None:
    requests(driver)
    visit(driver, out, "#/sales")
    wait_for(driver, "document.querySelector('.sheet img').complete")
    asked = [url for url in requests(driver) if url != "about:blank"]
    assert len(asked) >= 3 and all(url.startswith(f"{out.as_uri()}/") for url in asked)
    assert driver.execute_script("return document.querySelector('.sheet img').naturalWidth") > 1000
    assert complaints(driver) == []


def test_front_page_counts_and_names_the_worst_first(driver: Any, out: Path) -> None:
    visit(driver, out)
    assert "4 filings" in text(driver, "#filings")
    first = driver.execute_script("return document.querySelector('#worst tbody tr').innerText")
    assert "sales" in first and "706,820" in first and "41 %" in first


def test_fields_of_one_row_that_one_reason_doubts_are_one_place_to_look_at(
    driver: Any, out: Path, tmp_path: Path
) -> None:
    """A table whose columns are of no known edition: that is one thing to see, not one a field."""
    out = Path(shutil.copytree(out, tmp_path / "run"))
    file = out / "filings/paper-2002.json"
    evidence = json.loads(file.read_text())
    row = [f for f in evidence["fields"] if f["path"].startswith(f"{ROW}[1]/")]
    for field in row:
        field |= {"status": "review", "confidence": 0.02}
        field["reasons"] = [{"code": "misfit-columns", "text": "its columns are others"}]
    file.write_text(json.dumps(evidence))
    write_report(out)
    visit(driver, out)
    assert len(row) > 5
    first, second = driver.execute_script(
        "return [...document.querySelectorAll('#worst tbody tr')].slice(0, 2).map(r => r.innerText)"
    )
    assert f"and {len(row) - 1} more of this row" in first
    assert "its columns" in first and "its columns" not in second


def test_filter_by_status_check_edition_and_text(driver: Any, out: Path) -> None:
    visit(driver, out)
    assert len(names(driver)) == 4

    def pick(key: str, value: str) -> list[str]:
        driver.execute_script(
            "const e = document.getElementById('filter-' + arguments[0]); e.value = arguments[1];"
            "e.dispatchEvent(new Event(e.type === 'search' ? 'input' : 'change'))",
            key,
            value,
        )
        return names(driver)

    assert pick("status", "clear") == ["sideways"]
    assert pick("status", "") and pick("check", "running-holdings") == ["sales"]
    assert len(pick("check", "")) == 4
    assert pick("confidence", "0.5") == ["sales"]
    pick("confidence", "")
    assert pick("text", "DRAFTKINGS") == ["sales"]
    assert pick("text", "no such issuer") == []


def test_box_and_field_lead_to_each_other(driver: Any, out: Path) -> None:
    visit(driver, out, "#/sales")
    driver.execute_script(f"document.querySelector('.box[data-path=\"{WRONG}\"]').click()")
    assert "5 Amount Owned" in text(driver, ".inspector")
    assert "706,820" in text(driver, ".inspector .readings") and "706,620" in text(
        driver, ".inspector .readings"
    )
    assert (
        driver.execute_script("return document.querySelector('.reading .val.chosen').dataset.path")
        == WRONG
    )
    other = f"{ROW}[1]/{SHARES}"
    driver.execute_script(f"document.querySelector('.reading .val[data-path=\"{other}\"]').click()")
    assert (
        driver.execute_script("return document.querySelector('.box.chosen').dataset.path") == other
    )


def test_box_lies_where_the_evidence_says(driver: Any, out: Path) -> None:
    """On an upright page and on one that was scanned sideways, where the picture is shown
    turned.
    """
    for name, rotation in (("sales", 0), ("sideways", 90)):
        visit(driver, out, f"#/{name}")
        wait_for(driver, "document.querySelector('.sheet img').complete")
        found = driver.execute_script(
            """const field = filing && loaded.get(arguments[0]).fields.find((f) => f.box);
            const page = loaded.get(arguments[0]).pages[0];
            const path = CSS.escape(field.path);
            const box = document.querySelector(`.box[data-path="${path}"]`).getBoundingClientRect();
            const frame = document.querySelector('.frame').getBoundingClientRect();
            return {x: (box.left + box.width / 2 - frame.left) / frame.width,
                    y: (box.top + box.height / 2 - frame.top) / frame.height, box: field.box,
                    width: page.width, height: page.height, tall: frame.height > frame.width}""",
            name,
        )
        x = (found["box"][0] + found["box"][2]) / 2 / found["width"]
        y = (found["box"][1] + found["box"][3]) / 2 / found["height"]
        expected = (x, y) if rotation == 0 else (y, 1 - x)  # a quarter turn to the left
        assert found["tall"]
        assert (found["x"], found["y"]) == pytest.approx(expected, abs=0.01)


def test_running_holdings_are_shown_as_arithmetic(driver: Any, out: Path) -> None:
    visit(driver, out, "#/sales")
    sums = text(driver, ".sums")
    assert "710,145 − 3,525 = 706,620, the page says 706,820 ✗" in sums
    visit(driver, out, "#/fax")
    assert "✓" in text(driver, ".sums") and "✗" not in text(driver, ".sums")


def test_tables_read_as_on_the_form(driver: Any, out: Path) -> None:
    visit(driver, out, "#/sales")
    first = driver.execute_script(
        "return [...document.querySelector('.form4 tbody tr').cells].map(c => c.innerText)"
    )
    assert first[0] == "Class A Common Stock"
    assert first[1] == "03/14/2025"
    assert (
        first[3] == "S(1)"
        and first[5].startswith("49,252")
        and first[6] == "D"
        and first[7].startswith("$37.59")
    )
    assert first[8].startswith("710,145")
    assert len(first) == 11
    visit(driver, out, "#/paper-2002")
    cells = driver.execute_script(
        "return document.querySelectorAll('.form4')[1].tBodies[0].rows[0].cells.length"
    )
    assert cells == 16


def test_keys(driver: Any, out: Path) -> None:
    visit(driver, out, "#/sales")
    press(driver, "n")
    wait_for(driver, "!document.querySelector('.inspector').hidden")
    assert "5 Amount Owned" in text(driver, ".inspector")
    press(driver, "u")
    wait_for(driver, "document.querySelector('#list')")
    press(driver, "?")
    assert wait_for(driver, "document.getElementById('help').open")
    press(driver, "\ue00c")
    press(driver, "j", "j")
    assert driver.execute_script("return document.activeElement.closest('tr').rowIndex") == 2


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_and_no_wider_than_the_window(
    driver: Any, out: Path, size: tuple[int, int], scheme: str
) -> None:
    resize(driver, *size)
    colours(driver, scheme)
    try:
        for hash_ in ("", "#/sales", "#/paper-2002"):
            visit(driver, out, hash_)
            if hash_ == "#/sales":
                press(driver, "n")
            assert overflow(driver) <= 0
            assert accessibility(driver) == []
    finally:
        resize(driver, *WIDE)
        colours(driver, "light")


def test_text_of_a_scan_never_becomes_markup(driver: Any, tmp_path: Path) -> None:
    hostile = (
        "</script><img src=x onerror=\"document.title='owned'\"><!-- \u2028 Ünïcode & 'quotes' \""
    )
    scan = tmp_path / "scan" / "a <b>'\"&#x27; ünï%20?#.pdf"
    scan.parent.mkdir()
    scan.write_bytes((FIXTURES / "scan" / "sales.pdf").read_bytes())
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / f"{scan.stem}.xml").write_bytes(
        (FIXTURES / "truth" / "sales.xml").read_bytes()
    )
    title = f"{ROW}[1]/securityTitle/value"
    write_report(make_out(tmp_path / "out", [scan], misread={title: hostile}))
    visit(driver, tmp_path / "out")
    driver.execute_script("document.querySelector('#list tbody a').click()")
    wait_for(driver, "document.querySelector('.cards')")
    press(driver, "n")
    time.sleep(0.3)
    assert driver.execute_script("return document.querySelectorAll('img[src=x]').length") == 0
    assert driver.title != "owned" and scan.stem in driver.title
    assert driver.execute_script("return loaded.values().next().value.doubtful[0].value") == hostile
    assert "</script><img src=x" in text(driver, ".inspector")
    assert driver.execute_script("return document.querySelector('.sheet img').naturalWidth") > 0
    assert complaints(driver) == []


def test_a_scan_that_is_gone_leaves_the_rest(driver: Any, tmp_path: Path) -> None:
    scan = tmp_path / "scan" / "sales.pdf"
    scan.parent.mkdir()
    scan.write_bytes((FIXTURES / "scan" / "sales.pdf").read_bytes())
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "sales.xml").write_bytes((FIXTURES / "truth" / "sales.xml").read_bytes())
    out = make_out(tmp_path / "out", [scan], misread={WRONG: "706820"})
    scan.unlink()
    write_report(out)
    visit(driver, out, "#/sales")
    assert "no longer there" in text(driver, ".nopicture")
    press(driver, "n")
    assert "706,820" in text(driver, ".inspector")
    assert [c for c in complaints(driver) if "favicon" not in c] == []


def test_eighty_filings_open_within_two_seconds(driver: Any, out: Path, tmp_path: Path) -> None:
    for source in sorted((out / "filings").glob("*.json")):
        for number in range(21):
            for suffix in (".json", ".xml"):
                target = tmp_path / "filings" / f"{source.stem}-{number}{suffix}"
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(source.with_suffix(suffix).read_bytes())
    write_report(tmp_path, pictures=False)
    started = time.monotonic()
    visit(driver, tmp_path)
    wait_for(driver, "document.querySelectorAll('#list tbody tr').length === 84")
    assert time.monotonic() - started < 2


PRICE = f"{ROW}[1]/transactionAmounts/transactionPricePerShare/value"
DATE = f"{ROW}[1]/transactionDate/value"
MARKS = f"{ROW}[1]/footnoteId"
DIRECTOR = "/ownershipDocument/reportingOwner[1]/reportingOwnerRelationship/isDirector"
VOLUNTARY = f"{ROW}[1]/transactionCoding/transactionFormType"


@pytest.mark.parametrize(
    ("path", "typed", "kept", "shown"),
    [
        (f"{ROW}[1]/{SHARES}", "97,179", "97179", "97,179"),
        (f"{ROW}[1]/{SHARES}", "1234567.50", "1234567.50", "1,234,567.5"),
        (f"{ROW}[1]/{SHARES}", "97.179,5", None, ""),
        (f"{ROW}[1]/{SHARES}", "1 2S0", None, ""),
        (PRICE, "$38.05", "38.05", "$38.05"),
        (DATE, "3/4/2025", "2025-03-04", "03/04/2025"),
        (DATE, "02/30/2025", None, ""),
        (DATE, "2025-03-04", "2025-03-04", "03/04/2025"),
        (MARKS, "(10)(2)", "F2 F10", "(2)(10)"),
        (MARKS, "F1 F1", "F1 F1", "(1)(1)"),
        (MARKS, "(100)", None, ""),
        (MARKS, "see note", None, ""),
        (DIRECTOR, "X", "1", "☒ yes"),
        (DIRECTOR, "maybe", None, ""),
        (VOLUNTARY, "V", "5", "V"),
        (
            "/ownershipDocument/issuer/issuerName",
            " O'Brien & <Söhne> ",
            "O'Brien & <Söhne>",
            "O'Brien & <Söhne>",
        ),
    ],
)
def test_what_is_typed_is_kept_as_the_xml_writes_it(
    driver: Any, out: Path, path: str, typed: str, kept: str | None, shown: str
) -> None:
    if not driver.current_url.endswith("report.html"):
        visit(driver, out)
    assert driver.execute_script("return unprinted(...arguments)", path, typed) == kept
    if kept is not None:
        assert driver.execute_script("return printed(...arguments)", path, kept) == shown
