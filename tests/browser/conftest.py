"""The machine's own Chromium, and pages opened in it as a reader would.

Belongs here: the browser and what a visit to a page keeps. Does not belong here: any claim.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright


def chromium() -> str:
    return os.environ.get("PLAYWRIGHT_CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium()
    assert Path(path).exists(), f"{path} is not there: install chromium, or name one in PLAYWRIGHT_CHROMIUM"
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
