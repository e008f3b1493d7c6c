"""The review in a real browser: a seeded error is found and mended, and nothing is lost."""

from __future__ import annotations

import json
import threading
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
    resize,
    wait_for,
)
from make_out import FIXTURES, OWNED, ROW, make_out

from ocr_form4.review.server import ReviewServer
from ocr_form4.review.session import Review

WRONG = f"{ROW}[2]/{OWNED}"


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    need_browser()
    with chromium(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ReviewServer]:
    out = make_out(tmp_path / "out", [FIXTURES / "scan" / "sales.pdf"], misread={WRONG: "706820"})
    make_out(out, [FIXTURES / "scan" / "fax.tif"], doubt=0.04)
    with ReviewServer(Review(out, "ann")) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


def field(out: Path) -> dict[str, Any]:
    data = json.loads((out / "filings" / "sales.json").read_bytes())
    return next(f for f in data["fields"] if f["path"] == WRONG)


def visit(driver: Any, server: ReviewServer) -> None:
    driver.get(server.address)
    wait_for(driver, "document.querySelector('.choice')")


def shown(driver: Any) -> str:
    return str(driver.execute_script("return document.getElementById('decide').innerText"))


def test_a_seeded_error_is_mended_with_two_keys(driver: Any, server: ReviewServer) -> None:
    visit(driver, server)  # the worst is first: the seeded one
    assert "706,820" in shown(driver) and "706,620" in shown(driver) and "✗" in shown(driver)
    assert wait_for(driver, "document.querySelector('.bigcrop img').naturalWidth > 50")
    press(driver, "2")
    wait_for(driver, "!document.getElementById('toast').hidden")
    assert "710,145 − 3,525 = 706,620 ✓" in driver.execute_script(
        "return document.getElementById('toast').innerText"
    )
    wait_for(driver, "document.getElementById('progress').textContent.startsWith('1 of')")
    assert server.review.queue()[0].decided
    assert field(server.review.out)["status"] == "review"  # the files wait for the export
    driver.find_element("id", "export").click()
    wait_for(driver, "document.getElementById('toast').innerText.includes('written')", 30)
    assert (field(server.review.out)["value"], field(server.review.out)["status"]) == (
        "706620",
        "corrected",
    )
    assert complaints(driver) == []


def test_a_closed_window_loses_nothing(driver: Any, server: ReviewServer) -> None:
    visit(driver, server)
    press(driver, "1")
    wait_for(driver, "document.getElementById('progress').textContent.startsWith('1 of')")
    driver.get("about:blank")
    visit(driver, server)
    wait_for(driver, "document.getElementById('progress').textContent.startsWith('1 of')")


def test_free_text_is_checked_and_undone(driver: Any, server: ReviewServer) -> None:
    visit(driver, server)
    press(driver, "e")
    press(driver, "x")
    press(driver, "\ue007")
    assert "cannot be read" in driver.execute_script(
        "return document.getElementById('hint').textContent"
    )
    assert not server.review.queue()[0].decided
    driver.execute_script("document.getElementById('other').select()")
    press(driver, *"706,620", "\ue007")
    wait_for(driver, "document.getElementById('progress').textContent.startsWith('1 of')")
    assert (
        next(f for f in server.review.filing("sales")["fields"] if f["path"] == WRONG)["value"]
        == "706620"
    )
    press(driver, "u")
    wait_for(driver, "document.getElementById('progress').textContent.startsWith('0 of')")
    assert not server.review.queue()[0].decided
    assert "706,820" in shown(driver)


def test_every_field_can_be_decided(driver: Any, server: ReviewServer) -> None:
    visit(driver, server)
    total = len(server.review.queue())
    for number in range(1, total + 1):
        press(driver, "\ue007")
        wait_for(
            driver,
            f"document.getElementById('progress').textContent.startsWith('{number} of {total}')",
        )
    wait_for(driver, "document.querySelector('.done')")
    assert all(w.decided for w in server.review.queue())
    assert complaints(driver) == []


@pytest.mark.parametrize("size", [NARROW, WIDE])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible(driver: Any, server: ReviewServer, size: tuple[int, int], scheme: str) -> None:
    resize(driver, *size)
    colours(driver, scheme)
    try:
        visit(driver, server)
        press(driver, "1")
        wait_for(driver, "!document.getElementById('toast').hidden")
        assert overflow(driver) <= 0
        assert accessibility(driver) == []
    finally:
        resize(driver, *WIDE)
        colours(driver, "light")


def test_a_check_box_that_was_not_read_is_one_key(driver: Any, server: ReviewServer) -> None:
    visit(driver, server)
    path = "/ownershipDocument/reportingOwner[1]/reportingOwnerRelationship/isDirector"
    driver.execute_script("open_('sales', arguments[0])", path)
    wait_for(driver, "document.getElementById('decide').innerText.includes('Director')")
    options = driver.execute_script(
        "return [...document.querySelectorAll('.choice .value')].map((v) => v.textContent)"
    )
    assert sorted(options) == ["☐ no", "☒ yes"]
    press(driver, str(options.index("☐ no") + 1))
    wait_for(driver, "!document.getElementById('toast').hidden")
    assert (
        next(f for f in server.review.filing("sales")["fields"] if f["path"] == path)["value"]
        == "0"
    )
