"""The page of errors: each entry is a statement, its reasons, a computation that runs by itself, what is right, where.

An entry begins with a heading of level 3. Its code is run behind the lines that stand before the first entry.
"""

from __future__ import annotations

import ast
import doctest
import re
from functools import lru_cache

from guards import markdown, pages, prose

__all__ = ["FEWEST", "MOST", "computation", "entries", "preamble", "problems"]

FEWEST, MOST = 14, 20
LONGEST_LINE = 60  # characters of code: what a phone shows without much pushing aside
MAY_IMPORT = {"itertools", "numpy", "scipy", "sklearn", "xentbook"}
PARTS = ["**Met in**", "**It tempts**", "```python", "**Right:**"]
MUST_HOLD = {
    "KL divergence on samples": r"KL divergence of two samples",
    "log-sum-exp and shifts": r"Log-sum-exp does not change",
    "clipped log losses": r"log loss is 36\.04",
    "calibration error and accuracy": r"confidence of class 1 against accuracy",
    "reductions": r"A mean is a mean",
    "squared error and calibration": r"Squared error does not encourage calibration",
}


def entries(text):
    """Return the entries of the page as a dictionary from the statement to what is said about it."""
    return {part.title: part.source.partition("\n")[2] for part in markdown.parts(text) if part.level == 3}


def preamble(text):
    """Return the lines that stand before the first entry, and that every block is run behind."""
    return "\n".join(prose.python_fences(text[: text.index("\n### ")]))


def problems(text):
    """Return what is wrong with the page `text`, in words."""
    found = entries(text)
    wrong = [] if FEWEST <= len(found) <= MOST else [f"{len(found)} entries, not {FEWEST} to {MOST}"]
    missing = [topic for topic, title in MUST_HOLD.items() if not any(re.search(title, entry) for entry in found)]
    wrong += [f"no entry on {topic}" for topic in missing]
    for title, body in found.items():
        code = "\n".join(prose.python_fences(body))
        wrong += [f"{title}: {what}" for what in [*form(title, body), *computation(code, preamble(text))]]
    return wrong


def form(title, body):
    """Return what an entry lacks: quotation marks, a part, a link to a chapter where it says what is right."""
    plain = " ".join(body.split())
    places = [plain.find(part) for part in PARTS]
    wrong = [] if re.fullmatch("“.+”", title) else ["the statement is not in quotation marks"]
    wrong += [f"there is no {part}" for part, place in zip(PARTS, places, strict=True) if place < 0]
    wrong += [] if places == sorted(places) else ["the parts are not in their order"]
    linked = pages.pointers(body[body.find("**Right:**") :])
    wrong += [] if linked else ["what is right has no link to a chapter"]
    source = plain[: max(plain.find("**It tempts**"), 0)]
    return wrong + (["the source is cited by name"] if "{cite" in source else [])


@lru_cache  # the broken copies have nearly all entries in common
def computation(code, before):
    """Return what is wrong with the code of an entry, which is run behind the lines `before` and no others."""
    examples = doctest.DocTestParser().get_examples(code)
    if not any(example.want for example in examples):
        return ["there is no computation with a result"]
    tree = ast.parse("".join(example.source for example in examples))
    modules = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    modules |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    wrong = [f"{name} is imported" for name in modules if name.split(".")[0] not in MAY_IMPORT]
    wrong += [f"a line of {len(line)} characters" for line in code.splitlines() if len(line) > LONGEST_LINE]
    return wrong + prose.failing_examples(f"```python\n{before}\n{code}\n```")
