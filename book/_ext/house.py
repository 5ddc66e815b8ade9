"""What the site needs beyond Jupyter Book: no script that no page uses, a summary of every page for those that list it,
punctuation that stays with its formula, and each function linked to its chapters."""

import base64
import json
import re
from functools import cache
from html import escape
from pathlib import Path

from docutils import nodes


def drop_unused_scripts(app, pagename, templatename, context, doctree):
    """Leave out sphinx-thebe, which Jupyter Book always loads and which logs an error where no kernel is offered."""
    context["script_files"] = [script for script in context["script_files"] if not _mentions_thebe(script)]


def describe(app, pagename, templatename, context, doctree):
    """Give a page the summary that search engines show, its own or its first paragraph; and the cover one title."""
    if pagename == app.config.root_doc:
        context["docstitle"] = ""
    if doctree is None or 'name="description"' in context.get("metatags", ""):
        return
    text = next(
        (text for node in doctree.findall(nodes.paragraph) if len(text := " ".join(node.astext().split())) > 40), ""
    )
    if len(text) > 200:
        text = text[:200].rsplit(" ", 1)[0] + " …"
    if text:
        context["metatags"] = context.get("metatags", "") + f'\n<meta name="description" content="{escape(text)}" />'


def keep_together(app, doctree, docname):
    """Bind the punctuation beside a formula to it: a browser may break a line there and begin the next with a comma."""
    for formula in list(doctree.findall(nodes.math)):
        parent, place = formula.parent, formula.parent.index(formula)
        before = parent[place - 1] if place else None
        after = parent[place + 1] if place + 1 < len(parent) else None
        head = _OPENING.search(before) if isinstance(before, nodes.Text) else None
        tail = _CLOSING.match(after) if isinstance(after, nodes.Text) else None
        if head is None and tail is None:
            continue
        # By place: `replace` looks for an equal node, and a paragraph may hold the same text twice.
        bound = parent[place] = nodes.inline(classes=["together"])
        if head:
            parent[place - 1] = nodes.Text(before[: head.start()])
            bound += nodes.Text(head[0])
        bound += formula
        if tail:
            parent[place + 1] = nodes.Text(after[tail.end() :])
            bound += nodes.Text(tail[0])


def link_to_chapters(app, what, name, thing, options, lines):
    """Append to a function's or a class's docstring the chapters whose code uses it."""
    if what not in ("function", "class"):
        return
    module, function = name.split(".")[1], name.rsplit(".", 1)[-1]
    call = rf"\b(?:xb|plots|datasets|widgets)\.{function}\b|\bfrom xentbook\b.*\bimport\b.*\b{function}\b"
    pages = [page for page, code in _chapters(app.srcdir).items() if re.search(call, code)]
    links = ", ".join(f":doc:`/{page}`" for page in pages or _HOME.get(module, []))
    lines += ["", f"**In the book:** {links}", ""] if links else []


def plain_references(app, what, name, thing, options, lines):
    """Turn a docstring's footnotes into a list: many docstrings on one page all have a footnote 1."""
    for number, line in enumerate(lines):
        line = re.sub(r"^( *)\.\. \[(\d+)\] ", r"\1*  [\2] ", line)
        lines[number] = re.sub(r"(?<=\[)(\d+)\]_", r"\1]", line)


def embed_icons(app, error):
    """Write the icon font into its style sheet: a browser lets no page that was opened as a file load a font file."""
    if error or app.builder.format != "html":
        return
    for sheet in Path(app.outdir).glob("_static/vendor/fontawesome/*/css/all.min.css"):
        font = sheet.parent.parent / "webfonts" / "fa-solid-900.woff2"
        data = base64.b64encode(font.read_bytes()).decode()
        face = f'@font-face{{font-family:"Font Awesome 6 Free";font-weight:900;src:url(data:font/woff2;base64,{data})}}'
        rules = re.sub(r"@font-face\s*{[^}]*}", "", sheet.read_text(encoding="utf-8"))
        sheet.write_text(face + rules, encoding="utf-8")
    for page in Path(app.outdir).rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        page.write_text(re.sub(r'<link rel="preload" as="font"[^>]*>\s*', "", html), encoding="utf-8")


def setup(app):
    app.add_js_file(None, body=_FINISH_PAGE, priority=900)
    app.connect("html-page-context", describe)
    app.connect("doctree-resolved", keep_together)
    app.connect("build-finished", embed_icons)
    app.connect("html-page-context", drop_unused_scripts, priority=900)
    app.connect("autodoc-process-docstring", plain_references, priority=800)
    app.connect("autodoc-process-docstring", link_to_chapters, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


# The chapter of a module, for those of its functions that no chapter calls by name.
_HOME = {
    "information": ["notebooks/03-cross-entropy"],
    "coding": ["notebooks/02-entropy-and-codes"],
    "language": ["notebooks/04-predicting-text"],
    "likelihood": ["notebooks/05-maximum-likelihood"],
    "losses": ["notebooks/06-loss-functions"],
    "gradients": ["notebooks/07-gradients"],
    "convexity": ["notebooks/08-convexity"],
    "optimize": ["notebooks/09-optimisers"],
    "scoring": ["notebooks/12-proper-scores"],
    "calibration": ["notebooks/11-calibration"],
    "decisions": ["notebooks/13-decisions"],
    "anomaly": ["notebooks/14-anomaly"],
    "gating": ["notebooks/15-self-checking"],
}
_OPENING = re.compile(r"\S*[(\[“‘]$")
_CLOSING = re.compile(r"[,.;:!?)\]”’]\S*")
# A copy button shows its name as a tooltip only: this gives it to those who listen, too. And a link into a chapter is
# followed before its formulas have their height; once they have it, the reader is taken to the place again.
_FINISH_PAGE = """window.addEventListener("load", async () => {
  for (const button of document.querySelectorAll("button.copybtn")) button.setAttribute("aria-label", "Copy this code");
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  let moved = false;
  for (const name of ["wheel", "touchstart", "keydown", "mousedown"])
    addEventListener(name, () => { moved = true; }, { once: true });
  await window.MathJax?.startup?.promise;
  if (!moved) target.scrollIntoView({ behavior: "instant" });
});"""


def _mentions_thebe(script) -> bool:
    return "thebe" in f"{getattr(script, 'filename', script)} {getattr(script, 'attributes', '')}".lower()


@cache
def _chapters(root) -> dict[str, str]:
    code = {}
    for path in sorted(Path(root, "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code[f"notebooks/{path.stem}"] = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    return code
