"""One reading of MyST Markdown for all guards, by the parser of the site and with its settings.

What a reader meets is a list of leaves: paragraphs, headings, table rows, equations. The body of a directive is text
for the reader, unless `NOT_READ` names it.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

import yaml
from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.mdit_to_docutils.base import default_slugify
from myst_parser.parsers.mdit import create_md_parser

from guards import ROOT

__all__ = [
    "Block", "Leaf", "Part", "blocks", "boxes", "code_blocks", "equations", "headings", "is_lecture", "labelled",
    "leaves", "links", "parts", "pictures", "prose", "roles", "section", "sentences", "targets",
    "text_of",
]  # fmt: skip

MOST = 4096  # texts remembered
READ_OPTIONS = ("alt", "caption", "header", "footer", "aim")
NOT_READ = {
    "",  # code of a language
    "bibliography", "code", "code-block", "code-cell", "eval-rst", "image", "math", "modules", "raw", "tableofcontents",
    "toctree", "widget",
}  # fmt: skip
OPTION = re.compile(r"[ \t]*:([\w-]+):[ \t]*(.*)")
ADDRESS = re.compile(r"(?:https?://|doi:|mailto:)[^\s)>\]`]+|\b10\.\d{4,9}/\S+")
TAG = re.compile(r"<!--[\s\S]*?-->|</?[a-z][^>]*>")
IS_NUMBER = re.compile(r"\s*[-−+]?[\d.,]+\s*%?\s*")
ABBREVIATIONS = re.compile(
    r"\b(?:e\.g|i\.e|et al|cf|vs|resp|approx|ca|no|pp|p|fig|figs|eq|sec|ch|vol)\.$", re.IGNORECASE
)
SENTENCE_END = re.compile(r"[.!?][)\]”\"'*_]*\s+")


class Block(NamedTuple):
    """A fence: `name` is that of its directive, empty where it is none; `kind` is the name or the language."""

    name: str
    kind: str
    argument: str
    options: dict[str, str]
    body: str


class Leaf(NamedTuple):
    """What a reader reads in one go, without addresses: a code span is ` code ` in `text`, a citation ` {cite} `."""

    text: str
    links: tuple[str, ...] = ()
    roles: tuple[tuple[str, str], ...] = ()


class Part(NamedTuple):
    """A heading and what stands below it, down to the next heading of any level; `level` is 0 before the first one."""

    level: int
    title: str
    anchor: str
    source: str


# ---- Reading


@cache
def _parser():
    settings = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))["parse"]["myst_enable_extensions"]
    return create_md_parser(
        MdParserConfig(enable_extensions=set(settings), linkify_fuzzy_links=False), lambda _: RendererHTML()
    )


@lru_cache(maxsize=MOST)
def tokens(text, open_only=False):
    """Return the tokens of `text` in their order; in the place of a directive that is read are those of its text.

    With `open_only` what a reader must unfold is left out, and so are exercises.
    """
    found = []
    for token in _parser().parse(text):
        block = _block(token)
        if not block or not _is_read(block):
            found.append(token)
        elif not open_only or not _is_folded(block):
            found += [inner for piece in _pieces(block) for inner in tokens(piece, open_only)]
    return tuple(found)


@lru_cache(maxsize=MOST)
def leaves(text, open_only=False):
    """Return the leaves of `text`; one without links has those of the list, table or definitions that it is part of."""
    found, around, row = [], 0, None
    for token in tokens(text, open_only):
        if token.type == "tr_open":
            row = len(found)
        elif token.type == "tr_close":
            found[row:] = [_joined(found[row:])]
        elif token.type == "inline":
            found.append(_leaf(token.children))
        elif token.type == "html_block":
            found.append(Leaf(TAG.sub(" ", token.content)))
        elif _is_equation(token):
            found.append(Leaf(f"$${_latex(token)}$$"))
        if token.level == 0 and token.nesting == 1:
            around = len(found)
        elif token.level == 0 and token.nesting == -1:
            shared = _joined(found[around:]).links
            found[around:] = [leaf if leaf.links else leaf._replace(links=shared) for leaf in found[around:]]
    return found


# ---- What is asked of a text


def prose(text):
    """Return what a reader reads, in `text`."""
    return "\n\n".join(leaf.text for leaf in leaves(text))


def sentences(leaf):
    """Return the sentences of a leaf, given that "et al." and its like do not end one."""
    found, start = [], 0
    for end in SENTENCE_END.finditer(leaf.text):
        if not ABBREVIATIONS.search(leaf.text[start : end.start() + 1]):
            found.append(leaf.text[start : end.end()])
            start = end.end()
    return [*found, leaf.text[start:]]


@lru_cache(maxsize=MOST)
def blocks(text):
    """Return the fences of `text` as Blocks, those inside of others too."""
    found = []
    for block in filter(None, map(_block, _parser().parse(text))):
        found += [block, *(blocks(block.body) if _is_read(block) else ())]
    return tuple(found)


def labelled(text):
    """Return the outermost fences of `text`, as pairs of the label right before it (None without one) and Block."""
    found, label = [], None
    for token in _parser().parse(text):
        found += [(label, _block(token))] if _block(token) else []
        label = token.content if token.type == "myst_target" else None
    return found


def boxes(text, name):
    """Return the blocks of `text` that are a directive `name`."""
    return [block for block in blocks(text) if block.name == name]


def code_blocks(text):
    """Return the blocks of `text` that are not read, formulas aside."""
    return [block for block in blocks(text) if not _is_read(block) and block.name != "math"]


def text_of(cells):
    """Return the Markdown of `cells` as one text."""
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def is_lecture(notebook):
    """Return whether a chapter has the form of one lecture: it opens with a `lead`."""
    return any("{lead}" in cell.source and boxes(cell.source, "lead") for cell in notebook.cells)


def equations(text):
    """Return the display equations of `text` as pairs of label (None without one) and LaTeX."""
    found = []
    for token in tokens(text):
        if _is_equation(token):
            block = _block(token)
            label = block.options.get("label") if block else token.info or None
            found.append((label, _latex(token).strip()))
        found += [(None, child.content.strip()) for child in token.children or [] if child.type == "math_inline_double"]
    return found


def roles(text, name):
    """Return the contents of all roles called `name`, or starting with `name:`, in `text`."""
    return [said for leaf in leaves(text) for role, said in leaf.roles if role.partition(":")[0] == name]


def pictures(text):
    """Return the alternative texts of the pictures of `text`."""
    inline = [child for token in tokens(text) for child in token.children or []]
    return [child.content for child in inline if child.type == "image"]


def targets(text):
    """Return the labels of `text`: of places, headings, blocks and equations."""
    placed = [token.content for token in tokens(text) if token.type == "myst_target"]
    return {
        *placed,
        *(part.anchor for part in parts(text) if part.level),
        *(block.options["label"] for block in blocks(text) if "label" in block.options),
        *(label for label, _ in equations(text) if label),
    }


def links(text):
    """Return the targets of the links and pictures of `text`, and of its `doc` and `download` roles."""
    return [target for token in tokens(text) if token.type == "inline" for target in _leaf(token.children).links]


@lru_cache(maxsize=MOST)
def parts(text):
    """Return `text` cut before each of its headings."""
    found, starts = [(0, "", "")], [0]
    stream = _parser().parse(text)
    for opening, title in zip(stream, stream[1:], strict=False):
        if opening.type == "heading_open" and opening.level == 0:
            plain = "".join(child.content for child in title.children if child.type in ("text", "code_inline"))
            found.append((int(opening.tag[1]), title.content, default_slugify(plain)))
            starts.append(opening.map[0])
    lines = text.splitlines(keepends=True)
    bodies = ["".join(lines[start:end]) for start, end in zip(starts, [*starts[1:], None], strict=True)]
    return [Part(*heading, body) for heading, body in zip(found, bodies, strict=True) if heading[0] or body.strip()]


def headings(text):
    """Return the headings of `text` as pairs of level and title."""
    return [(part.level, part.title) for part in parts(text) if part.level]


def section(text, title, level=2):
    """Return what stands under the heading whose title begins with `title`, its parts included, or an empty text."""
    found = parts(text)
    start = next((n for n, part in enumerate(found) if part.level == level and part.title.startswith(title)), None)
    if start is None:
        return ""
    end = next((n for n in range(start + 1, len(found)) if found[n].level <= level), len(found))
    return "".join(part.source for part in found[start:end]).partition("\n")[2]


# ---- Helpers


def _is_equation(token):
    block = _block(token)
    return token.type in ("math_block", "math_block_label", "amsmath") or (block is not None and block.name == "math")


def _latex(token):
    return _block(token).body if _block(token) else token.content


def _block(token):
    """Return the fence that `token` is, or None."""
    if "fence" not in token.type:
        return None
    opened = re.match(r"\{([\w:+-]+)\}[ \t]*(.*)", token.info.strip())
    if not opened:
        return Block("", token.info.strip() or "code", "", {}, token.content.removesuffix("\n"))
    lines = token.content.splitlines()
    count = next((place for place, line in enumerate(lines) if not OPTION.match(line)), len(lines))
    options = dict(OPTION.match(line).groups() for line in lines[:count])
    return Block(opened[1], opened[1], opened[2], options, "\n".join(lines[count:]))


def _is_read(block):
    return block.name not in NOT_READ


def _is_folded(block):
    return block.name == "exercise" or "dropdown" in block.options.get("class", "").split()


def _pieces(block):
    """Return the texts of a directive, each to be read by itself."""
    title = block.argument if block.name not in ("figure", "solution", "solution-start") else ""
    return [text for text in (title, *map(block.options.get, READ_OPTIONS), block.body) if text]


def _leaf(children):
    """Return the leaf of some inline tokens."""
    linked, said = [], [(child.meta["name"], child.content) for child in children if child.type == "myst_role"]
    for child in children:
        target = child.attrGet("href") or child.attrGet("src")
        linked += [target] if target else []
    linked += [
        re.sub(r"^.*<(.+)>$", r"\1", name, flags=re.DOTALL) for role, name in said if role in ("doc", "download")
    ]
    text = ADDRESS.sub(" ", "".join(map(_text, children)))
    return Leaf(text, tuple(map(str, linked)), tuple(said))


def _text(token):
    """Return an inline token as a reader reads it; a code span that is nothing but a number is a number."""
    if token.type == "myst_role":
        return " {cite} " if "cite" in token.meta["name"] else f" {token.content} "
    if token.type == "code_inline":
        return f" {token.content} " if IS_NUMBER.fullmatch(token.content) else " code "
    if token.type.startswith("math"):
        return f"${token.content}$"
    if token.type.startswith(("html", "link")):
        return " " if token.type == "html_inline" else ""
    if token.type == "image":
        return "".join(map(_text, token.children))
    return "\n" if token.type.endswith("break") else token.content or token.markup


def _joined(found):
    """Return some leaves as one: the cells of a table row."""
    every = [tuple(part for leaf in found for part in leaf[place]) for place in (1, 2)]
    return Leaf(" | ".join(leaf.text for leaf in found), *every)
