"""A headless Chromium for tests of pages; skips where there is none."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
    "--hide-scrollbars",
)  # fmt: skip
NARROW, WIDE = (390, 844), (1400, 1000)


def need_browser() -> None:
    pytest.importorskip("selenium", reason="selenium is not installed")
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        pytest.skip("no Chromium here (Debian: apt install chromium chromium-driver)")


@contextmanager
def chromium(profile: Path) -> Iterator[Any]:
    """A driver with a fresh profile; ends the browser whatever happens."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    os.environ.setdefault("NO_PROXY", "127.0.0.1,localhost")
    driver = webdriver.Chrome(
        options=options, service=webdriver.ChromeService(shutil.which("chromedriver"))
    )
    try:
        resize(driver, *WIDE)
        yield driver
    finally:
        driver.quit()


def resize(driver: Any, width: int, height: int) -> None:
    size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)


def colours(driver: Any, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})


def wait_for(driver: Any, condition: str, seconds: float = 10) -> Any:
    """The value of a JavaScript expression, as soon as it is true."""
    from selenium.webdriver.support.ui import WebDriverWait

    return WebDriverWait(driver, seconds, 0.05).until(
        lambda d: d.execute_script(f"return {condition}")
    )


def press(driver: Any, *keys: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(driver).send_keys(*keys).perform()


def complaints(driver: Any) -> list[str]:
    """What the browser itself reports: script errors, refused loads."""
    return [entry["message"] for entry in driver.get_log("browser")]


def requests(driver: Any) -> list[str]:
    """Every address that was asked for since the last call."""
    messages = [json.loads(entry["message"])["message"] for entry in driver.get_log("performance")]
    return [
        m["params"]["request"]["url"]
        for m in messages
        if m["method"] == "Network.requestWillBeSent"
    ]


def accessibility(driver: Any) -> list[str]:
    """What axe finds, one line each: rule, how many places, the first of them."""
    pytest.importorskip("axe_core_python", reason="axe-core-python is not installed")
    import axe_core_python

    driver.execute_script(
        Path(axe_core_python.__file__).with_name("axe.min.js").read_text(encoding="utf-8")
    )
    script = "const done = arguments[0]; axe.run(document).then(done, (e) => done(String(e)))"
    found = driver.execute_async_script(script)
    assert isinstance(found, dict), found
    return [
        f"{v['id']}: {len(v['nodes'])}, as {v['nodes'][0]['html'][:160]}"
        for v in found["violations"]
    ]


def overflow(driver: Any) -> int:
    """By how many pixels the page is wider than the window."""
    return int(
        driver.execute_script("return document.documentElement.scrollWidth - window.innerWidth")
    )
