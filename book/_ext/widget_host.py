"""Puts the interactive figures on the pages: from a notebook's stored state, or built on the spot by a directive.

Conventions
-----------
Whichever way a figure comes, `view_html` alone writes its place on the page, and its state, numbers alone, stands in a
script of the type that Jupyter itself uses. The front ends come from the package: the site serves each as one script,
and a page asks for those of its figures. `_static/widget-host.js` does the rest in the reader's browser, without a
kernel and without a network.
"""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.errors import ExtensionError

from xentbook.widgets import _front_end

__all__ = ["front_end_files", "scripts_for", "setup", "state_html", "view_html"]

VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
SLASH = r"\u003c/"  # "</" in JSON, so that no text inside can end the script
STATIC = Path(__file__).resolve().parent.parent / "_static"
FOLDER = "figures"  # below the site's static files: the front ends
STYLE = f"{FOLDER}/common.css"


def view_html(model_id: str, states: dict) -> str:
    """Return the place of one figure: a box with its name and what is read where no script runs."""
    try:
        state = states[model_id]["state"]
        figure, fallback = state["figure"], state["fallback"]
    except KeyError as error:
        raise ExtensionError(
            f"no stored state with the class and the fallback text of the figure {model_id}: run tools/execute.py on "
            "its notebook"
        ) from error
    try:
        front_end = _front_end.file_of(figure)
    except ValueError as error:
        raise ExtensionError(f"the figure {model_id} has no front end: {error}") from error
    return (
        f'<div class="xb-widget" data-model-id="{html.escape(model_id)}" data-front-end="{front_end}">'
        f'<p class="xb-fallback">{html.escape(fallback)}</p></div>'
    )


def scripts_for(page: str) -> list[str]:
    """Return the front ends that the places on a page need, as files below the static ones, in the order of loading."""
    needed = [module for name in _PLACE.findall(page) for module in _front_end.modules_of(name)]
    return [f"{FOLDER}/{name}" for name in dict.fromkeys(needed)]


def front_end_files() -> dict[str, str]:
    """Return the front ends of all figures and their style sheet: file below the static ones -> its text."""
    modules = dict.fromkeys(name for figure in _front_end.FIGURES for name in _modules(figure))
    scripts = {f"{FOLDER}/{name}": _front_end.site_script(name) for name in modules}
    return scripts | {STYLE: _front_end.style()}


def state_html(states: dict) -> str:
    """Return the script that holds the state of figures for the host to read."""
    text = json.dumps({"version_major": 2, "version_minor": 0, "state": states}, allow_nan=False)
    return f'<script type="{STATE}">{text.replace("</", SLASH)}</script>'


class Widget(Directive):
    """``{widget} ClassName``: the figure of that class in `xentbook.widgets`, in its first state."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        from xentbook import widgets

        name = self.arguments[0]
        if name not in widgets.__all__:
            raise self.error(f"`xentbook.widgets` has no figure {name!r}; it has {', '.join(widgets.__all__)}")
        env = self.state.document.settings.env
        model_id = f"{env.docname.replace('/', '-')}-{env.new_serialno('widget')}"
        states = {model_id: getattr(widgets, name)().stored_state()}
        return [nodes.raw("", view_html(model_id, states) + state_html(states), format="html")]


def replace_views(app, doctree: nodes.document, docname: str) -> None:
    """Give every figure that a notebook shows its place on the page."""
    views = [node for node in doctree.findall(nodes.raw) if node.astext().startswith(f'<script type="{VIEW}">')]
    states = _notebook_states(app, docname) if views else {}
    for node in views:
        view = json.loads(node.astext().removeprefix(f'<script type="{VIEW}">').removesuffix("</script>"))
        text = view_html(view["model_id"], states)
        node.parent.replace(node, nodes.raw("", text, format="html"))


def add_assets(app, pagename, templatename, context, doctree) -> None:
    """Load the host on the pages that have a figure, and on no other."""
    places = "".join(node.astext() for node in doctree.findall(nodes.raw)) if doctree else ""
    if scripts := scripts_for(places):
        for sheet in ("widgets.css", STYLE):
            app.add_css_file(sheet)
        for script in [*scripts, "widget-host.js"]:
            app.add_js_file(script, loading_method="defer")


def write_front_ends(app) -> None:
    """Write the front ends among the site's static files, before a page asks for one."""
    if app.builder.format == "html":
        for name, text in front_end_files().items():
            path = Path(app.outdir) / "_static" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")


def setup(app):
    app.add_directive("widget", Widget)
    app.connect("config-inited", _serve_static)
    app.connect("builder-inited", write_front_ends)
    app.connect("doctree-resolved", replace_views)
    app.connect("html-page-context", add_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


_PLACE = re.compile(r'class="xb-widget"[^>]* data-front-end="(\w+\.js)"')


def _modules(figure: str) -> list[str]:
    return _front_end.modules_of(_front_end.file_of(figure))


def _notebook_states(app, docname: str) -> dict:
    """Return the state that myst-nb stored with a page: model id -> model."""
    from myst_nb.sphinx_ import NbMetadataCollector

    _, script = NbMetadataCollector.get_js_files(app.env, docname).get("ipywidgets_state", (None, {"body": "{}"}))
    return json.loads(script["body"]).get("state", {})


def _serve_static(app, config) -> None:
    served = {(Path(app.confdir) / path).resolve() for path in config.html_static_path}
    if STATIC not in served:
        config.html_static_path.append(str(STATIC))
    config.nb_ipywidgets_js = {}  # the usual widget front end comes from another host; this one serves itself
