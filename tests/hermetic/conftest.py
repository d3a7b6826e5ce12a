"""What the tests of all stand-ins share: the modules beside this one, such as `standing`, and a browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from machine_parts import needed

if TYPE_CHECKING:  # an extra, and slow to import
    from playwright.sync_api import Browser

QUIET = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    """A real Chromium: the one of CHROMIUM_PATH or on PATH, else playwright's own."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("CHROMIUM_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as driver:
        there = path is not None or Path(driver.chromium.executable_path).exists()
        needed("browser", there, "put Chromium on PATH, set CHROMIUM_PATH, or run `playwright install chromium`")
        browser = driver.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()
