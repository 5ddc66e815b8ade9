"""What the site needs beyond Jupyter Book: no script that no page uses, a summary of every page for those that list it,
punctuation that stays with its formula, and each function linked to its chapters."""

import base64
import io
import json
import re
import shutil
from functools import cache
from html import escape
from pathlib import Path

from docutils import nodes
from fontTools import subset, ttLib


def drop_unused_scripts(app, pagename, templatename, context, doctree):
    """Leave out sphinx-thebe, which Jupyter Book always loads and which logs an error where no kernel is offered."""
    for kind in ("script_files", "css_files"):
        context[kind] = [file for file in context[kind] if not _mentions_thebe(file)]


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
    """Put the icons that the pages use in place of the library of all icons, in one style sheet without font files.

    A browser lets no page that was opened as a file load a font file, and the library with its script is heavier than
    all else on a page. The icons are those whose names stand in a page, and the characters of our own style sheets.
    """
    if error or app.builder.format != "html":
        return
    out = Path(app.outdir)
    pages = {path: path.read_text(encoding="utf-8") for path in out.rglob("*.html")}
    names = {name for html in pages.values() for name in _ICON_NAME.findall(html)}
    for sheet in out.glob("_static/vendor/fontawesome/*/css/all.min.css"):
        others = [path.read_text(encoding="utf-8") for path in out.glob("_static/**/*.css") if path != sheet]
        css = _icon_rules(sheet.read_text(encoding="utf-8"), names)
        codes = {int(code, 16) for text in [css, *others] for code in _ICON_CODE.findall(text)}
        fonts = sheet.parent.parent / "webfonts"
        faces = [_icon_face(fonts / file, family, weight, codes) for file, family, weight in _ICON_FONTS]
        sheet.write_text("".join(faces) + css, encoding="utf-8")
        shutil.rmtree(fonts)
        shutil.rmtree(sheet.parent.parent / "js")
    for page, html in pages.items():
        page.write_text(_ICON_LIBRARY.sub("", html), encoding="utf-8")


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

_ICON_NAME = re.compile(r"(?<=[\"\s])fa[bs]?(?:-[a-z0-9-]+)?(?=[\"\s])")
_ICON_CODE = re.compile(r"content:\s*\"\\(f[0-9a-f]{3})\"")
_ICON_FONTS = [("fa-solid-900.ttf", "Font Awesome 6 Free", 900), ("fa-brands-400.ttf", "Font Awesome 6 Brands", 400)]
_ICON_LIBRARY = re.compile(
    r'<link rel="preload" as="font"[^>]*>\s*|<script src="[^"]*/fontawesome/[^"]*/all\.min\.js[^"]*"></script>\s*'
)


def _icon_rules(css, names) -> str:
    """Return the licence and the rules of the icon library that concern the classes `names`, or the whole page."""
    kept = css[: css.index("*/") + 2] + "\n"
    plain = re.sub(r"@(?:-webkit-)?(?:keyframes|media)[^{]*{(?:[^{}]*{[^{}]*})*}|@font-face\s*{[^}]*}", "", css)
    for selectors, rule in re.findall(r"([^{}]+){([^{}]*)}", plain.partition("*/")[2]):
        wanted = [one for one in selectors.split(",") if set(re.findall(r"\.([\w-]+)", one)) <= names]
        kept += f"{','.join(wanted)}{{{rule}}}" if wanted else ""
    return kept


def _icon_face(path, family, weight, codes) -> str:
    """Return the rule of a font that has the characters `codes` alone."""
    font = ttLib.TTFont(path, recalcTimestamp=False)
    chosen = subset.Subsetter(subset.Options(notdef_outline=True, layout_features=[]))
    chosen.populate(unicodes=codes)
    chosen.subset(font)
    font.flavor = "woff"
    font.save(data := io.BytesIO())
    source = f"data:font/woff;base64,{base64.b64encode(data.getvalue()).decode()}"
    return f'@font-face{{font-family:"{family}";font-weight:{weight};font-style:normal;src:url({source})}}'


def _mentions_thebe(file) -> bool:
    return "thebe" in f"{getattr(file, 'filename', file)} {getattr(file, 'attributes', '')}".lower()


@cache
def _chapters(root) -> dict[str, str]:
    code = {}
    for path in sorted(Path(root, "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code[f"notebooks/{path.stem}"] = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    return code
