"""What a plain notebook must be: the code as it was, no piece of MyST left, numbers and links those of the site."""

from __future__ import annotations

import json
import re
from collections import Counter
from urllib.parse import urldefrag, urljoin

from bs4 import BeautifulSoup

from guards import markdown

__all__ = [
    "code_differences", "link_problems", "number_differences", "raw_pieces", "reference_differences",
]  # fmt: skip

# What MyST adds to Markdown, by the names of its parser's tokens.
MYST = re.compile(
    r"colon_fence|myst_\w+|math_block_label|substitution\w*|dl_open|footnote\w*|front_matter|field\w*|attrs\w*"
)
KINDS = "Definition|Proposition|Cited Result|Observation|Figure|Exercise"
REFERENCE = re.compile(rf"\(\d+\.\d+\)|(?:{KINDS}) \d+(?:\.\d+)*")
IN_HTML = re.compile(r"\{[\w:]+\}`[^`]*`|\[[^\]]*\]\([^)]*\)")
TAG = re.compile(r"\\tag\{([^}]*)\}")
COMMAND = re.compile(r"\\([A-Za-z]+)")
NUMBERED = re.compile(r"(?:\d+\.)+(?= )")
ANCHOR = re.compile(r'<a id="([^"]+)"></a>')


# ---- No piece of MyST


def raw_pieces(source, macros=()):
    """Return the pieces of MyST in a text, and what a reader of notebooks would show as it stands."""
    problems, quotes = [f"directive: {block.name}" for block in markdown.blocks(source) if block.name], 0
    for token in markdown.tokens(source):
        quotes += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        pieces = [token, *(token.children or [])]
        problems += [f"{piece.type}: {piece.content[:60]}" for piece in pieces if MYST.fullmatch(piece.type)]
        if token.type == "html_block":  # the title of a folded box: no Markdown is read there
            problems += [f"in HTML: {piece}" for piece in IN_HTML.findall(token.content)]
        for piece in pieces:
            if piece.type.startswith("math") or piece.type == "amsmath":
                problems += [f"macro: \\{name}" for name in COMMAND.findall(piece.content) if name in macros]
                rows = piece.map[1] - piece.map[0] if piece.map else 1
                if quotes and (rows > 1 or "\n" in piece.content.strip()):
                    problems.append(f"a formula over several lines in a quotation: {piece.content[:60]}")
    return problems


# ---- The code as it was


def code_differences(stored, plain):
    """Return where the code, outputs or metadata of `plain` are not those of `stored`, to the byte."""
    found = [] if _same(stored.metadata, plain.metadata) else ["the notebook's metadata"]
    if (stored.nbformat, stored.nbformat_minor) != (plain.nbformat, plain.nbformat_minor):
        found.append("the version of the format")
    before, after = ([cell for cell in notebook.cells if cell.cell_type != "markdown"] for notebook in (stored, plain))
    if len(before) != len(after):
        return [*found, f"{len(before)} cells of code, {len(after)} in the plain notebook"]
    found += [f"cell {one.id}" for one, other in zip(before, after, strict=True) if not _same(one, other)]
    return found + _order_differences(stored, plain)


def _order_differences(stored, plain):
    """Return what is wrong with the order of cells: some of Markdown may be gone, captions are added."""
    known = [cell.id for cell in stored.cells]
    kept = [cell.id for cell in plain.cells if cell.id in known]
    found = [] if kept == sorted(kept, key=known.index) else ["the order of the cells"]
    for before, cell in zip([None, *plain.cells], plain.cells, strict=False):
        if cell.id not in known and (before is None or cell.id != f"{before.id}-caption"):
            found.append(f"a cell from nowhere: {cell.id}")
    return found


def _same(one, other):
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


# ---- The numbers of the site


def site_numbers(html):
    """Return the numbers of a page of the site, in their order: of headings, boxes, equations, figures."""
    page = _article(html)
    return {
        "headings": [_text(part).split(" ")[0] for part in page.select("h1 .section-number, h2 .section-number")],
        "boxes": [_text(part) for part in page.select(":is(.proof, .exercise) > .admonition-title > .caption-number")],
        "equations": [_text(part).strip("()#") for part in page.select("span.eqno")],
        "figures": [_text(part) for part in page.select("figcaption .caption-number")],
    }


def plain_numbers(notebook):
    """Return the numbers of a plain notebook, in their order."""
    text = markdown.text_of(notebook.cells)
    titles = [title for title in map(_bold_start, text.split("\n")) if title]
    headings = [NUMBERED.match(ANCHOR.sub("", title)) for _, title in markdown.headings(text)]
    formulas = [tag for token in markdown.tokens(text) for tag in TAG.findall(_formulas(token))]
    return {
        "headings": [found[0] for found in headings if found],
        "boxes": [title for title in titles if not title.startswith("Figure")],
        "equations": formulas,
        "figures": [title for title in titles if title.startswith("Figure")],
    }


def number_differences(notebook, html):
    """Return where the numbers of a plain notebook are not those of its page."""
    here, there = plain_numbers(notebook), site_numbers(html)
    return [f"{kind}: {here[kind]} here, {there[kind]} there" for kind in there if here[kind] != there[kind]]


def _formulas(token):
    formulas = [piece for piece in (token, *(token.children or [])) if piece.type.startswith(("math", "amsmath"))]
    return "\n".join(piece.content for piece in formulas)


def _bold_start(line):
    """Return the number that the line of a title begins with, or None."""
    found = re.match(r"\*\*(" + REFERENCE.pattern + r")\b", ANCHOR.sub("", line.removeprefix("> ")))
    return found[1] if found else None


# ---- The links of the site


def reference_differences(notebook, html, page, address):
    """Return the references to what has a number that only the plain notebook or only its page has, and how many."""
    links = _links(notebook, page, address)
    here = Counter((name, place) for name, place in links if REFERENCE.fullmatch(name))
    there = _site_references(html, page)
    return [f"{what} {side} only: {count}" for side, only in (("here", here - there), ("there", there - here))
            for what, count in only.items()]  # fmt: skip


def _site_references(html, page):
    found = Counter()
    for link in _article(html).select("a.reference.internal"):
        target, anchor = urldefrag(urljoin(f"/{page}.html", link["href"]))
        if REFERENCE.fullmatch(_text(link)):
            found[_text(link), f"{target[1:].removesuffix('.html')}#{anchor}"] += 1
    return found


def link_problems(notebook, page, address, anchors):
    """Return the links of a plain notebook that lead nowhere: `anchors` has those of each page of the site."""
    text = markdown.text_of(notebook.cells)
    here = Counter(ANCHOR.findall(text))
    problems = [f"the anchor {name} stands {count} times" for name, count in here.items() if count > 1]
    for target in markdown.links(text):
        file, _, anchor = target.partition("#")
        if not file and anchor not in here:
            problems.append(f"no anchor {anchor} in the notebook")
        if file and "://" not in file:
            problems.append(f"a link to a file: {target}")
        if file.startswith(address):
            name = file.removeprefix(f"{address}/")
            if name not in anchors or (anchor and anchor not in anchors[name]):
                problems.append(f"nothing on the site: {target}")
    return problems


def _links(notebook, page, address):
    """Return the links of a plain notebook into the book, as pairs of name and place."""
    for token in markdown.tokens(markdown.text_of(notebook.cells)):
        name, target = "", None
        for piece in token.children or []:
            if piece.type == "link_open":
                name, target = "", str(piece.attrGet("href"))
            elif piece.type == "link_close":
                file, _, anchor = target.partition("#")
                place = file.removeprefix(f"{address}/").removesuffix(".html") or page
                yield name, f"{place}#{anchor}"
            else:
                name += piece.content


def _article(html):
    return BeautifulSoup(html, "html.parser").find("article")


def _text(part):
    return " ".join(part.get_text().split())
