"""What the tests in a real browser share: the built site, and the Chromium of the system, driven without a network.

Where no Chromium is found these tests are skipped with a line that says so; with ``CI=true`` that is a failure.
"""

from __future__ import annotations

import shutil
from functools import cache

import build_site
import pytest
from filelock import FileLock
from guards.running import not_checked
from guards.site import Visitor, serve

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


@pytest.fixture(scope="session")
def site(testrun_uid):
    """The site, built once for all workers, as `make book` builds it: warnings are errors."""
    stamp = build_site.SITE.parent / "built-for"
    stamp.parent.mkdir(exist_ok=True)
    with FileLock(f"{stamp}.lock"):
        if not stamp.exists() or stamp.read_text() != testrun_uid:
            build_site.build()
            stamp.write_text(testrun_uid)
    return build_site.SITE


@pytest.fixture(scope="session")
def address(site):
    """The address at which the site is served."""
    server = serve(site)
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="session")
def visitor(browser):
    """A function that returns a visitor with the given options: the same one each time, with what its cache holds."""
    opened = []

    @cache
    def visitor_with(**options):
        opened.append(Visitor(browser, **options))
        return opened[-1]

    yield visitor_with
    for one in opened:
        one.context.close()
