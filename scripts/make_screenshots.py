"""Makes the README's pictures of the report and the review.

    python scripts/make_screenshots.py OUT [--filing NAME] [--to docs/images]

OUT is what ``ocr-form4 fixtures/scan -o OUT`` wrote; it is copied first, so nothing in it changes.
Needs Chromium, its driver and selenium (the ``dev`` extra).
"""

from __future__ import annotations

import argparse
import io
import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image

from ocr_form4.report import write_report
from ocr_form4.review.server import ReviewServer
from ocr_form4.review.session import Review

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip
WIDTH, HEIGHT = 1280, 860


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument(
        "--filing",
        default="copy",
        help="the filing that is shown, with a doubtful cell; default: %(default)s",
    )
    parser.add_argument("--to", type=Path, default=Path("docs/images"))
    args = parser.parse_args()
    args.to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / args.out.resolve().name
        shutil.copytree(args.out, out)
        report = write_report(out).as_uri()
        with chromium(Path(folder) / "profile") as driver:
            shoot(driver, report, "document.querySelector('#list tbody')", args.to / "report.png")
            ready = "filing && document.querySelector('.sheet img').complete"
            driver.get("about:blank")
            doubtful = "[...loaded.values()][0].doubtful.filter((f) => f.box)"
            cell = "f.path.includes('Table/') && f.path.endsWith('/value')"
            doubt = (
                f"const d = {doubtful}; filing.choose((d.find((f) => {cell}) || d[0])?.path, 'key')"
            )
            shoot(
                driver,
                f"{report}#/{quote(args.filing)}",
                ready,
                args.to / "report-filing.png",
                doubt,
            )
            with ReviewServer(Review(out, "you")) as server:
                threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
                number = "items.find((i) => NUMBERS.test(i.path) && i.value) || items[0]"
                first = f"const i = {number}; open_(i.name, i.path)"
                shoot(driver, server.address, "items.length", args.to / "review.png", first)
                server.shutdown()


def shoot(driver: Any, address: str, ready: str, target: Path, then: str = "") -> None:
    """Opens a page, waits for it, runs ``then`` and saves what the window shows."""
    from selenium.webdriver.support.ui import WebDriverWait

    wait = WebDriverWait(driver, 20)
    driver.get(address)
    wait.until(lambda d: d.execute_script(f"return Boolean({ready})"))
    if then:
        driver.execute_script(then)
        driver.execute_async_script("setTimeout(arguments[0], 1000)")
    wait.until(lambda d: d.execute_script("return [...document.images].every((i) => i.complete)"))
    with Image.open(io.BytesIO(driver.get_screenshot_as_png())) as picture:
        picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(target, optimize=True)
    print(target)


@contextmanager
def chromium(profile: Path) -> Iterator[Any]:
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}", f"--window-size={WIDTH},{HEIGHT}"):
        options.add_argument(flag)
    driver = webdriver.Chrome(
        options=options, service=webdriver.ChromeService(shutil.which("chromedriver"))
    )
    size = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": 1.5, "mobile": False}
    try:
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        yield driver
    finally:
        driver.quit()


if __name__ == "__main__":
    main()
