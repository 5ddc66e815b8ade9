"""What a page can point at in a notebook: a section, a label, a figure, an exercise, the minutes it takes."""

from __future__ import annotations

import math
import re
from itertools import takewhile
from typing import NamedTuple

from guards import markdown

__all__ = [
    "NOTHING", "Section", "exercise_labels", "exercise_numbers", "figures", "measure", "minutes", "opening", "pointers",
    "sections", "shown_code",
]  # fmt: skip

FIGURE = re.compile(r"\b(?:plots|book)\.(plot_\w+)|\bwidgets\.([A-Z]\w+)")
FORMULA = re.compile(r"\$\$[\s\S]+?\$\$|\$[^$]+\$")
VIEW = "application/vnd.jupyter.widget-view+json"
MINUTES = re.compile(r"\btakes\b[\s*]*about\s+(\d+)\s+minutes")


class Section(NamedTuple):
    """A heading of a notebook and the cells below it, down to the next heading of its level or a higher one."""

    title: str
    level: int
    cells: list


class Piece(NamedTuple):
    """A piece of a cell of Markdown."""

    source: str
    cell_type: str = "markdown"


NOTHING = Section("", 0, [])


def sections(notebook):
    """Return the sections of `notebook`, of levels 1 to 3, by their anchors; a cell is cut at each heading."""
    found, still_open = {}, []
    for cell in notebook.cells:
        for part in markdown.parts(cell.source) if cell.cell_type == "markdown" else [None]:
            if part and 1 <= part.level <= 3:
                still_open = [
                    *(one for one in still_open if one.level < part.level),
                    Section(part.title, part.level, []),
                ]
                found.setdefault(part.anchor, still_open[-1])
            for section in still_open:
                section.cells.append(Piece(part.source) if part else cell)
    return found


def figures(cells):
    """Return the names of the figures that `cells` draw: functions of `plots` or `plots.book`, classes of `widgets`."""
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    return {plot or widget for source in sources for plot, widget in FIGURE.findall(source)}


def exercise_numbers(notebook, cells=None):
    """Return the numbers of the exercises that `cells` of `notebook` set, in order; in a lecture they are counted."""
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
    return [box.options.get("label") for text in texts for box in markdown.boxes(text, "exercise")]


def opening(notebook):
    """Return the Markdown of a lecture before its first section."""
    found = markdown.parts(markdown.text_of(notebook.cells))
    return "".join(part.source for part in takewhile(lambda part: part.level != 2, found))


def shown_code(notebook):
    """Return the cells of code that a reader sees."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return [cell for cell in code if "remove-cell" not in cell.metadata.get("tags", [])]


def measure(notebook):
    """Return what takes time in a lecture: open words, code cells, proofs, interactive figures."""
    text = markdown.text_of(notebook.cells)
    words = " ".join(FORMULA.sub(" ", leaf.text) for leaf in markdown.leaves(text, open_only=True))
    code = shown_code(notebook)
    return {
        "words": len(re.findall(r"\S*\w\S*", re.sub(r"[*_|]", " ", words))),
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
    found = MINUTES.search(markdown.text_of(notebook.cells))
    return int(found[1]) if found else None


def pointers(text):
    """Return the links of `text` to notebooks, as pairs of a file's name and an anchor (empty without one).

    The name of a page in depth has its folder: `deeper/03-cross-entropy.ipynb`.
    """
    targets = [target.partition("#") for target in markdown.links(text)]
    found = [(re.search(r"(?:deeper/)?[^/]*$", file)[0], anchor) for file, _, anchor in targets]
    return [(name, anchor) for name, anchor in found if name.endswith(".ipynb")]
