"""MyST's own parser, which also says where in the source each piece of a text stands.

Conventions
-----------
A place is a number of characters from the start of the text. markdown-it gives the lines of a block and nothing for
what is inside of a line; here each rule of the parser notes from where to where it read, and `characters` leads from
the content of a block, from which indents and marks are stripped, back to the source.
"""

from __future__ import annotations

from itertools import accumulate

from markdown_it.renderer import RendererHTML
from myst_parser.config.main import MdParserConfig
from myst_parser.parsers.mdit import create_md_parser

__all__ = ["SPAN", "Lines", "characters", "make_parser"]

SPAN = "span"  # in a token's `meta`: the pair of its first character and the one after its last, in its block's content


def make_parser(config: MdParserConfig):
    """Return MyST's parser with the settings `config`; each token inside of a line has its place in `meta[SPAN]`."""
    parser = create_md_parser(config, lambda _: RendererHTML())
    for rule in parser.inline.ruler.__rules__:
        parser.inline.ruler.at(rule.name, _noting(rule.fn))
    return parser


class Lines:
    """The lines of a text and where they begin."""

    def __init__(self, text: str):
        self.text = text
        self.lines = text.splitlines(keepends=True)
        self.starts = list(accumulate(map(len, self.lines), initial=0))

    def __getitem__(self, number: int) -> str:
        return self.lines[number].rstrip("\n")


def characters(content: str, lines: Lines, first: int) -> list[int]:
    """Return where each character of a paragraph's or a heading's `content` stands, and the place after the last one.

    `first` is the block's first line. What the parser takes away stands at the start of a line or at its end.
    """
    found = []
    for number, part in enumerate(content.splitlines(keepends=True), start=first):
        kept, line = part.rstrip(), lines[number].rstrip()
        if not line.endswith(kept):
            raise ValueError(f"a line must end as its content does; got {kept!r} in {line!r}")
        start = lines.starts[number] + len(line) - len(kept)
        found += range(start, start + len(part))
    return [*found, found[-1] + 1] if found else []


def cells(row: int, lines: Lines) -> list[tuple[str, list[int]]]:
    """Return the cells of a row of a table as pairs of content and `characters`; what is before the first | is one."""
    found, text, places = [], "", []
    for place, sign in enumerate(lines[row], start=lines.starts[row]):
        if sign == "|" and text.endswith("\\"):
            text, places = text[:-1] + sign, [*places[:-1], place]
        elif sign == "|":
            found.append(_stripped(text, places))
            text, places = "", []
        else:
            text, places = text + sign, [*places, place]
    return [*found, _stripped(text, places)]


def _stripped(text, places):
    content = text.strip()
    start = len(text) - len(text.lstrip())
    kept = places[start : start + len(content)]
    return content, [*kept, kept[-1] + 1] if kept else []


def _noting(rule):
    """Return the rule, with the place of what it found noted in its tokens, unless a rule inside has done so."""

    def noted(state, silent):
        start, known = state.pos, len(state.tokens)
        found = rule(state, silent)
        if found and not silent:
            for token in state.tokens[known:]:
                token.meta.setdefault(SPAN, (start, state.pos))
        return found

    return noted
