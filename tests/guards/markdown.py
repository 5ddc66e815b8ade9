"""One reading of MyST Markdown for all guards, by the parser of the site and with its settings.

What a reader meets is a list of leaves: paragraphs, headings, table rows, equations. The body of a directive is text for the
reader, unless `NOT_READ` names it.
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
    "Leaf", "Part", "code_blocks", "directive", "equations", "headings", "leaves", "links", "parts", "prose", "roles",
    "section", "sentences", "tokens",
]  # fmt: skip

NOT_READ = {
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


@lru_cache(maxsize=None)
def tokens(text):
    """Return the tokens of `text` in their order; in the place of a directive that is read are those of its text."""
    found = []
    for token in _parser().parse(text):
        name, argument, options, body = directive(token)
        if not name or name in NOT_READ:
            found.append(token)
            continue
        read = [argument if name != "figure" else "", *(options.get(key, "") for key in ("alt", "header", "footer"))]
        found += [inner for piece in (*read, body) for inner in tokens(piece)]
    return tuple(found)


def directive(token):
    """Return name, argument, options and body of the directive that `token` is; the name is empty where it is none."""
    opened = re.match(r"\{([\w:+-]+)\}[ \t]*(.*)", token.info.strip()) if "fence" in token.type else None
    if not opened:
        return "", "", {}, token.content
    lines = token.content.splitlines()
    count = next((place for place, line in enumerate(lines) if not OPTION.match(line)), len(lines))
    return opened[1], opened[2], dict(OPTION.match(line).groups() for line in lines[:count]), "\n".join(lines[count:])


@lru_cache(maxsize=None)
def leaves(text):
    """Return the leaves of `text`; one without links has those of the list, table or definitions that it is part of."""
    found, around, row = [], 0, None
    for token in tokens(text):
        if token.type == "tr_open":
            row = len(found)
        elif token.type == "tr_close":
            found[row:] = [_joined(found[row:])]
        elif token.type == "inline":
            found.append(_leaf(token.children))
        elif token.type == "html_block":
            found.append(Leaf(TAG.sub(" ", token.content)))
        elif _is_equation(token):
            found.append(Leaf(f"$${directive(token)[3]}$$"))
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


def code_blocks(text):
    """Return the blocks that are not read, as pairs of a language or the name of a directive, and the body."""
    fences = [token for token in tokens(text) if "fence" in token.type and not _is_equation(token)]
    named = [(directive(token), token) for token in fences]
    return [(found[0] or token.info.strip() or "code", found[3]) for found, token in named]


def equations(text):
    """Return the display equations of `text` as pairs of label (None without one) and LaTeX."""
    found = []
    for token in tokens(text):
        _, _, options, body = directive(token)
        label = token.info if token.type == "math_block_label" else options.get("label")
        found += [(label, body.strip())] if _is_equation(token) else []
        found += [(None, child.content.strip()) for child in token.children or [] if child.type == "math_inline_double"]
    return found


def roles(text, name):
    """Return the contents of all roles called `name`, or starting with `name:`, in `text`."""
    return [said for leaf in leaves(text) for role, said in leaf.roles if role.partition(":")[0] == name]


def links(text):
    """Return the targets of the links and pictures of `text`, and of its `doc` and `download` roles."""
    return [target for token in tokens(text) if token.type == "inline" for target in _leaf(token.children).links]


@lru_cache(maxsize=None)
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
    return token.type in ("math_block", "math_block_label", "amsmath") or directive(token)[0] == "math"


def _leaf(children):
    """Return the leaf of some inline tokens."""
    linked, said = [], [(child.meta["name"], child.content) for child in children if child.type == "myst_role"]
    for child in children:
        target = child.attrGet("href") or child.attrGet("src")
        linked += [target] if target else []
    linked += [re.sub(r"^.*<(.+)>$", r"\1", name, flags=re.DOTALL) for role, name in said if role in ("doc", "download")]
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
