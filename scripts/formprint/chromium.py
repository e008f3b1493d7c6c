"""HTML to PDF with headless Chromium: one browser for many pages."""

from __future__ import annotations

import base64
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.service import Service

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
)  # fmt: skip


class Printer:
    """Prints HTML to PDF; the page's size and margins are the HTML's own ``@page``."""

    def __init__(self, driver: webdriver.Chrome, folder: Path) -> None:
        self._driver, self._folder = driver, folder

    def print(self, html: str) -> bytes:
        page = self._folder / "page.html"
        page.write_text(html, encoding="utf-8")
        self._driver.get(page.as_uri())
        options: Mapping[str, object] = {"preferCSSPageSize": True, "printBackground": True}
        return base64.b64decode(
            self._driver.execute_cdp_cmd("Page.printToPDF", dict(options))["data"]
        )


@contextmanager
def printer() -> Iterator[Printer]:
    """A running browser, ended on exit. Raises ``selenium.common.WebDriverException`` where there
    is none.
    """
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for flag in _FLAGS:
        options.add_argument(flag)
    with tempfile.TemporaryDirectory() as folder:
        options.add_argument(f"--user-data-dir={folder}/profile")
        driver = webdriver.Chrome(options=options, service=Service("/usr/bin/chromedriver"))
        try:
            yield Printer(driver, Path(folder))
        finally:
            driver.quit()
