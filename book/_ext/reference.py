"""The reference: every module of the package in its table, and the fields of a result told once.

Conventions
-----------
A public module ``xentbook.NAME`` has the page ``book/api/NAME.md``; the first paragraph of that page says in the table
what the module holds. A module without a page is an error when the site is built.
"""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList
from sphinx.errors import ExtensionError

import xentbook

__all__ = ["describe_fields", "modules", "setup", "skip_fields", "table"]


def modules() -> list[str]:
    """Return the public modules of the package, those that stand on their own last."""
    public = [module.name for module in pkgutil.iter_modules(xentbook.__path__) if not module.name.startswith("_")]
    return sorted(public, key=lambda name: (_reached_as(name) != "xentbook.name", name))


def table(folder: Path) -> list[str]:
    """Return the lines of a Markdown table of all modules, with what their pages in `folder` say of them."""
    rows = [f"| [{name}](api/{name}.md) | {_summary(folder, name)} | `{_reached_as(name)}` |" for name in modules()]
    return ["| module | what it holds | reached as |", "| --- | --- | --- |", *rows]


class Modules(Directive):
    """``{modules}``: the table of all modules, each with a link to its page."""

    def run(self) -> list[nodes.Node]:
        env = self.state.document.settings.env
        folder = Path(env.srcdir, "book", "api")
        for name in modules():
            env.note_dependency(str(folder / f"{name}.md"))
        box = nodes.Element()
        self.state.nested_parse(StringList(table(folder), "the modules of the package"), 0, box)
        return box.children


def skip_fields(app, what, name, thing, skip, options):
    """Leave out the fields of a named tuple, of which Python says only "Alias for field number 0"."""
    return True if type(thing).__name__ == "_tuplegetter" else skip


def describe_fields(app, what, name, thing, options, lines):
    """Append to the docstring of a named tuple its fields in their order, unless it has a section for them."""
    fields = getattr(thing, "_fields", ())
    if what != "class" or not fields or any(line.startswith((":ivar", ".. attribute")) for line in lines):
        return
    kinds = [f"``{field}`` (``{_kind(thing.__annotations__[field])}``)" for field in fields]
    lines += ["", f"Fields, in this order: {', '.join(kinds)}.", ""]


def setup(app):
    app.add_directive("modules", Modules)
    app.connect("autodoc-skip-member", skip_fields)
    app.connect("autodoc-process-docstring", describe_fields, priority=850)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _reached_as(name: str) -> str:
    names = import_module(f"xentbook.{name}").__all__
    return "xentbook.name" if set(names) & set(xentbook.__all__) else f"xentbook.{name}.name"


def _summary(folder: Path, name: str) -> str:
    """Return the first paragraph of a module's page, without its full stop."""
    page = folder / f"{name}.md"
    if not page.exists():
        raise ExtensionError(
            f"the module xentbook.{name} has no page: add book/api/{name}.md (as its neighbours) and its line in "
            "_toc.yml"
        )
    paragraphs = page.read_text("utf-8").split("\n\n")
    return paragraphs[1].partition(". Chapter")[0].replace("\n", " ").strip().rstrip(".")


def _kind(annotation: object) -> str:
    """Return an annotation as it was written; named tuples keep it as a forward reference."""
    return getattr(annotation, "__forward_arg__", None) or getattr(annotation, "__name__", str(annotation))
