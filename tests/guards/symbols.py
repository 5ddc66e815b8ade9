"""One symbol, one meaning: the symbols of the boxes are those of the notation page.

A row of the page's table gives symbols, their meaning, and the chapters where they have it (`all`, `1-4`, `5, 9-10`).
In one chapter a symbol has one row.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from guards import markdown

__all__ = ["Row", "box_problems", "identifiers", "row_problems", "rows"]

ALL = frozenset(range(1, 16))
BOXES = ("at-a-glance", "formula-card", "lead", "take-aways")
WORDS = re.compile(r"\\(?:text|mathrm|operatorname|textbf|textit|begin|end|label|tag)\*?\s*\{[^}]*\}")
GREEK = (
    r"alpha|beta|gamma|delta|epsilon|varepsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|varphi|chi|psi|omega|"
    r"Gamma|Delta|Theta|Lambda|Xi|Pi|Sigma|Phi|Psi|Omega|ell"
)
SYMBOL = re.compile(
    r"\\(?P<type>mathcal|mathbf|mathbb|bar)(?![A-Za-z])\s*\{?\s*(?P<typed>\\[A-Za-z]+|[A-Za-z])\s*\}?"
    rf"|(?P<plain>\\(?:{GREEK})(?![A-Za-z]))|\\[A-Za-z]+|(?P<letter>[A-Za-z])"  # the third is a command: no symbol
)


class Row(NamedTuple):
    """A row of the table: its symbols as LaTeX, its meaning, and the chapters where it holds."""

    symbols: frozenset[str]
    meaning: str
    chapters: frozenset[int]


def identifiers(latex):
    """Return the symbols in `latex` in their order: letters, Greek ones, and letters with a bar or of another type."""
    found = [
        rf"\{match['type']}{{{match['typed']}}}" if match["type"] else match["plain"] or match["letter"]
        for match in SYMBOL.finditer(WORDS.sub(" ", latex))
    ]
    return list(dict.fromkeys(filter(None, found)))


def rows(page):
    """Return the rows of the table on the notation `page`."""
    lines = [
        line.strip().strip("|").replace(r"\mid", " ").split("|") for line in page.splitlines() if line.startswith("| $")
    ]
    return [Row(frozenset(_symbols(line[0])), line[1].strip(), _chapters(line[2])) for line in lines]


def row_problems(table):
    """Return where a symbol has two meanings in one chapter, or a row has none."""
    wrong = [f"no symbol or no chapter: {row.meaning}" for row in table if not (row.symbols and row.chapters)]
    for place, row in enumerate(table):
        for other in table[:place]:
            shared = row.symbols & other.symbols
            if shared and row.chapters & other.chapters:
                wrong.append(f"{sorted(shared)} means {other.meaning!r} and {row.meaning!r}")
    return wrong


def box_problems(notebook, chapter, table):
    """Return the symbols in the boxes of a page of `chapter` that the `table` does not have for this chapter."""
    known = set().union(*(row.symbols for row in table if chapter in row.chapters))
    wrong = []
    for cell in notebook.cells:
        for block in markdown.blocks(cell.source) if cell.cell_type == "markdown" else ():
            if block.name in BOXES or (block.name.startswith("prf:") and block.name != "prf:proof"):
                missing = set().union(*map(identifiers, _math(block.body))) - known
                title = block.options.get("label", block.name)
                wrong += [f"{title}: {symbol} is not on the notation page" for symbol in sorted(missing)]
    return wrong


def _math(text):
    return [one or two for one, two in re.findall(r"\$\$([\s\S]+?)\$\$|\$([^$]+)\$", text)]


def _symbols(cell):
    """Return what a first column defines: of `$H(p, q)$` it is H, of `$p_k$` it is p."""
    return [symbol for part in _math(cell) for symbol in identifiers(part)[:1]]


def _chapters(cell):
    found = set()
    for part in filter(None, re.split(r"[,\s]+", cell.strip().replace("–", "-"))):
        low, _, high = part.partition("-")
        found |= ALL if part == "all" else set(range(int(low), int(high or low) + 1))
    return frozenset(found)
