"""What a page can point at in a notebook: a section, a label, a figure, an exercise, the minutes it takes."""

from __future__ import annotations

import math
import re
from itertools import pairwise
from typing import NamedTuple

from guards import markdown

__all__ = [
    "NOTHING", "Section", "exercise_labels", "exercise_numbers", "figures", "measure", "minutes", "opening", "pointers", "sections", "slug",
]  # fmt: skip

POINTER = re.compile(r"\]\(\s*(?:[\w./-]*/)?([\w-]+\.ipynb)(?:#([^)\s]+))?\s*\)")
HEADING = re.compile(r"(#{1,3})[ \t]+(.+?)[ \t]*$", re.MULTILINE)
FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
REFERENCE = re.compile(r"\{ref\}`(?:[^`<]*<)?([\w-]+)>?`")
FIGURE = re.compile(r"\b(?:plots|book)\.(plot_\w+)|\bwidgets\.([A-Z]\w+)")
VIEW = "application/vnd.jupyter.widget-view+json"
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


def exercise_numbers(notebook, cells=None):
    """Return the numbers of the exercises that `cells` of `notebook` set, in their order; in a lecture they are counted."""
    cells = notebook.cells if cells is None else cells
    if markdown.is_lecture(notebook):
        labels = exercise_labels(notebook.cells)
        return [labels.index(label) + 1 for label in exercise_labels(cells)]
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    written = r"^\*\*Exercise (?:\d+\.(?=\d))?(\d+)"
    return [int(number) for text in texts for number in re.findall(written, text, re.MULTILINE)]


def exercise_labels(cells):
    """Return the labels of the exercises that `cells` of a lecture set, in their order."""
    texts = [cell.source for cell in cells if cell.cell_type == "markdown"]
    return [markdown.option(box, "label") for text in texts for box in markdown.boxes(text, "exercise")]


def opening(notebook):
    """Return the Markdown of a lecture before its first section."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    return re.split(r"^## ", text, maxsplit=1, flags=re.MULTILINE)[0]


def measure(notebook):
    """Return what takes time in a lecture: open words, code cells, proofs, interactive figures."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    plain = re.sub(r"\$\$[\s\S]+?\$\$(?: \(eq-[\w-]+\))?|\$[^$\n]+?\$", " ", markdown.prose(markdown.in_the_open(text)))
    words = re.sub(r"`+[^`]*`+", " code ", re.sub(r"\{[\w:+-]+\}(`+)([^`]*)\1", r" \2 ", plain))
    code = [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and "remove-cell" not in cell.metadata.get("tags", [])
    ]
    return {
        "words": len(re.findall(r"\S*\w\S*", re.sub(r"[*_|]|^#+ ", " ", words, flags=re.MULTILINE))),
        "cells": len(code),
        "proofs": len(markdown.boxes(text, "prf:proof")),
        "figures": sum(any(VIEW in output.get("data", {}) for output in cell.outputs) for cell in code),
    }


def minutes(notebook):
    """Return the minutes that `notebook` says it takes, or None; those of a lecture follow from what is in it."""
    if markdown.is_lecture(notebook):
        found = measure(notebook)
        return 5 * math.ceil(
            (found["words"] / 130 + found["cells"] / 2 + 2 * found["proofs"] + 3 * found["figures"]) / 5
        )
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    found = MINUTES.search(text)
    return int(found[1]) if found else None


def pointers(text):
    """Return the links of `text` to notebooks, as pairs of a file's name and an anchor (empty without one)."""
    return POINTER.findall(text)
