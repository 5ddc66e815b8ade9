"""What the tests in a real browser share: the Chromium of the system, driven without a network.

Where no Chromium is found these tests are skipped with a line that says so; with ``CI=true`` that is a failure.
"""

from __future__ import annotations

import shutil

import pytest
from guards.running import not_checked

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        not_checked(f"no Chromium found (looked for {', '.join(NAMES)}): nothing was checked in a real browser")
    return found


@pytest.fixture(scope="session")
def browser(chromium):
    """A headless browser for the whole session; tests open pages or contexts in it and close them."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS), headless=True)
        yield launched
        launched.close()
