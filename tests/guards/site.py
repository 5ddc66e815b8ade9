"""What the built site must be: at home on a phone, in the dark and without a network, and silent.

Each check returns a list of problems, in words; an empty list is a pass.
"""

import re
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

__all__ = ["Visitor", "serve", "pages_of", "unlabelled_images", "outside_resources"]

# Attributes and rules by which a page makes the browser fetch something by itself; a plain link is not among them.
_FETCHES = re.compile(
    r"""<(?:script|img|iframe|source|video|audio|embed)\b[^>]*?\bsrc\s*=\s*["'](?:https?:)?//[^"']*"""
    r"""|<link\b(?=[^>]*\brel\s*=\s*["'](?:stylesheet|preload|icon|shortcut icon|preconnect|dns-prefetch|prefetch))"""
    r"""[^>]*?\bhref\s*=\s*["'](?:https?:)?//[^"']*"""
    r"""|url\(\s*["']?(?:https?:)?//[^)]*|@import\s+["'](?:https?:)?//[^"']*""",
    re.IGNORECASE,
)


def serve(folder: Path) -> ThreadingHTTPServer:
    """Serve `folder` on a free local port, in a thread, until `shutdown()`."""
    handler = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *args: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=folder))
    server.handle_error = lambda *args: None  # a browser that leaves a page hangs up on what it still loads
    Thread(target=server.serve_forever, daemon=True).start()
    return server


def pages_of(site: Path) -> list[str]:
    """Return the pages of the book, as paths inside the site."""
    pages = sorted(page.relative_to(site).as_posix() for page in site.rglob("*.html"))
    return [page for page in pages if not page.startswith("_static/") and page != "index.html"]


def outside_resources(text: str) -> list[str]:
    """Return what a page or a style sheet would fetch from another host."""
    return [f"fetches from another host: {match.group(0)[-80:]}" for match in _FETCHES.finditer(text)]


def unlabelled_images(html: str) -> list[str]:
    """Return the images of a page without an alternative text that says something."""
    problems = []
    for image in re.findall(r"<img\b[^>]*>", html):
        alt = re.search(r"""\balt\s*=\s*"([^"]*)\"""", image)
        if alt is None or not alt.group(1).strip() or re.fullmatch(r"\S*\.(png|svg|jpe?g)", alt.group(1).strip()):
            problems.append(f"image without alternative text: {image[:120]}")
    return problems


SETTLES = 150  # milliseconds in which a page that is loaded and typeset may still err


class Visitor:
    """A reader's browser that notes whatever a page does wrong while it is looked at."""

    def __init__(self, browser, *, width: int = 1280, scheme: str = "light", **options):
        self.context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **options)
        self.page = self.context.new_page()
        self.problems = []
        self.home = None
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.context.close()

    def visit(self, address: str) -> list[str]:
        """Open a page, let it settle, and return all that went wrong, formulas and a sideways scroll included."""
        self.problems.clear()
        self.home = re.match(r"\w+://[^/]*", address)[0]
        self.page.goto(address)
        self.page.evaluate("() => window.MathJax?.startup?.promise")
        self.page.wait_for_function("() => !document.querySelector('.xb-widget:not([data-status])')")
        self.page.wait_for_timeout(SETTLES)
        wrong = self.page.locator("mjx-merror, [data-mjx-error], mjx-mtext[style*='red']").count()
        self.problems += self._sideways() + ([f"{wrong} formulas in error"] if wrong else [])
        return list(self.problems)

    def resize(self, width: int) -> list[str]:
        """Make the window `width` pixels wide and return what goes wrong by that."""
        self.problems.clear()
        wide = self.page.viewport_size
        self.page.set_viewport_size({"width": width, "height": wide["height"]})
        self.page.wait_for_timeout(SETTLES)
        found = self.problems + self._sideways()
        self.page.set_viewport_size(wide)
        return found

    def _sideways(self) -> list[str]:
        root = "document.scrollingElement"
        excess = self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth")
        return [f"scrolls sideways by {excess} pixels"] if excess > 0 else []

    def _heard(self, message):
        if message.type in ("error", "warning"):
            self.problems.append(f"logged a {message.type}: {message.text}")

    def _asked(self, request):
        if not request.url.startswith((self.home, "data:", "blob:")):
            self.problems.append(f"asked another host: {request.url}")

    def _answered(self, response):
        if response.status >= 400:
            self.problems.append(f"status {response.status}: {response.url}")
