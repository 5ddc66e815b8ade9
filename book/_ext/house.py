"""What the site needs beyond Jupyter Book: no script that no page uses, and each function linked to its chapters."""

import base64
import json
import re
from functools import lru_cache
from pathlib import Path


def drop_unused_scripts(app, pagename, templatename, context, doctree):
    """Leave out sphinx-thebe, which Jupyter Book always loads and which logs an error where no kernel is offered."""
    context["script_files"] = [script for script in context["script_files"] if not _mentions_thebe(script)]


def link_to_chapters(app, what, name, thing, options, lines):
    """Append to a function's or a class's docstring the chapters whose code uses it."""
    if what not in ("function", "class"):
        return
    code_of = _chapters(app.srcdir)
    used_in = [page for page, code in code_of.items() if re.search(rf"\b{name.rsplit('.', 1)[-1]}\b", code)]
    links = ", ".join(f":doc:`/{page}`" for page in used_in)
    lines += ["", f"**In the book:** {links}" if links else "**In the book:** called by the functions above.", ""]


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
    app.connect("build-finished", embed_icons)
    app.connect("html-page-context", drop_unused_scripts, priority=900)
    app.connect("autodoc-process-docstring", plain_references, priority=800)
    app.connect("autodoc-process-docstring", link_to_chapters, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _mentions_thebe(script) -> bool:
    return "thebe" in f"{getattr(script, 'filename', script)} {getattr(script, 'attributes', '')}".lower()


@lru_cache(maxsize=None)
def _chapters(root) -> dict[str, str]:
    code = {}
    for path in sorted(Path(root, "notebooks").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        code[f"notebooks/{path.stem}"] = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code")
    return code
