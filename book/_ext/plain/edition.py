"""The plain edition of a notebook: Markdown that every reader of notebooks shows, with no piece of MyST left.

Conventions
-----------
What is plain already stays as it was written, to the character. A page is named as Sphinx does
(``notebooks/03-cross-entropy``). `book` says what things are called and where they stand; see `Book`.
"""

from __future__ import annotations

import copy
from html import escape
from operator import itemgetter
from typing import NamedTuple, Protocol

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from sphinx.util.docutils import ReferenceRole

from .macros import Macros, expand
from .spans import SPAN, Lines, cells, characters

__all__ = ["Book", "Place", "plain_notebook"]

STATEMENTS = ("definition", "proposition", "cited", "observation")
NOTES = ("attention", "caution", "danger", "error", "hint", "important", "note", "seealso", "tip", "warning")
UNWRAPPED = ("div", "grid", "tab-set")  # a box around others, of which nothing is seen
UNNAMED = ("lead", "take-aways", "formula-card")  # a box without a title
TITLED = ("admonition", "card", "dropdown", "grid-item-card", "tab-item")  # the title is the argument
REFERENCES = ("eq", "numref", "prf:ref", "ref", "term")
DROPPED = ("front_matter", "myst_block_break", "myst_line_comment")
PLAIN_BLOCKS = frozenset({
    "blockquote", "bullet_list", "code_block", "heading", "hr", "html_block", "list_item", "ordered_list", "paragraph",
    "table", "tbody", "td", "th", "thead", "tr",
})  # fmt: skip
PLAIN_PIECES = frozenset({
    "code_inline", "em", "hardbreak", "html_inline", "image", "link", "s", "softbreak", "strong", "text",
    "text_special",
})  # fmt: skip


class Place(NamedTuple):
    """A thing in the book: the page and the anchor where it stands, and what it is called there."""

    page: str
    anchor: str
    name: str


class Book(Protocol):
    """What the plain edition asks of the book. A name that leads nowhere is a `KeyError`."""

    address: str  # of the site, without a slash at its end
    macros: Macros

    def place(self, role: str, target: str) -> Place:
        """Return what a role of `REFERENCES` points at.

        The name of an equation is its number; with the role ``exercise`` the name has the exercise's title, too.
        """

    def citation(self, role: str, target: str) -> str:
        """Return a citation in Markdown, with links."""

    def link(self, page: str, href: str) -> Place | None:
        """Return what a link on a page points at, or None where it leaves the book."""

    def solution(self, label: str) -> Place | None:
        """Return where the exercise of that label is solved."""

    def headings(self, page: str) -> list[tuple[str, str]]:
        """Return the numbers (empty without one) and the anchors of the headings of a page, in their order."""

    def minutes(self, page: str) -> str:
        """Return how long a page takes, in words."""


class Fence(NamedTuple):
    """A directive: its name, what stands beside the name, its options and its content."""

    name: str
    argument: str
    options: dict[str, str]
    body: str

    @property
    def is_folded(self) -> bool:
        """Whether the box is shown closed."""
        return self.name == "dropdown" or "dropdown" in self.options.get("class", "").split()


def plain_notebook(notebook: NotebookNode, page: str, book: Book, parser) -> NotebookNode:
    """Return the plain edition of `notebook`; cells of code, outputs and metadata are copies of what they were."""
    reader = Edition(page, book, parser)
    reader.cells(notebook)  # the first time through says which places the page itself links to: they get an anchor
    writer = Edition(page, book, parser, wanted=reader.linked)
    made = writer.cells(notebook)
    if left := list(writer.headings):
        raise ValueError(f"the page must have the headings that the site has; {page} lacks {left}")
    return NotebookNode(notebook | {"cells": made})


class Edition:
    """One page on its way to plain Markdown."""

    def __init__(self, page: str, book: Book, parser, wanted: frozenset | set = frozenset()):
        self.page, self.book, self.parser, self.wanted = page, book, parser, wanted
        self.linked: set[str] = set()  # anchors of this page
        self.headings = iter(book.headings(page))
        self.lines = Lines("")
        self.is_quoted = False  # whether the text comes to stand behind ">", where a formula must not go over a line

    # ---- A notebook

    def cells(self, notebook):
        """Return the cells of the plain edition; below a figure with a caption comes a cell with the caption."""
        found = []
        for cell in notebook.cells:
            made = copy.deepcopy(cell)
            if cell.cell_type == "markdown":
                made.source = self.text(cell.source)
            found += [made] if made.source.strip() or cell.cell_type != "markdown" else []
            figure = cell.metadata.get("mystnb", {}).get("figure")
            if figure and cell.cell_type == "code":
                found.append(self._caption(figure, f"{cell.id}-caption"))
        return found

    def _caption(self, figure, name):
        place = self.book.place("numref", figure["name"])
        text = f"{self._anchor(place.anchor)}**{place.name}** · {self.text(figure['caption'])}"
        return new_markdown_cell(text, id=name)

    # ---- A text

    def text(self, source: str, quoted: bool | None = None) -> str:
        """Return `source` in plain Markdown."""
        outer = self.lines, self.is_quoted
        self.lines = Lines(source)
        self.is_quoted = self.is_quoted if quoted is None else quoted
        changes, column = [], 0
        for token in self.parser.parse(source):
            column = 0 if token.type in ("tr_open", "table_close") else column + (token.type in ("td_open", "th_open"))
            changes += self._inside(token, column) if token.type == "inline" else self._block(token)
        self.lines, self.is_quoted = outer
        return _changed(source, changes).strip("\n")

    def _block(self, token):
        """Return the changes, as triples of start, end and new text, that a block asks for."""
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if kind in ("fence", "colon_fence"):
            return self._fence(token)
        if kind in ("math_block", "math_block_label", "amsmath"):
            return self._formula(token)
        if kind in DROPPED:
            return self._replaced(token, "")
        if kind == "myst_target":
            anchor = self._anchor(token.content)
            return self._replaced(token, f"{anchor}\n" if anchor else "")
        if token.type == "heading_open":
            return self._heading(token)
        if kind in ("dl", "dt", "dd"):
            return self._definition(token)
        if kind not in PLAIN_BLOCKS:
            raise ValueError(f"no plain form is known of {token.type!r} in {self.page}, at {token.content[:60]!r}")
        return []

    def _heading(self, token):
        number, anchor = next(self.headings, ("", ""))
        line = self.lines[token.map[0]]
        title = line[line.index(token.markup) + len(token.markup) :].lstrip()
        start = self.lines.starts[token.map[0]] + len(line) - len(title)
        return [(start, start, f"{self._anchor(anchor)}{number}")]

    def _definition(self, token):
        """A list of terms becomes a list of points, each with its term in bold."""
        if token.type == "dt_open":
            line = self.lines[token.map[0]]
            end = self.lines.starts[token.map[0]] + len(line.rstrip())
            start = end - len(line.strip())
            return [(start, start, "- **"), (end, end, ":**")]
        if token.type == "dd_open":
            rows = range(*token.map)  # they begin with the term, for all but the first definition of a list
            row = next(row for row in rows if self.lines[row].lstrip(" >").startswith((":", "~")))
            line = self.lines[row]
            start = self.lines.starts[row] + len(line) - len(line.lstrip(" >"))
            return [(start, start + 1, " ")]
        return []

    def _replaced(self, token, text):
        """Return the change of a whole block into `text`, which keeps what stands before the block in its lines."""
        first, end = token.map
        line = self.lines[first]
        mark = token.markup if token.markup and token.markup in line else line.lstrip(" >")
        head = line[: line.index(mark)] if mark else ""
        head_below = "".join(sign if sign == ">" else " " for sign in head)
        rows = text.rstrip("\n").split("\n")
        written = "\n".join([head + rows[0], *(f"{head_below}{row}".rstrip() for row in rows[1:])])
        start, end = self.lines.starts[first], self.lines.starts[end]
        return [(start, end, written.rstrip(" ") + ("\n" if self.lines.text[:end].endswith("\n") else ""))]

    # ---- Formulas

    def _formula(self, token):
        label = token.info if token.type == "math_block_label" else ""
        content = expand(token.content, self.book.macros)
        if not label and not self.is_quoted and content == token.content:
            return []
        return self._replaced(token, self._equation(content, label, framed=token.type != "amsmath"))

    def _equation(self, content, label="", framed=True):
        """Return a display equation; in a quotation it stands on one line, since ">" would be read as part of it."""
        anchor = ""
        if label:
            place = self.book.place("eq", label)
            content, anchor = f"{content.rstrip()}\n\\tag{{{place.name}}}", self._anchor(place.anchor)
        if self.is_quoted and "%" in content.replace("\\%", ""):
            raise ValueError(f"a formula in a box must have no comment; got {content!r} in {self.page}")
        frame = ("$$\n", "\n$$") if framed else ("", "")
        written = f"{frame[0]}{content.strip()}{frame[1]}"
        if self.is_quoted:
            written = " ".join(written.split())
        return f"{anchor}\n{written}" if anchor else written

    # ---- What stands inside of a line

    def _inside(self, token, column):
        places = self._characters(token, column)
        changes = []
        for child in token.children:
            for start, end, new in self._piece(child, token.content):
                changes.append((places[start], places[end - 1] + 1 if end > start else places[start], new))
        return changes

    def _characters(self, token, column):
        if not column:
            return characters(token.content, self.lines, token.map[0])
        row = cells(token.map[0], self.lines)
        bare = bool(row[0][0].strip(" >-*+"))  # no | at its start, only what a list or a quotation puts there
        content, places = row[column - bare]
        if not content.endswith(token.content):
            raise ValueError(f"a cell must end as its content does; got {token.content!r} in {content!r}")
        return places[len(content) - len(token.content) :]

    def _piece(self, token, content):
        """Return the changes, in places of `content`, that a piece of a line asks for."""
        kind = token.type.removesuffix("_open").removesuffix("_close")
        if kind == "myst_role":
            return [(*token.meta[SPAN], self._role(token.meta["name"], token.content))]
        if token.type == "link_open":
            return self._link(token, content)
        if kind in ("math_inline", "math_inline_double"):
            return self._inline_formula(token)
        if kind == "image" and not str(token.attrGet("src")).startswith(("https://", "data:", "attachment:")):
            raise ValueError(f"a picture must be part of the notebook; got {token.attrGet('src')!r} in {self.page}")
        if kind not in PLAIN_PIECES:
            raise ValueError(f"no plain form is known of {token.type!r} in {self.page}, at {content[:60]!r}")
        return []

    def _inline_formula(self, token):
        written = expand(token.content, self.book.macros)
        written = " ".join(written.split("\n")) if self.is_quoted else written
        frame = "$" if token.type == "math_inline" else "$$"
        return [] if written == token.content else [(*token.meta[SPAN], f"{frame}{written}{frame}")]

    def _link(self, token, content):
        """Return the change of a link's address, and its name where the link has none."""
        place = self.book.link(self.page, str(token.attrGet("href")))
        if place is None:
            return []
        start, end = token.meta[SPAN]
        label = content[start:end].rfind("](")
        if label < 0 or content[end - 1] != ")":
            written = content[start:end]
            raise ValueError(f"a link into the book must be written [text](address); got {written!r} in {self.page}")
        name = [(start + 1, start + 1, place.name)] if label == 1 else []
        return [*name, (start + label + 2, end - 1, self._address(place))]

    def _role(self, name, content):
        if name == "kbd":
            return f"<kbd>{escape(content)}</kbd>"
        if name.partition(":")[0] == "cite":
            return self.book.citation(name.partition(":")[2], content)
        if name not in REFERENCES:
            raise ValueError(f"no plain form is known of the role {name!r} in {self.page}, at {content!r}")
        explicit = ReferenceRole.explicit_title_re.match(content)
        title, target = explicit.groups() if explicit else (None, content)
        place = self.book.place(name, target)
        if title is None:
            title = content if name == "term" else f"({place.name})" if name == "eq" else place.name
        return f"[{title}]({self._address(place)})"

    def _address(self, place):
        if place.page == self.page and place.anchor:
            self.linked.add(place.anchor)
            return f"#{place.anchor}"
        return f"{self.book.address}/{place.page}.html" + (f"#{place.anchor}" if place.anchor else "")

    def _anchor(self, name):
        """Return an anchor, where this page links to it."""
        return f'<a id="{name}"></a>' if name in self.wanted else ""

    # ---- Boxes

    def _fence(self, token):
        fence = _directive(token)
        if fence is None:
            if token.type == "colon_fence":
                raise ValueError(f"no plain form is known of :::{token.info} in {self.page}")
            return []
        return self._replaced(token, self._box(fence))

    def _box(self, fence):
        name = fence.name
        if name in ("code", "code-block"):
            return f"```{fence.argument}\n{fence.body}\n```"
        if name == "math":
            return self._equation(expand(fence.body, self.book.macros), fence.options.get("label", ""))
        if name in UNWRAPPED:
            return self.text(fence.body)
        if name in UNNAMED:
            return self._quote("", fence.body)
        if name in TITLED:
            return self._titled(fence, fence.argument)
        if name in NOTES:
            return self._titled(fence, fence.argument or {"seealso": "See also"}.get(name, name.capitalize()))
        if name == "at-a-glance":
            return self._quote("**At a glance**", f"Time\n: {self.book.minutes(self.page)}\n\n{fence.body}")
        if name == "prf:proof":
            return self._titled(fence, "Proof")
        if name.removeprefix("prf:") in STATEMENTS and name.startswith("prf:"):
            return self._statement(fence)
        if name == "exercise":
            return self._exercise(fence)
        if name in ("solution", "solution-start"):
            return self._solution(fence)
        if name == "solution-end":
            return ""
        raise ValueError(f"no plain form is known of the directive {name!r} in {self.page}")

    def _titled(self, fence, title):
        if fence.is_folded:
            return self._folded(escape(title, quote=False), fence.body)
        return self._quote(f"**{self.text(title, quoted=True)}**", fence.body)

    def _statement(self, fence):
        place = self.book.place("prf:ref", fence.options["label"])
        name = f"{place.name} · {self.text(fence.argument, quoted=True)}" if fence.argument else place.name
        measured = ""
        if fence.name == "prf:observation":
            measured = f"[How it was measured]({self.book.address}/{self.page}.html#{place.anchor})"
        return self._quote(f"{self._anchor(place.anchor)}**{name}**", fence.body, measured)

    def _exercise(self, fence):
        label = fence.options["label"]
        place, solution = self.book.place("ref", label), self.book.solution(label)
        facts = f"{fence.options['minutes']} minutes · aim: {fence.options['aim']}"
        after = ""
        if solution and solution.page != self.page:
            after = f"[Solution]({self._address(solution)})"
        title = f"{self._anchor(place.anchor)}**{self.book.place('exercise', label).name}**"
        return self._quote(title, f"{facts}\n\n{fence.body}", after)

    def _solution(self, fence):
        place = self.book.place("exercise", fence.argument)
        if fence.is_folded:
            return self._folded(f"Solution to {escape(place.name, quote=False)}", fence.body)
        return self._quote(f"**Solution to [{place.name}]({self._address(place)})**", fence.body)

    def _quote(self, title, body, after=""):
        """Return a box as a block quote: a title in Markdown, a body in MyST, and a last line in Markdown."""
        parts = [part for part in (title, self.text(body, quoted=True), after) if part]
        return "\n".join(f"> {line}".rstrip() for line in "\n\n".join(parts).split("\n"))

    def _folded(self, title, body):
        """Return a box that a reader opens: its title is HTML, in which Markdown is not read."""
        return f"<details>\n<summary>{title}</summary>\n\n{self.text(body)}\n\n</details>"


def _directive(token) -> Fence | None:
    """Return the directive that a fence is, or None where it is code."""
    head, _, argument = token.info.strip().partition("}")
    if not head.startswith("{"):
        return None
    lines, options = token.content.split("\n"), {}
    while lines:
        colon, _, option = lines[0].strip().partition(":")
        name, end, value = option.partition(":")
        if colon or not end or not name.replace("-", "").isalnum():
            break
        options[name] = value.strip()
        lines.pop(0)
    return Fence(head[1:], argument.strip(), options, "\n".join(lines).strip("\n"))


def _changed(source, changes):
    """Return `source` with `changes` made; those of one place in their order, the block's before those inside of it."""
    done, place = "", 0
    for start, end, new in sorted(changes, key=itemgetter(0)):
        if start < place:
            raise ValueError(f"two changes must not overlap; got {new!r} within {done[-60:]!r}")
        done, place = done + source[place:start] + new, end
    return done + source[place:]
