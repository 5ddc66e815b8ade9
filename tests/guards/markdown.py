"""One reading of MyST Markdown for all guards: what is prose, what is code, what is an equation.

A fence is `code` unless it is a directive whose body is text for the reader; those bodies are read like the rest.
"""

from __future__ import annotations

import re
from typing import NamedTuple

__all__ = [
    "Block", "blocks", "boxes", "equations", "headings", "in_the_open", "is_lecture", "links", "option", "prose", "roles",
    "sentences", "without_code",
]  # fmt: skip

FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,}|:{3,})[ \t]*(\{[\w:+-]+\}|[\w+-]*)[ \t]*(.*)$")
PROSE_DIRECTIVES = {
    "admonition", "attention", "caution", "danger", "dropdown", "epigraph", "error", "figure", "glossary", "grid", "grid-item",
    "grid-item-card", "card", "hint", "important", "list-table", "margin", "math", "note", "seealso", "sidebar",
    "tab-item", "tab-set", "table", "tip", "warning", "prf:cited", "prf:definition", "prf:observation", "prf:proof",
    "prf:proposition", "lead", "at-a-glance", "take-aways", "formula-card", "exercise", "solution",
}  # fmt: skip
OPTION = re.compile(r"^[ \t]*:[\w-]+:.*$")
DOLLAR_EQUATION = re.compile(r"\$\$(.+?)\$\$[ \t]*(?:\(([^)\n]*)\))?", re.DOTALL)
LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)")
URL = re.compile(r"(?:https?://|doi:|mailto:)[^\s)>\]`]+|\b10\.\d{4,9}/\S+")
# one expression for roles and code spans: the closing mark of the one must not be taken for the opening of the other
SPAN = re.compile(r"(?<!`)(?:\{([a-z][\w:+-]*)\})?(?<!`)(`+)(?!`)((?:(?!\n[ \t]*\n).)+?)(?<!`)\2(?!`)", re.DOTALL)
NOT_READ = re.compile(r"<!--[\s\S]*?-->|^%[^\n]*$|^\([\w-]+\)=$", re.MULTILINE)
TAG = re.compile(r"</?[a-z][a-z0-9]*(?:\s+[\w-]+(?:=\"[^\"]*\")?)*\s*/?>")
ABBREVIATIONS = re.compile(
    r"\b(?:e\.g|i\.e|et al|cf|vs|resp|approx|ca|no|pp|p|fig|figs|eq|sec|ch|vol)\.$", re.IGNORECASE
)
STARTS_ANEW = re.compile(r"[ \t]*(?:[-*+] |\d+[.)] |\||#{1,6} |\[\^|\+\+\+|---)")
STANDS_ALONE = re.compile(r"[ \t]*(?:\||#{1,6} )")
SENTENCE_END = re.compile(r"[.!?][)\]”\"'*_]*\s+")


class Block(NamedTuple):
    """A piece of Markdown: `kind` is "prose" or the name of the fence ("python", "{math}"); `line` counts from 1."""

    kind: str
    argument: str
    body: str
    line: int


def blocks(text):
    """Return `text` as blocks in their order; directives that hold prose are opened, other fences are kept whole."""
    found, plain, lines, number = [], [], text.splitlines(), 0
    while number < len(lines):
        fence = FENCE.match(lines[number])
        if not fence:
            plain.append(lines[number])
            number += 1
            continue
        found.append(Block("prose", "", "\n".join(plain), number - len(plain) + 1))
        plain, end = [], _closing_line(lines, number, fence[1])
        found += _fenced(fence, lines[number + 1 : end], number + 1)
        number = end + 1
    found.append(Block("prose", "", "\n".join(plain), len(lines) - len(plain) + 1))
    return [block for block in found if block.body.strip() or block.kind != "prose"]


def prose(text):
    """Return what a reader reads, in `text`: no code, no comments, no addresses, no options; code spans remain."""
    pieces = [block.body for block in blocks(text) if block.kind in ("prose", "{math}")]
    kept = NOT_READ.sub("", "\n\n".join(pieces))
    return TAG.sub(" ", URL.sub(" ", LINK.sub("] ", kept)))


def without_code(text):
    """Return `text` with its code spans blanked; the roles stay."""
    return SPAN.sub(lambda span: span[0] if span[1] else " ", text)


def sentences(text):
    """Return the sentences of a prose `text`; a list item, a table row and a heading are separate ones."""
    paragraphs, alone = [""], False
    for line in text.splitlines():
        if alone or not line.strip() or STARTS_ANEW.match(line):
            paragraphs.append("")
        paragraphs[-1] += f"{line}\n"
        alone = bool(STANDS_ALONE.match(line))
    return [sentence for paragraph in paragraphs for sentence in _split(paragraph) if sentence.strip()]


def headings(text):
    """Return the headings of `text` as pairs of level and title."""
    plain = "\n".join(block.body for block in blocks(text) if block.kind == "prose")
    return [
        (len(marks), title.strip())
        for marks, title in re.findall(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*$", plain, re.MULTILINE)
    ]


def equations(text):
    """Return the display equations of `text` as pairs of label (None without one) and LaTeX."""
    found = []
    for block in blocks(text):
        if block.kind == "{math}":
            label = re.search(r"^[ \t]*:label:[ \t]*(\S+)", block.argument, re.MULTILINE)
            found.append((label[1] if label else None, block.body.strip()))
        elif block.kind == "prose":
            body = without_code(block.body)
            found += [
                (label.strip() if label else None, latex.strip()) for latex, label in DOLLAR_EQUATION.findall(body)
            ]
    return found


def roles(text, name):
    """Return the contents of all roles called `name`, or starting with `name:`, in the prose of `text`."""
    plain = "\n\n".join(block.body for block in blocks(text) if block.kind == "prose")
    return [content for role, _, content in SPAN.findall(plain) if role == name or role.startswith(f"{name}:")]


def links(text):
    """Return the targets of the links and pictures of `text`, and of its `doc` and `download` roles."""
    plain = "\n\n".join(block.body for block in blocks(text) if block.kind == "prose")
    named = [target for role in ("doc", "download") for target in roles(text, role)]
    return LINK.findall(without_code(plain)) + [
        re.sub(r"^.*<(.+)>$", r"\1", target, flags=re.DOTALL) for target in named
    ]


def _closing_line(lines, start, marks):
    """Return the number of the line that closes the fence opened at `start`, or one past the end."""
    closing = re.compile(rf"^[ \t]*{re.escape(marks[0])}{{{len(marks)},}}[ \t]*$")
    return next((n for n in range(start + 1, len(lines)) if closing.match(lines[n])), len(lines))


def _fenced(fence, body, line):
    """Return the blocks of one fence: its own, or those of its body where that is prose."""
    name = fence[2]
    options, rest = _split_options(body) if name.startswith("{") else ("", body)
    if name == "{math}":
        return [Block("{math}", options, "\n".join(rest), line)]
    if name.strip("{}") in PROSE_DIRECTIVES and name.startswith("{"):
        title = fence[3] if name != "{figure}" else ""
        alt = re.search(r"^[ \t]*:(?:alt|caption|header|footer):(.*)$", options, re.MULTILINE)
        opened = [Block("prose", "", text, line) for text in (title, alt[1] if alt else "") if text.strip()]
        return opened + blocks("\n".join(rest))
    return [Block(name or "code", f"{fence[3]}\n{options}", "\n".join(body), line)]


def _split_options(body):
    """Return the options of a directive as text and the lines after them."""
    if body and body[0].strip() == "---":
        end = next((n for n in range(1, len(body)) if body[n].strip() == "---"), len(body) - 1)
        return "\n".join(f":{line}" for line in body[1:end]), body[end + 1 :]
    count = next((n for n, line in enumerate(body) if not OPTION.match(line)), len(body))
    return "\n".join(body[:count]), body[count:]


def _split(piece):
    """Return the sentences of one paragraph, given that "et al." and its like do not end one."""
    found, start = [], 0
    for end in SENTENCE_END.finditer(piece):
        if not ABBREVIATIONS.search(piece[start : end.start() + 1]):
            found.append(piece[start : end.end()])
            start = end.end()
    return [*found, piece[start:]]


def is_lecture(notebook):
    """Return whether a chapter has the form of one lecture: it opens with a `lead`."""
    return any(
        cell.cell_type == "markdown" and re.search(r"^:{3,}\{lead\}", cell.source, re.MULTILINE)
        for cell in notebook.cells
    )


def boxes(text, name):
    """Return the boxes `{name}` of `text`, nested ones too, as Blocks: argument and options, body, line."""
    lines, found = text.splitlines(), []
    for number, line in enumerate(lines):
        fence = FENCE.match(line)
        if fence and re.fullmatch(rf"\{{{name}\}}", fence[2]):
            options, rest = _split_options(lines[number + 1 : _closing_line(lines, number, fence[1])])
            found.append(Block(fence[2], f"{fence[3]}\n{options}", "\n".join(rest), number + 1))
    return found


def option(block, name):
    """Return the option `name` of a block, or None."""
    found = re.search(rf"^[ \t]*:{name}:[ \t]*(.*)$", block.argument, re.MULTILINE)
    return found[1].strip() if found else None


def in_the_open(text):
    """Return `text` without what a reader must unfold, and without its exercises."""
    lines, kept, number = text.splitlines(), [], 0
    while number < len(lines):
        fence = FENCE.match(lines[number])
        end = _closing_line(lines, number, fence[1]) if fence else number
        options, _ = _split_options(lines[number + 1 : end]) if fence else ("", [])
        if fence and (fence[2] == "{exercise}" or re.search(r"^[ \t]*:class:.*\bdropdown\b", options, re.MULTILINE)):
            number = end + 1
            continue
        kept.append(lines[number])
        number += 1
    return "\n".join(kept)
