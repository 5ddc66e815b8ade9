"""The plain edition of every notebook: written with the site, and what the buttons of its pages lead to.

Conventions
-----------
The builder ``plain`` writes the plain edition alone (`make plain`); a build of the site writes it too, into the folder
`FOLDER`. Downloads are taken from there. Binder and Colab open the same files on the branch `BRANCH`, to which the
workflow takes them. The notebooks themselves are not served.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
from sphinx.builders.dummy import DummyBuilder
from sphinx.errors import ExtensionError

from .edition import Book, Place, plain_notebook
from .site import Site, public_address
from .spans import make_parser

__all__ = ["BRANCH", "FOLDER", "Book", "Place", "make_parser", "plain_notebook", "public_address", "setup"]

FOLDER = "plain"  # below the site's address
BRANCH = "run"


class PlainBuilder(DummyBuilder):
    """Read the book, and write nothing but the plain edition."""

    name = "plain"
    epilog = "The plain notebooks are in %(outdir)s."

    def write(self, *documents, **options) -> None:
        """Write no document: what is written follows from the sources, once all of them are read."""


def notebooks(env) -> list[str]:
    """Return the pages that are notebooks."""
    return sorted(page for page in env.found_docs if env.doc2path(page).endswith(".ipynb"))


def write(env, folder: Path) -> None:
    """Write the plain edition of every notebook of the book below `folder`."""
    site, parser = Site(env), make_parser(env.myst_config)
    for page in notebooks(env):
        notebook = nbformat.read(env.doc2path(page), as_version=4)
        try:
            made = plain_notebook(notebook, page, site, parser)
        except (KeyError, ValueError) as error:
            raise ExtensionError(f"{page} has no plain edition: {error}") from error
        path = folder / f"{page}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(made, path)


def write_with_the_site(app, error) -> None:
    """Write the plain edition at the end of a build, and take away Sphinx's copies of the notebooks."""
    if error or app.builder.name not in ("html", PlainBuilder.name):
        return
    folder = Path(app.outdir)
    if app.builder.name == "html":
        shutil.rmtree(folder / "_sources" / "notebooks", ignore_errors=True)
        folder /= FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    write(app.env, folder)


def point_buttons(app, pagename, templatename, context, doctree) -> None:
    """Let the buttons above a notebook lead to its plain edition."""
    if not str(context.get("page_source_suffix")).endswith(".ipynb"):
        return
    branch = app.config.html_theme_options.get("repository_branch") or "main"
    changes = {  # the name on a button: what its address has, and what comes in its place
        ".ipynb": (f"{context['pathto']('_sources', 1)}/", f"{context['pathto'](FOLDER, 1)}/"),
        "Binder": (f"/{branch}?urlpath=", f"/{BRANCH}?urlpath="),
        "Colab": (f"/blob/{branch}/", f"/blob/{BRANCH}/"),
    }
    for button in [inner for outer in context["header_buttons"] for inner in outer.get("buttons", [outer])]:
        if button.get("text") in changes:
            old, new = changes.pop(button["text"])
            if button["url"].count(old) != 1:
                raise ExtensionError(f"the button {button['text']} must lead to {old!r} once; got {button['url']!r}")
            button["url"] = button["url"].replace(old, new)
    if changes:
        raise ExtensionError(f"{pagename} has no button {', '.join(changes)}")


def setup(app):
    """Add the builder, and what is done at the end of a build."""
    app.add_builder(PlainBuilder)
    app.connect("build-finished", write_with_the_site)
    app.connect("html-page-context", point_buttons, priority=900)  # after the theme has made its buttons
    return {"parallel_read_safe": True, "parallel_write_safe": True}
