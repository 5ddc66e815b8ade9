"""What the tests in a real browser share: the Chromium of the system, driven without a network.

Where no Chromium is found these tests are skipped with a line that says so; with ``CI=true`` that is a failure.
"""

from __future__ import annotations

import os
import shutil

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# Two workers take whole files, in the order of collection. The long ones go first, so that none is left over at the end.
LONG = ("test_site.py", "test_notebooks.py", "test_widgets.py", "02-", "04-", "03-", "01-", "test_language.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the files that take longest first."""
    names = [item.path.name for item in items]
    ranks = {name: next((i for i, long in enumerate(LONG) if name.startswith(long)), len(LONG)) for name in names}
    items.sort(key=lambda item: ranks[item.path.name])


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        reason = f"no Chromium found (looked for {', '.join(NAMES)}): nothing was checked in a real browser"
        if os.environ.get("CI", "").lower() == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="session")
def browser(chromium):
    """A headless browser for the whole session; tests open pages or contexts in it and close them."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS), headless=True)
        yield launched
        launched.close()
