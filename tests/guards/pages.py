"""What a page can point at in a notebook: a section, a label, a figure, an exercise, the minutes it takes."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

__all__ = [
    "NOTHING",
    "Section",
    "exercise_numbers",
    "figures",
    "minutes",
    "pointers",
    "sections",
    "slug",
]

POINTER = re.compile(r"\]\(\s*(?:[\w./-]*/)?([\w-]+\.ipynb)(?:#([^)\s]+))?\s*\)")
HEADING = re.compile(r"(#{1,3})[ \t]+(.+?)[ \t]*$", re.MULTILINE)
FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
REFERENCE = re.compile(r"\{ref\}`(?:[^`<]*<)?([\w-]+)>?`")
FIGURE = re.compile(r"\b(?:plots|book)\.(plot_\w+)|\bwidgets\.([A-Z]\w+)")
MINUTES = re.compile(r"\btakes\b[\s*]*about\s+(\d+)\s+minutes")


class Section(NamedTuple):
    """A heading of a notebook and the cells below it, down to the next heading of its level or a higher one."""

    title: str
    level: int
    cells: tuple


class Piece(NamedTuple):
    """A piece of a cell of Markdown."""

    source: str
    cell_type: str = "markdown"


NOTHING = Section("", 0, ())


def slug(title):
    """Return the anchor that the site gives to a heading."""
    return re.sub(r"[^\w\- ]", "", title.replace("`", "").lower().replace(" ", "-"))


def sections(notebook):
    """Return the sections of `notebook`, of levels 1 to 3, by their anchors; a cell is cut at each heading."""
    found, still_open = {}, []
    for piece in (part for cell in notebook.cells for part in pieces(cell)):
        heading = HEADING.match(piece.source) if piece.cell_type == "markdown" else None
        if heading:
            level, title = len(heading[1]), heading[2]
            still_open = [*(section for section in still_open if section[0] < level), (level, [])]
            found.setdefault(slug(title), (title, *still_open[-1]))
        for _, cells in still_open:
            cells.append(piece)
    return {anchor: Section(title, level, tuple(cells)) for anchor, (title, level, cells) in found.items()}


def pieces(cell):
    """Return `cell` cut before each of its headings; a line of code that begins with # is none."""
    if cell.cell_type != "markdown":
        return [cell]
    starts, at, fence = [0], 0, ""
    for line in cell.source.splitlines(keepends=True):
        mark = FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence and HEADING.match(line):
            starts.append(at)
        at += len(line)
    parts = [cell.source[start:end] for start, end in pairwise([*starts, len(cell.source)])]
    return [Piece(part) for part in parts if part.strip()]


def figures(cells):
    """Return the names of the figures that `cells` draw: functions of `plots` and `plots.book`, classes of `widgets`."""
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    return {plot or widget for source in sources for plot, widget in FIGURE.findall(source)}


def exercise_numbers(cells):
    """Return the numbers of the exercises that `cells` set, in their order."""
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    return [
        int(number)
        for text in texts
        for number in re.findall(r"^\*\*Exercise (?:\d+\.(?=\d))?(\d+)", text, re.MULTILINE)
    ]


def minutes(notebook):
    """Return the minutes that `notebook` says it takes, or None."""
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = MINUTES.search(text)
    return int(found[1]) if found else None


def pointers(text):
    """Return the links of `text` to notebooks, as pairs of a file's name and an anchor (empty without one)."""
    return POINTER.findall(text)
